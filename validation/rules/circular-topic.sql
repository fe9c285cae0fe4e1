-- severity: error
-- says: A topic is its own ancestor in the topic tree.
-- do: Correct parent_topic_id.
with recursive reach as (
  select topic_id as a, parent_topic_id as b, 1 as depth from topics where parent_topic_id is not null
  union all
  select distinct r.a, l.parent_topic_id, r.depth + 1 from reach r join topics l on l.topic_id = r.b where r.depth < 30 and r.a <> r.b and l.parent_topic_id is not null
)
select distinct 'topics' as tbl, x._row, 'parent_topic_id' as field from topics x
join reach r on r.a = x.topic_id and r.b = x.topic_id where x.parent_topic_id is not null
