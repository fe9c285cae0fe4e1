-- severity: error
-- says: A provision, absence, proposition or target has a topic that is not a leaf, or `leaf` contradicts the topic tree.
-- do: Choose a leaf topic, or correct the tree.
select 'provisions' as tbl, p._row, 'topic_id' as field from provisions p join topics t on t.topic_id = p.topic_id where not t.leaf
union all
select 'provision_topics', p._row, 'topic_id' from provision_topics p join topics t on t.topic_id = p.topic_id where not t.leaf
union all
select 'propositions', p._row, 'topic_id' from propositions p join topics t on t.topic_id = p.topic_id where not t.leaf
union all
select 'absences', a._row, 'topic_id' from absences a join topics t on t.topic_id = a.topic_id where not t.leaf
union all
select 'reaction_targets', r._row, 'topic_id' from reaction_targets r join topics t on t.topic_id = r.topic_id where not t.leaf
union all
select distinct 'topics', t._row, 'leaf' from topics t join topics c on c.parent_topic_id = t.topic_id where t.leaf
union all
select 'topics', t._row, 'leaf' from topics t
where not t.leaf and not exists (select 1 from topics c where c.parent_topic_id = t.topic_id)
