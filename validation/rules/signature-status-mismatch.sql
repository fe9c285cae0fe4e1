-- severity: error
-- says: An instrument is signed but has no signatory, or has a signatory but is not signed.
-- do: Correct the status or the role of the actor.
select 'instruments' as tbl, i._row, 'status' as field from instruments i
where i.coverage <> 'name_only'
  and (i.status = 'signed') <> (exists (select 1 from instrument_actors a where a.instrument_id = i.instrument_id and a.role = 'signatory'))
