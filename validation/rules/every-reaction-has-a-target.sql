-- severity: error
-- says: Every reaction has at least one target.
-- do: Add the target; words without one belong in the coding log.
select 'reactions' as tbl, r._row, 'reaction_id' as field from reactions r
where not exists (select 1 from reaction_targets t where t.reaction_id = r.reaction_id)
