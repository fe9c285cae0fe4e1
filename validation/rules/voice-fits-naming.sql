-- severity: error
-- says: A voice is left empty where it is absent, unnamed where the actor is, and named otherwise.
-- do: Correct the naming or the voice.
select 'attributions' as tbl, t._row, 'naming' as field from attributions t left join actors a on a.actor_id = t.voice_id
where (t.naming = 'absent') <> (t.voice_id is null) or (t.naming = 'unnamed' and not a.unnamed) or (t.naming = 'named' and a.unnamed)
