-- severity: error
-- says: The first step in the attribution chain of a reaction is not its speaker.
-- do: Correct the speaker or the attribution chain.
select 'attributions' as tbl, t._row, 'voice_id' as field from attributions t
join evidence e on e.evidence_id = t.evidence_id join reactions r on r.reaction_id = e.reaction_id
where t.step = 1 and coalesce(t.voice_id, '') <> coalesce(r.speaker_id, '')
