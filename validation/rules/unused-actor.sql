-- severity: warning
-- says: An actor is not used in any other table, is not the placeholder, and its note does not say that it is only mentioned.
-- do: Remove the actor, code where it appears, or begin its note with "Mentioned only: " and the sources.
select 'actors' as tbl, a._row, 'actor_id' as field from actors a
where not exists (select 1 from provision_actors x where x.actor_id = a.actor_id)
  and not exists (select 1 from instrument_actors x where x.actor_id = a.actor_id)
  and not exists (select 1 from event_actors x where x.actor_id = a.actor_id)
  and not exists (select 1 from reactions x where a.actor_id in (x.claimant_id, x.speaker_id, x.addressee_id))
  and not exists (select 1 from attributions x where x.voice_id = a.actor_id)
  and not exists (select 1 from affiliations x where a.actor_id in (x.actor_id, x.organisation_id))
  and not exists (select 1 from sources x where x.selected_by_actor_id = a.actor_id)
  and coalesce(a.note, '') not like 'Mentioned only: %' and a.kind <> 'unspecified'
