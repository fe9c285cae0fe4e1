-- severity: warning
-- says: A source that supports records was coded in fewer than two passes.
-- do: Have a second coder code the source without access to the first pass.
select 'sources' as tbl, s._row, 'source_id' as field from sources s
where exists (select 1 from evidence e where e.source_id = s.source_id)
  and 2 > (select count(*) from coding_passes p where p.source_id = s.source_id)
