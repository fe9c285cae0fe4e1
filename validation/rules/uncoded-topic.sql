-- severity: error
-- says: An instrument coded from its complete text has neither a provision nor an absence on at least one topic of the codebook with which it was coded.
-- do: Search the text for the missing topics, and code a provision or an absence for each.
-- names: Topics without either
with searched as (
  select source_id, max(lpad(split_part(codebook_version, '.', 1), 3, '0') || lpad(split_part(codebook_version, '.', 2), 3, '0') || lpad(split_part(codebook_version, '.', 3), 3, '0')) as version
  from coding_passes where not coalesce(units_given, false) group by source_id
), covered as (
  select instrument_id, topic_id from provisions
  union all
  select p.instrument_id, s.topic_id from provisions p join provision_topics s on s.provision_id = p.provision_id
  union all
  select instrument_id, topic_id from absences
)
select distinct 'instruments' as tbl, i._row, 'coverage' as field, t.topic_id as named from instruments i cross join topics t
left join searched s on s.source_id = i.source_id
where i.coverage = 'complete' and t.leaf
  and coalesce(s.version, '999999999') >= lpad(split_part(t.since, '.', 1), 3, '0') || lpad(split_part(t.since, '.', 2), 3, '0') || lpad(split_part(t.since, '.', 3), 3, '0')
  and not exists (select 1 from covered c where c.instrument_id = i.instrument_id and c.topic_id = t.topic_id)
