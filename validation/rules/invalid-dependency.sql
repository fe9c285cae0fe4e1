-- severity: error
-- says: A dependency names both a provision and an event, or neither of them, or the provision itself, or a provision of another instrument.
-- do: Name another provision of the same instrument, or describe the event.
select 'provision_dependencies' as tbl, d._row, 'depends_on_provision_id' as field from provision_dependencies d
where (d.depends_on_provision_id is null) = (d.event is null) or d.depends_on_provision_id = d.provision_id
   or regexp_replace(d.depends_on_provision_id, '[.]p[0-9]+$', '') <> regexp_replace(d.provision_id, '[.]p[0-9]+$', '')
