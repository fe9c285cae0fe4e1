-- severity: error
-- says: A date has the basis unknown exactly where it is empty, and an inferred one says in the note from what.
-- do: Correct the basis, or write the note.
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
