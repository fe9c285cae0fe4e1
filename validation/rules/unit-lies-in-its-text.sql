-- severity: error
-- says: A unit of a pass starts before it ends and ends within its text.
-- do: Take start and end from the text again.
select 'coding_units' as tbl, u._row, 'end' as field from coding_units u
join coding_passes p on p.pass_id = u.pass_id join sources s on s.source_id = p.source_id
where u."start" >= u."end" or u."end" > s.characters
