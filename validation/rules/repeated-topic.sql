-- severity: error
-- says: A secondary topic of a provision is also its primary topic.
-- do: Remove the secondary topic.
select 'provision_topics' as tbl, s._row, 'topic_id' as field from provision_topics s
join provisions p on p.provision_id = s.provision_id where p.topic_id = s.topic_id
