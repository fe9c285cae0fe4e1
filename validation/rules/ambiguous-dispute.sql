-- severity: error
-- says: A dispute concerns no record or actor, or more than one, or its two sides say the same.
-- do: Name exactly one record or actor, and write one row for each disputed point.
select 'disputes' as tbl, _row, 'dispute_id' as field from disputes
where (case when provision_id is null then 0 else 1 end) + (case when reaction_id is null then 0 else 1 end)
    + (case when event_id is null then 0 else 1 end) + (case when actor_id is null then 0 else 1 end) <> 1
   or coded_source_says = others_say
