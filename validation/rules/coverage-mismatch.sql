-- severity: error
-- says: An instrument known by name only has provisions, a reported or complete one has none, or the coverage does not match the completeness of the source.
-- do: Correct the coverage, or code the provisions.
select 'instruments' as tbl, i._row, 'coverage' as field from instruments i join sources s on s.source_id = i.source_id
where (i.coverage = 'name_only') = (exists (select 1 from provisions p where p.instrument_id = i.instrument_id))
   or (i.coverage = 'complete' and s.completeness <> 'complete')
   or (i.coverage = 'reported' and s.completeness = 'complete')
