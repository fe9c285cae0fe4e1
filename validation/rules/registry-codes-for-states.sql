-- severity: error
-- says: States have ISO codes, and only states have codes of registries of states.
-- do: Fill the codes from the registry, or empty them.
select 'actors' as tbl, _row, 'iso3' as field from actors
where (kind = 'state') <> (iso2 is not null) or (kind = 'state') <> (iso3 is not null)
   or (kind <> 'state' and (cow_code is not null or gw_code is not null))
