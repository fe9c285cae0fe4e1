-- severity: error
-- says: Two provisions at one place of an instrument differ in topic, in modality or in obligor.
-- do: Join them, or say what sets them apart.
select 'provisions' as tbl, b._row, 'topic_id' as field from provisions a join provisions b
  on a.instrument_id = b.instrument_id and a.ordinal < b.ordinal and a.topic_id = b.topic_id and a.modality = b.modality
 and coalesce(a.place, '') = coalesce(b.place, '') and a.place is not null
where not exists (
  select 1 from provision_actors x where x.role = 'obligor' and x.provision_id = a.provision_id
   and not exists (select 1 from provision_actors y where y.role = 'obligor' and y.provision_id = b.provision_id and y.actor_id = x.actor_id))
