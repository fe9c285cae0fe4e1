-- severity: error
-- says: The condition of a provision is the provision itself, or a provision of another instrument.
-- do: Name another provision of the same instrument, or clear condition_provision_id.
select 'provisions' as tbl, p._row, 'condition_provision_id' as field from provisions p
join provisions c on c.provision_id = p.condition_provision_id
where c.instrument_id <> p.instrument_id or c.provision_id = p.provision_id
