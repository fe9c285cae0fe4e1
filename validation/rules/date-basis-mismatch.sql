-- severity: error
-- says: A date is given but its basis is `unknown`, a date is empty but its basis is not `unknown`, or an inferred date has no note.
-- do: Correct the basis, or say in the note what the date was inferred from.
select 'sources' as tbl, _row, 'date_basis' as field from sources
where (date_basis = 'unknown') <> (date is null) or (date_basis = 'inferred' and note is null)
union all
select 'processes', _row, 'date_basis' from processes
where (date_basis = 'unknown') <> (date is null) or (date_basis = 'inferred' and note is null)
union all
select 'instruments', _row, 'date_basis' from instruments
where (date_basis = 'unknown') <> (date is null) or (date_basis = 'inferred' and note is null)
union all
select 'affiliations', _row, 'date_basis' from affiliations
where (date_basis = 'unknown') <> (date is null) or (date_basis = 'inferred' and note is null)
union all
select 'reactions', _row, 'date_basis' from reactions
where (date_basis = 'unknown') <> (date is null) or (date_basis = 'inferred' and note is null)
union all
select 'events', _row, 'date_basis' from events
where (date_basis = 'unknown') <> (date is null) or (date_basis = 'inferred' and note is null)
