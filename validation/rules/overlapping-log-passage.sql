-- severity: error
-- says: A passage of the coding log overlaps an anchor or another passage of the log.
-- do: Shorten or remove the passage.
select distinct 'coding_log' as tbl, l._row, 'start' as field from coding_log l join evidence e
  on e.source_id = l.source_id and e."start" < l."end" and l."start" < e."end"
union all
select distinct 'coding_log', b._row, 'start' from coding_log a join coding_log b
  on a.source_id = b.source_id and a._row < b._row and a."start" < b."end" and b."start" < a."end"
