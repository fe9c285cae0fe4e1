-- severity: error
-- says: The basis unspecified stands with the place holder actor, and only with it.
-- do: Name the actor, or take the place holder.
select 'provision_actors' as tbl, x._row, 'basis' as field from provision_actors x join actors a on a.actor_id = x.actor_id
where (x.basis = 'unspecified') <> (a.kind = 'unspecified')
