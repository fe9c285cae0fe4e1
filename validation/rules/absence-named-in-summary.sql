-- severity: warning
-- says: The name of a topic that is coded absent, if it has several words, occurs in the summary or condition of a provision of the instrument, and the absence has no note.
-- do: Code the topic as the primary or a secondary topic of that provision, or give the reason in the note of the absence.
select distinct 'absences' as tbl, a._row, 'topic_id' as field from (
  select a._row, a.instrument_id, lower(' ' || t.label || ' ') as label from absences a
  join topics t on t.topic_id = a.topic_id where a.note is null and t.label like '% %'
) a join (
  select instrument_id, translate(lower(' ' || summary || ' ' || coalesce(condition, '') || ' '), '.,;:()', '      ') as words from provisions
) p on p.instrument_id = a.instrument_id where instr(p.words, a.label) > 0
