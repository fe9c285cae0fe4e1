-- severity: error
-- says: An absence is coded with a version of the codebook that did not have the topic yet.
-- do: Search the text for the topic and enter the version of the codebook that you used in codebook_version, or remove the absence.
select 'absences' as tbl, a._row, 'codebook_version' as field from absences a join topics t on t.topic_id = a.topic_id
where lpad(split_part(a.codebook_version, '.', 1), 3, '0') || lpad(split_part(a.codebook_version, '.', 2), 3, '0') || lpad(split_part(a.codebook_version, '.', 3), 3, '0')
    < lpad(split_part(t.since, '.', 1), 3, '0') || lpad(split_part(t.since, '.', 2), 3, '0') || lpad(split_part(t.since, '.', 3), 3, '0')
