-- severity: warning
-- says: Of several provisions under one head clause, only this one has its conditionality or its commitment verb, and it has no note.
-- do: Correct the code, or say in the note why it differs from the others.
-- names: The others
with siblings as (
  select provision_id, source_id, start, "end" as stop from evidence where bearing = 'qualifies' and provision_id is not null
), counted as (
  select p._row, count(distinct q.provision_id) as others,
    sum(case when q.conditionality = p.conditionality then 1 else 0 end) as same_condition,
    sum(case when q.commitment_verb = p.commitment_verb then 1 else 0 end) as same_verb
  from provisions p join siblings a on a.provision_id = p.provision_id
  join siblings b on b.source_id = a.source_id and b.start = a.start and b.stop = a.stop and b.provision_id <> a.provision_id
  join provisions q on q.provision_id = b.provision_id
  where p.note is null
  group by p._row
)
select 'provisions' as tbl, c._row, 'note' as field, q.provision_id as named from counted c
join provisions p on p._row = c._row join siblings a on a.provision_id = p.provision_id
join siblings b on b.source_id = a.source_id and b.start = a.start and b.stop = a.stop and b.provision_id <> a.provision_id
join provisions q on q.provision_id = b.provision_id
where c.others >= 2 and (c.same_condition = 0 or c.same_verb = 0)
