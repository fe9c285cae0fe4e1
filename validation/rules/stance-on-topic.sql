-- severity: error
-- says: A stance is coded towards a topic, although one cannot be for or against a topic.
-- do: Name the proposition that the actor is for or against; a topic is the target only if the source notes silence on it.
select 'reaction_targets' as tbl, _row, 'topic_id' as field from reaction_targets
where topic_id is not null and position = 'expressed'
