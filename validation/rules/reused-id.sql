-- severity: error
-- says: A retired ID is in use.
-- do: Give the row an ID that was never used, or, if it is the same row as before, remove the ID from retired_ids.
select 'retired_ids' as tbl, r._row, 'retired_id' as field from retired_ids r
where exists (select 1 from provisions p where p.provision_id = r.retired_id)
   or exists (select 1 from reactions a where a.reaction_id = r.retired_id)
   or exists (select 1 from events v where v.event_id = r.retired_id)
   or exists (select 1 from evidence e where e.evidence_id = r.retired_id)
   or exists (select 1 from disputes d where d.dispute_id = r.retired_id)
