-- severity: error
-- says: A target is conditional but has no condition, or has a condition but is not conditional.
-- do: Write the condition, or correct `conditional`.
select 'reaction_targets' as tbl, _row, 'condition' as field from reaction_targets where conditional <> (condition is not null)
