-- severity: error
-- says: Two quantities of a provision have the same measure and the same item.
-- do: Say in `item` what each of them measures.
select 'provision_quantities' as tbl, b._row, 'item' as field from provision_quantities a join provision_quantities b
  on a.provision_id = b.provision_id and a.measure = b.measure and a.quantity_no < b.quantity_no
 and coalesce(a.item, '') = coalesce(b.item, '')
