-- severity: error
-- says: An instrument has both a provision and an absence on the same topic.
-- do: Remove the absence.
select 'absences' as tbl, a._row, 'topic_id' as field from absences a
where exists (select 1 from provisions p where p.instrument_id = a.instrument_id and p.topic_id = a.topic_id)
   or exists (select 1 from provisions p join provision_topics s on s.provision_id = p.provision_id
              where p.instrument_id = a.instrument_id and s.topic_id = a.topic_id)
