-- severity: error
-- says: A permission has no holder.
-- do: Add the actor that is permitted something, or the placeholder `unspecified` if the text leaves it open.
select 'provisions' as tbl, p._row, 'modality' as field from provisions p
where p.modality = 'permission'
  and not exists (select 1 from provision_actors a where a.provision_id = p.provision_id and a.role = 'holder')
