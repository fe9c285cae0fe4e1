-- severity: warning
-- says: A place is not used in any other row.
-- do: Remove the place, or code where it appears.
select 'places' as tbl, a._row, 'place_id' as field from places a
where not exists (select 1 from provision_places x where x.place_id = a.place_id)
  and not exists (select 1 from events x where x.place_id = a.place_id)
  and not exists (select 1 from places x where x.parent_place_id = a.place_id)
