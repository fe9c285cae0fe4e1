-- severity: error
-- says: A provision is to be carried out after a provision that itself comes after it, directly or through others.
-- do: Remove one of the rows with the relation `after` in the cycle.
with recursive steps as (
  select provision_id as a, depends_on_provision_id as b from provision_dependencies
  where relation = 'after' and depends_on_provision_id <> provision_id
), reach as (
  select a, b, 1 as depth from steps
  union all
  select distinct r.a, s.b, r.depth + 1 from reach r join steps s on s.a = r.b where r.depth < 30 and r.a <> r.b
)
select distinct 'provision_dependencies' as tbl, x._row, 'depends_on_provision_id' as field from provision_dependencies x
join reach r on r.a = x.depends_on_provision_id and r.b = x.provision_id
where x.relation = 'after' and x.depends_on_provision_id <> x.provision_id
