-- severity: error
-- says: A resolution by judgement says in its note why this reading was taken.
-- do: Write the note.
select 'resolutions' as tbl, _row, 'reason' as field from resolutions where reason = 'judgement' and note is null
