-- severity: error
-- says: A resolution settles a conflict between two passes, or departs from what both have and says why in its note.
-- do: Name units, variable and item as in conflicts; where both passes agree, agree with neither and write the note.
select 'resolutions' as tbl, r._row, 'variable' as field from resolutions r left join conflicts c
  on r.source_id = c.source_id and r.round = c.round and r.variable = c.variable
  and coalesce(r.unit_a, '') = coalesce(c.unit_a, '') and coalesce(r.unit_b, '') = coalesce(c.unit_b, '')
  and coalesce(r.item, '') = coalesce(c.item, '')
where c.source_id is null and (r.agrees_with <> 'neither' or r.note is null or r.unit_a is null or r.unit_b is null)
