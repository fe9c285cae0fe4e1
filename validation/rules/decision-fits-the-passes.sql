-- severity: error
-- says: A resolution agrees with the pass whose value was decided, and with neither if neither had it.
-- do: Correct the value or the pass.
select 'resolutions' as tbl, r._row, 'agrees_with' as field from resolutions r join conflicts c
  on r.source_id = c.source_id and r.round = c.round and r.variable = c.variable
  and coalesce(r.unit_a, '') = coalesce(c.unit_a, '') and coalesce(r.unit_b, '') = coalesce(c.unit_b, '')
  and coalesce(r.item, '') = coalesce(c.item, '')
where r.agrees_with <> case when coalesce(r.value, '') = coalesce(c.value_a, '') then 'a'
  when coalesce(r.value, '') = coalesce(c.value_b, '') then 'b' else 'neither' end
