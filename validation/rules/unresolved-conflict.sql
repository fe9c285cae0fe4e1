-- severity: warning
-- says: A conflict between two passes has no resolution.
-- do: Read the passage again and run `clausula code resolve`.
select 'conflicts' as tbl, c._row, 'variable' as field from conflicts c left join resolutions r
  on r.source_id = c.source_id and r.round = c.round and r.variable = c.variable
  and coalesce(r.unit_a, '') = coalesce(c.unit_a, '') and coalesce(r.unit_b, '') = coalesce(c.unit_b, '')
  and coalesce(r.item, '') = coalesce(c.item, '')
where r.source_id is null
