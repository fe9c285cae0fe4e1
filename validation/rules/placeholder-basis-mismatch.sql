-- severity: error
-- says: The basis is `unspecified` but the actor is not the placeholder, or the actor is the placeholder but the basis is not `unspecified`.
-- do: Name the actor, or use the placeholder.
select 'provision_actors' as tbl, x._row, 'basis' as field from provision_actors x join actors a on a.actor_id = x.actor_id
where (x.basis = 'unspecified') <> (a.kind = 'unspecified')
