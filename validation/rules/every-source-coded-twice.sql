-- severity: warning
-- says: A source that bears records was coded in two passes or more.
-- do: Have a second coder code it, without sight of the first pass.
select 'sources' as tbl, s._row, 'source_id' as field from sources s
where exists (select 1 from evidence e where e.source_id = s.source_id)
  and 2 > (select count(*) from coding_passes p where p.source_id = s.source_id)
