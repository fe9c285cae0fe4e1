-- severity: warning
-- says: A link has the relation `copies`, its two provisions are coded differently, and it has no note.
-- do: Correct the code that is wrong. If the difference in wording justifies both codes, say so in the note of the link.
-- names: Different
with copies as (
  select _row, provision_id as later, earlier_provision_id as earlier from provision_links
  where relation = 'copies' and note is null
), parties as (
  select a.provision_id, r.instrument_id, r.actor_id from provisions a
  join instrument_actors r on r.instrument_id = a.instrument_id and r.role = 'party'
), roles as (
  select c._row, 'later' as side, a.role, a.actor_id, p.actor_id is not null and o.actor_id is null as only_here
  from copies c join provision_actors a on a.provision_id = c.later
  left join parties p on p.provision_id = c.later and p.actor_id = a.actor_id
  left join parties o on o.provision_id = c.earlier and o.actor_id = a.actor_id
  where a.role in ('obligor', 'declarant')
  union all
  select c._row, 'earlier', a.role, a.actor_id, p.actor_id is not null and o.actor_id is null
  from copies c join provision_actors a on a.provision_id = c.earlier
  left join parties p on p.provision_id = c.earlier and p.actor_id = a.actor_id
  left join parties o on o.provision_id = c.later and o.actor_id = a.actor_id
  where a.role in ('obligor', 'declarant')
), members as (
  select _row, side, role as what, case when only_here then 'the other party' else actor_id end as member from roles
  union all
  select c._row, 'later', 'reservations', r.reservation from copies c join provision_reservations r on r.provision_id = c.later
  union all
  select c._row, 'earlier', 'reservations', r.reservation from copies c join provision_reservations r on r.provision_id = c.earlier
  union all
  select c._row, 'later', 'propositions', concat(p.proposition_id, ' ', p.direction)
  from copies c join provision_propositions p on p.provision_id = c.later
  union all
  select c._row, 'earlier', 'propositions', concat(p.proposition_id, ' ', p.direction)
  from copies c join provision_propositions p on p.provision_id = c.earlier
), counted as (
  select _row, what, member, count(distinct side) as sides from members group by _row, what, member
), pairs as (
  select c._row, a.topic_id as topic_a, b.topic_id as topic_b, a.modality as modality_a, b.modality as modality_b,
    a.strength as strength_a, b.strength as strength_b, a.conditionality as condition_a, b.conditionality as condition_b,
    a.timing as timing_a, b.timing as timing_b, a.enforcement as enforcement_a, b.enforcement as enforcement_b
  from copies c join provisions a on a.provision_id = c.later join provisions b on b.provision_id = c.earlier
), different as (
  select _row, what from counted where sides = 1
  union select _row, 'topic' from pairs where topic_a is distinct from topic_b
  union select _row, 'modality' from pairs where modality_a is distinct from modality_b
  union select _row, 'strength' from pairs where strength_a is distinct from strength_b
  union select _row, 'conditionality' from pairs where condition_a is distinct from condition_b
  union select _row, 'timing' from pairs where timing_a is distinct from timing_b
  union select _row, 'enforcement' from pairs where enforcement_a is distinct from enforcement_b
)
select 'provision_links' as tbl, _row, 'relation' as field, what as named from different
