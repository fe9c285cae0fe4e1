-- severity: error
-- says: The naming is `absent` although an actor is given, another value although none is, `unnamed` for a named actor, or `named` for an unnamed one.
-- do: Correct the naming, or the speaker or intermediary.
select 'attributions' as tbl, t._row, 'naming' as field from attributions t left join actors a on a.actor_id = t.voice_id
where (t.naming = 'absent') <> (t.voice_id is null) or (t.naming = 'unnamed' and not a.unnamed) or (t.naming = 'named' and a.unnamed)
