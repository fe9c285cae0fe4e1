-- severity: error
-- says: A coding unit does not end after its start, or ends beyond the end of its text.
-- do: Take the start and end offsets from the text again.
select 'coding_units' as tbl, u._row, 'end' as field from coding_units u
join coding_passes p on p.pass_id = u.pass_id join sources s on s.source_id = p.source_id
where u."start" >= u."end" or u."end" > s.characters
