-- severity: error
-- says: A condition is written where a provision is conditional, and only there.
-- do: Write the condition, or correct the conditionality.
select 'provisions' as tbl, _row, 'condition' as field from provisions
where (conditionality = 'conditional') <> (condition is not null)
   or (condition_provision_id is not null and conditionality <> 'conditional')
