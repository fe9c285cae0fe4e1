-- severity: error
-- says: A target has a condition where it is conditional, and only there.
-- do: Write the condition, or correct conditional.
select 'reaction_targets' as tbl, _row, 'condition' as field from reaction_targets where conditional <> (condition is not null)
