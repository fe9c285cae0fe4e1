-- severity: error
-- says: A compilation says which party selected it, or in the note that none did.
-- do: Fill selected_by_actor_id, or write the note.
select 'sources' as tbl, _row, 'selected_by_actor_id' as field from sources where kind = 'compilation' and selected_by_actor_id is null and note is null
