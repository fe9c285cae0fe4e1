-- severity: error
-- says: The ID of an anchor does not start with the ID of the record that it supports.
-- do: Rename the anchor after its record.
select 'evidence' as tbl, _row, 'evidence_id' as field from evidence
where regexp_replace(evidence_id, '[.]e[0-9]+$', '') <> coalesce(provision_id, reaction_id, event_id)
