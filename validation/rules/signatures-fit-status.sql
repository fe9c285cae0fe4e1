-- severity: error
-- says: A signed instrument has signatories, and only a signed one has them.
-- do: Correct the status or the part of the actor.
select 'instruments' as tbl, i._row, 'status' as field from instruments i
where i.coverage <> 'name_only'
  and (i.status = 'signed') <> (exists (select 1 from instrument_actors a where a.instrument_id = i.instrument_id and a.role = 'signatory'))
