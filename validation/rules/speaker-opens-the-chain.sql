-- severity: error
-- says: The first voice of a reaction's anchor is its speaker.
-- do: Correct the speaker or the chain.
select 'attributions' as tbl, t._row, 'voice_id' as field from attributions t
join evidence e on e.evidence_id = t.evidence_id join reactions r on r.reaction_id = e.reaction_id
where t.step = 1 and coalesce(t.voice_id, '') <> coalesce(r.speaker_id, '')
