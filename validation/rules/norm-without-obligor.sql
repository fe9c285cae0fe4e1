-- severity: error
-- says: An obligation, prohibition or recognition has no obligor.
-- do: Add the obligor, or the placeholder `unspecified` if the text leaves it open.
select 'provisions' as tbl, p._row, 'modality' as field from provisions p
where p.modality in ('obligation', 'prohibition', 'recognition')
  and not exists (select 1 from provision_actors a where a.provision_id = p.provision_id and a.role = 'obligor')
