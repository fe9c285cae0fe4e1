-- severity: error
-- says: A conflict has more than one resolution.
-- do: Keep one of the resolutions.
select 'resolutions' as tbl, r._row, 'variable' as field from resolutions r join resolutions c
  on r.source_id = c.source_id and r.round = c.round and r.variable = c.variable
  and coalesce(r.unit_a, '') = coalesce(c.unit_a, '') and coalesce(r.unit_b, '') = coalesce(c.unit_b, '')
  and coalesce(r.item, '') = coalesce(c.item, '')
where c.resolution_no < r.resolution_no
