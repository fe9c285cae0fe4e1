-- severity: error
-- says: A provision has a trigger but is unconditional.
-- do: Code the event as the condition, or remove the trigger.
select 'provisions' as tbl, p._row, 'conditionality' as field from provisions p
where p.conditionality <> 'conditional'
  and exists (select 1 from provision_triggers t where t.provision_id = p.provision_id)
