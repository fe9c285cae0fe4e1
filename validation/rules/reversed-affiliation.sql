-- severity: error
-- says: An affiliation cannot run in this direction: a state holds an office, or a person or a state has members or parts that it cannot have.
-- do: Exchange actor_id and organisation_id, or correct the relation.
select 'affiliations' as tbl, l._row, 'organisation_id' as field from affiliations l
join actors a on a.actor_id = l.actor_id join actors o on o.actor_id = l.organisation_id
where (l.relation in ('member_of', 'part_of', 'former_office') and o.kind = 'person')
   or (l.relation = 'member_of' and o.kind = 'state')
   or (l.relation in ('office', 'adviser', 'former_office', 'part_of') and a.kind = 'state')
   or (l.relation in ('adviser', 'former_office') and a.kind <> 'person')
   or (l.relation = 'office' and a.kind not in ('person', 'group', 'unspecified'))
