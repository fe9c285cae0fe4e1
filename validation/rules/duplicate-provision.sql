-- severity: error
-- says: Two provisions at the same place of an instrument have the same topic, modality and obligors.
-- do: Merge the two provisions, or code what distinguishes them.
with missing as (
  select x.provision_id as a, q.provision_id as b from provision_actors x join provisions p on p.provision_id = x.provision_id
  join provisions q on q.instrument_id = p.instrument_id
  left join provision_actors y on y.role = 'obligor' and y.provision_id = q.provision_id and y.actor_id = x.actor_id
  where x.role = 'obligor' and y.actor_id is null
)
select 'provisions' as tbl, b._row, 'topic_id' as field from provisions a join provisions b
  on a.instrument_id = b.instrument_id and a.ordinal < b.ordinal and a.topic_id = b.topic_id and a.modality = b.modality
 and coalesce(a.place, '') = coalesce(b.place, '') and a.place is not null
left join missing m on m.a = a.provision_id and m.b = b.provision_id
where m.a is null
