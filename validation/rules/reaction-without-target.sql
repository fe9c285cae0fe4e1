-- severity: error
-- says: A reaction has no target.
-- do: Add the target, or log the passage in the coding log if it has none.
select 'reactions' as tbl, r._row, 'reaction_id' as field from reactions r
where not exists (select 1 from reaction_targets t where t.reaction_id = r.reaction_id)
