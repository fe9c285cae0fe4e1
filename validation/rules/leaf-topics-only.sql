-- severity: error
-- says: Provisions, absences and targets take leaves of the topic tree, and a leaf has no topic below it.
-- do: Choose a leaf, or correct the tree.
select 'provisions' as tbl, p._row, 'topic_id' as field from provisions p join topics t on t.topic_id = p.topic_id where not t.leaf
union all
select 'absences', a._row, 'topic_id' from absences a join topics t on t.topic_id = a.topic_id where not t.leaf
union all
select 'reaction_targets', r._row, 'topic_id' from reaction_targets r join topics t on t.topic_id = r.topic_id where not t.leaf
union all
select distinct 'topics', t._row, 'leaf' from topics t join topics c on c.parent_topic_id = t.topic_id where t.leaf
union all
select 'topics', t._row, 'leaf' from topics t
where not t.leaf and not exists (select 1 from topics c where c.parent_topic_id = t.topic_id)
