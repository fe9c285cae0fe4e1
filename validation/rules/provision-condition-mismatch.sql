-- severity: error
-- says: A provision is conditional but has no condition, or has a condition but is not conditional.
-- do: Write the condition, or correct the conditionality.
select 'provisions' as tbl, _row, 'condition' as field from provisions
where (conditionality = 'conditional') <> (condition is not null)
