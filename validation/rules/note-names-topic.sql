-- severity: warning
-- says: The note of a provision names a topic that the provision does not have.
-- do: Code the topic as a secondary topic, or take its ID out of the note.
select distinct 'provisions' as tbl, p._row, 'note' as field from provisions p
join topics t on t.leaf and t.topic_id like '%-%' and t.topic_id <> p.topic_id
where ' ' || p.note || ' ' like '%' || t.topic_id || '%'
  and not exists (select 1 from provision_topics s where s.provision_id = p.provision_id and s.topic_id = t.topic_id)
