-- severity: error
-- says: A role does not fit the modality: an obligor of a declaration or permission, a holder of anything but a permission or recognition, or a declarant of anything but a declaration.
-- do: Correct the role or the modality.
select 'provision_actors' as tbl, a._row, 'role' as field from provision_actors a
join provisions p on p.provision_id = a.provision_id
where (a.role = 'obligor' and p.modality in ('declaration', 'permission'))
   or (a.role = 'holder' and p.modality not in ('permission', 'recognition'))
   or (a.role = 'declarant' and p.modality <> 'declaration')
