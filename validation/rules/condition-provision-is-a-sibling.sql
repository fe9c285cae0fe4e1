-- severity: error
-- says: The provision that is a condition belongs to the same instrument and is another one.
-- do: Name another provision of the same instrument, or leave it empty.
select 'provisions' as tbl, p._row, 'condition_provision_id' as field from provisions p
join provisions c on c.provision_id = p.condition_provision_id
where c.instrument_id <> p.instrument_id or c.provision_id = p.provision_id
