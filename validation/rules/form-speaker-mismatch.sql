-- severity: error
-- says: A reported position has a speaker, a spoken or written one has none, or the speaker of a background remark is named.
-- do: Correct the form or the speaker.
select 'reactions' as tbl, r._row, 'form' as field from reactions r left join actors a on a.actor_id = r.speaker_id
where (r.form = 'reported' and r.speaker_id is not null)
   or (r.form in ('speech', 'spoken_statement', 'written_statement', 'background') and r.speaker_id is null)
   or (r.form = 'background' and not a.unnamed)
