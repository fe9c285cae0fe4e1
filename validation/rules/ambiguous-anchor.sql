-- severity: error
-- says: An anchor supports no record, or more than one.
-- do: Fill in exactly one of provision_id, reaction_id and event_id.
select 'evidence' as tbl, _row, 'evidence_id' as field from evidence
where (case when provision_id is null then 0 else 1 end) + (case when reaction_id is null then 0 else 1 end)
    + (case when event_id is null then 0 else 1 end) <> 1
