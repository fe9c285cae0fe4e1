-- severity: error
-- says: An actor is affiliated with itself, directly or through a chain of affiliations.
-- do: Remove one of the affiliations in the cycle.
with recursive reach as (
  select actor_id as a, organisation_id as b, 1 as depth from affiliations where organisation_id is not null
  union all
  select distinct r.a, l.organisation_id, r.depth + 1 from reach r join affiliations l on l.actor_id = r.b where r.depth < 30 and r.a <> r.b and l.organisation_id is not null
)
select distinct 'affiliations' as tbl, x._row, 'organisation_id' as field from affiliations x
join reach r on r.a = x.actor_id and r.b = x.actor_id where x.organisation_id is not null
