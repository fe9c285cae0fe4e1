-- severity: error
-- says: An anchor does not end after its start, or ends beyond the end of its text.
-- do: Take the start and end offsets from the text again.
select 'evidence' as tbl, e._row, 'end' as field from evidence e join sources s on s.source_id = e.source_id
where e."start" >= e."end" or e."end" > s.characters
