-- severity: error
-- says: A conditional provision has no dependency that states its condition, or an unconditional provision has one.
-- do: Add a row with the relation `condition`, `until` or `unless` to provision_dependencies, or correct the conditionality.
select 'provisions' as tbl, p._row, 'conditionality' as field from provisions p
where (p.conditionality = 'conditional') <> (exists (
  select 1 from provision_dependencies d
  where d.provision_id = p.provision_id and d.relation in ('condition', 'until', 'unless')))
