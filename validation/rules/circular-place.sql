-- severity: error
-- says: A place is located in itself, directly or through other places.
-- do: Correct parent_place_id.
with recursive reach as (
  select place_id as a, parent_place_id as b, 1 as depth from places where parent_place_id is not null
  union all
  select distinct r.a, l.parent_place_id, r.depth + 1 from reach r join places l on l.place_id = r.b where r.depth < 30 and r.a <> r.b and l.parent_place_id is not null
)
select distinct 'places' as tbl, x._row, 'parent_place_id' as field from places x
join reach r on r.a = x.place_id and r.b = x.place_id where x.parent_place_id is not null
