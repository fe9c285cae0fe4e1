-- severity: error
-- says: An anchor starts before it ends and ends within its text.
-- do: Take start and end from the text again.
select 'evidence' as tbl, e._row, 'end' as field from evidence e join sources s on s.source_id = e.source_id
where e."start" >= e."end" or e."end" > s.characters
