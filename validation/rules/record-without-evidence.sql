-- severity: error
-- says: A provision, reaction or event has no anchor that states it.
-- do: Add an evidence row with the bearing `states`, or remove the record.
select 'provisions' as tbl, p._row, 'provision_id' as field from provisions p
where not exists (select 1 from evidence e where e.provision_id = p.provision_id and e.bearing = 'states')
union all
select 'reactions', r._row, 'reaction_id' from reactions r
where not exists (select 1 from evidence e where e.reaction_id = r.reaction_id and e.bearing = 'states')
union all
select 'events', v._row, 'event_id' from events v
where not exists (select 1 from evidence e where e.event_id = v.event_id and e.bearing = 'states')
