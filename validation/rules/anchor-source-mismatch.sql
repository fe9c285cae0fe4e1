-- severity: error
-- says: A reaction is anchored in a source other than the one in its row.
-- do: Correct the source of the anchor or of the reaction.
select 'evidence' as tbl, e._row, 'source_id' as field from evidence e join reactions r on r.reaction_id = e.reaction_id
where e.source_id <> r.source_id
