-- severity: error
-- says: A target is exactly one of an instrument, a provision and a topic.
-- do: Fill exactly one of the three; for a second target add a row.
select 'reaction_targets' as tbl, _row, 'target_no' as field from reaction_targets
where (case when instrument_id is null then 0 else 1 end) + (case when provision_id is null then 0 else 1 end)
    + (case when topic_id is null then 0 else 1 end) <> 1
