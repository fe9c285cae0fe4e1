-- severity: error
-- says: An instrument revises, supplements, implements, counters or is modelled on itself, directly or through other instruments.
-- do: Reverse or remove one of the links in the cycle.
with recursive reach as (
  select instrument_id as a, related_instrument_id as b, 1 as depth from instrument_links where relation <> 'refers_to'
  union all
  select distinct r.a, l.related_instrument_id, r.depth + 1 from reach r join instrument_links l on l.instrument_id = r.b where r.depth < 30 and r.a <> r.b and l.relation <> 'refers_to'
)
select distinct 'instrument_links' as tbl, x._row, 'related_instrument_id' as field from instrument_links x
join reach r on r.a = x.instrument_id and r.b = x.instrument_id where x.relation <> 'refers_to'
