-- severity: error
-- says: A resolution by judgement has no note that explains it.
-- do: Say in the note why this reading was chosen.
select 'resolutions' as tbl, _row, 'reason' as field from resolutions where reason = 'judgement' and note is null
