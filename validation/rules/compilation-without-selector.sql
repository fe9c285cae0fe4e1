-- severity: error
-- says: A compilation does not name the party that selected its contents, and no note says that there was none.
-- do: Fill in selected_by_actor_id, or say in the note that no party selected the contents.
select 'sources' as tbl, _row, 'selected_by_actor_id' as field from sources where kind = 'compilation' and selected_by_actor_id is null and note is null
