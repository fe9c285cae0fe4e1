-- severity: error
-- says: A resolution matches no conflict between two passes, and is not a documented departure from a value on which both agree.
-- do: Name the units, variable and item as in conflicts. For a departure from both passes, name both units, set `agrees_with` to `neither` and explain it in the note.
select 'resolutions' as tbl, r._row, 'variable' as field from resolutions r left join conflicts c
  on r.source_id = c.source_id and r.round = c.round and r.variable = c.variable
  and coalesce(r.unit_a, '') = coalesce(c.unit_a, '') and coalesce(r.unit_b, '') = coalesce(c.unit_b, '')
  and coalesce(r.item, '') = coalesce(c.item, '')
where c.source_id is null and (r.agrees_with <> 'neither' or r.note is null or r.unit_a is null or r.unit_b is null)
