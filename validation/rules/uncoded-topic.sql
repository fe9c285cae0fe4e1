-- severity: error
-- says: An instrument coded from its complete text has neither a provision nor an absence on at least one topic.
-- do: Search the text for the missing topics, and code a provision or an absence for each.
select distinct 'instruments' as tbl, i._row, 'coverage' as field from instruments i cross join topics t
where i.coverage = 'complete' and t.leaf
  and not exists (select 1 from provisions p where p.instrument_id = i.instrument_id and p.topic_id = t.topic_id)
  and not exists (select 1 from absences a where a.instrument_id = i.instrument_id and a.topic_id = t.topic_id)
