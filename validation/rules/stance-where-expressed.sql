-- severity: error
-- says: A target has a stance where the position is expressed and none where the actor is silent.
-- do: Fill or empty the stance.
select 'reaction_targets' as tbl, _row, 'stance' as field from reaction_targets where (position = 'expressed') <> (stance is not null)
