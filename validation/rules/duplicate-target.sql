-- severity: error
-- says: A reaction has the same target twice.
-- do: Remove one of the two rows.
select 'reaction_targets' as tbl, b._row, 'target_no' as field from reaction_targets a join reaction_targets b
  on a.reaction_id = b.reaction_id and a._row < b._row
 and coalesce('i ' || a.instrument_id, 'v ' || a.provision_id, 'p ' || a.proposition_id, 't ' || a.topic_id)
   = coalesce('i ' || b.instrument_id, 'v ' || b.provision_id, 'p ' || b.proposition_id, 't ' || b.topic_id)
