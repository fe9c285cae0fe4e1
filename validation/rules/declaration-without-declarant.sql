-- severity: error
-- says: A declaration has no declarant.
-- do: Add the actor that makes the declaration, or the placeholder `unspecified` if the text leaves it open.
select 'provisions' as tbl, p._row, 'modality' as field from provisions p
where p.modality = 'declaration'
  and not exists (select 1 from provision_actors a where a.provision_id = p.provision_id and a.role = 'declarant')
