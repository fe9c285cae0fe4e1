-- severity: error
-- says: An ID does not start with the ID of its parent: the instrument of a provision, the source of a reaction, dispute or pass, the process of an event.
-- do: Rename the row after its parent. Never reuse a published ID.
select 'provisions' as tbl, _row, 'provision_id' as field from provisions where regexp_replace(provision_id, '[.]p[0-9]+$', '') <> instrument_id
union all
select 'reactions', _row, 'reaction_id' from reactions where regexp_replace(reaction_id, '[.]r[0-9]+$', '') <> source_id
union all
select 'events', _row, 'event_id' from events where regexp_replace(event_id, '[.]v[0-9]+$', '') <> process_id
union all
select 'disputes', _row, 'dispute_id' from disputes where regexp_replace(dispute_id, '[.]d[0-9]+$', '') <> source_id
union all
select 'coding_passes', _row, 'pass_id' from coding_passes where regexp_replace(pass_id, '[.][a-z]$', '') <> source_id
