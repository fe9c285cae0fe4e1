-- severity: error
-- says: A dispute concerns a record that its source does not support, such as a provision of another instrument.
-- do: Correct the record or the source of the dispute.
select 'disputes' as tbl, d._row, 'dispute_id' as field from disputes d
where coalesce(d.provision_id, d.reaction_id, d.event_id) is not null
  and not exists (select 1 from evidence e where e.source_id = d.source_id
    and coalesce(e.provision_id, e.reaction_id, e.event_id) = coalesce(d.provision_id, d.reaction_id, d.event_id))
