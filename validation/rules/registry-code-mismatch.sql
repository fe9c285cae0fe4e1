-- severity: error
-- says: A state has no ISO code, or an actor that is not a state has a code from a registry of states.
-- do: Fill in the codes from the registry, or clear them.
select 'actors' as tbl, _row, 'iso3' as field from actors
where (kind = 'state') <> (iso2 is not null) or (kind = 'state') <> (iso3 is not null)
   or (kind <> 'state' and (cow_code is not null or gw_code is not null))
