-- severity: error
-- says: A passage of the coding log does not end after its start, or ends beyond the end of its text.
-- do: Take the start and end offsets from the text again.
select 'coding_log' as tbl, l._row, 'end' as field from coding_log l join sources s on s.source_id = l.source_id
where l."start" >= l."end" or l."end" > s.characters
