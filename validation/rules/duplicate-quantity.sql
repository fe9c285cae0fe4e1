-- severity: error
-- says: Two quantities of a provision have the same measure, the same item and the same first year.
-- do: Say in `item` what each of them measures, or in `period_from` and `period_to` for which years.
select 'provision_quantities' as tbl, b._row, 'item' as field from provision_quantities a join provision_quantities b
  on a.provision_id = b.provision_id and a.measure = b.measure and a.quantity_no < b.quantity_no
 and coalesce(a.item, '') = coalesce(b.item, '') and coalesce(a.period_from, 0) = coalesce(b.period_from, 0)
