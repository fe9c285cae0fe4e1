-- severity: error
-- says: No instrument revises, supplements, implements or counters itself, directly or in a circle.
-- do: Turn or remove one of the links.
with recursive reach as (
  select instrument_id as a, related_instrument_id as b, 1 as depth from instrument_links where relation <> 'refers_to'
  union all
  select distinct r.a, l.related_instrument_id, r.depth + 1 from reach r join instrument_links l on l.instrument_id = r.b where r.depth < 30 and l.relation <> 'refers_to'
)
select distinct 'instrument_links' as tbl, x._row, 'related_instrument_id' as field from instrument_links x
join reach r on r.a = x.instrument_id and r.b = x.instrument_id where x.relation <> 'refers_to'
