-- severity: error
-- says: A target names none of an instrument, a provision, a proposition and a topic, or more than one.
-- do: Fill in exactly one of the four, and add a row for each further target.
select 'reaction_targets' as tbl, _row, 'target_no' as field from reaction_targets
where (case when instrument_id is null then 0 else 1 end) + (case when provision_id is null then 0 else 1 end)
    + (case when proposition_id is null then 0 else 1 end) + (case when topic_id is null then 0 else 1 end) <> 1
