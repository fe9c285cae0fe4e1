-- severity: error
-- says: Two anchors link the same span to the same record.
-- do: Remove one of the two anchors.
select 'evidence' as tbl, b._row, 'start' as field from evidence a join evidence b
  on a.source_id = b.source_id and a."start" = b."start" and a."end" = b."end" and a._row < b._row
 and coalesce(a.provision_id, a.reaction_id, a.event_id) = coalesce(b.provision_id, b.reaction_id, b.event_id)
