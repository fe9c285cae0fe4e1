-- severity: error
-- says: Every obligation, prohibition, permission and recognition has an obligor.
-- do: Add the obligor; if the text leaves it open, the place holder unspecified.
select 'provisions' as tbl, p._row, 'modality' as field from provisions p
where p.modality in ('obligation', 'prohibition', 'permission', 'recognition')
  and not exists (select 1 from provision_actors a where a.provision_id = p.provision_id and a.role = 'obligor')
