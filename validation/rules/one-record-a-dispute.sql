-- severity: error
-- says: A dispute is about exactly one provision, reaction, event or actor, and its two sides differ.
-- do: Name exactly one record; two points are two rows.
select 'disputes' as tbl, _row, 'dispute_id' as field from disputes
where (case when provision_id is null then 0 else 1 end) + (case when reaction_id is null then 0 else 1 end)
    + (case when event_id is null then 0 else 1 end) + (case when actor_id is null then 0 else 1 end) <> 1
   or coded_source_says = others_say
