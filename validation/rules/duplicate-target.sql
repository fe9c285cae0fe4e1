-- severity: error
-- says: A reaction has the same target twice.
-- do: Remove one of the two rows.
select 'reaction_targets' as tbl, b._row, 'target_no' as field from reaction_targets a join reaction_targets b
  on a.reaction_id = b.reaction_id and a._row < b._row
 and coalesce(a.instrument_id, a.provision_id, a.topic_id) = coalesce(b.instrument_id, b.provision_id, b.topic_id)
