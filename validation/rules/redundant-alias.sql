-- severity: error
-- says: An alias is identical to the name of its actor.
-- do: Remove the alias.
select 'actor_aliases' as tbl, l._row, 'alias' as field from actor_aliases l join actors a on a.actor_id = l.actor_id where l.alias = a.name
