-- severity: error
-- says: A resolution does not agree with the pass that had the decided value, or agrees with a pass that did not have it.
-- do: Correct the value or `agrees_with`.
select 'resolutions' as tbl, r._row, 'agrees_with' as field from resolutions r join conflicts c
  on r.source_id = c.source_id and r.round = c.round and r.variable = c.variable
  and coalesce(r.unit_a, '') = coalesce(c.unit_a, '') and coalesce(r.unit_b, '') = coalesce(c.unit_b, '')
  and coalesce(r.item, '') = coalesce(c.item, '')
where r.agrees_with <> case when coalesce(r.value, '') = coalesce(c.value_a, '') then 'a'
  when coalesce(r.value, '') = coalesce(c.value_b, '') then 'b' else 'neither' end
