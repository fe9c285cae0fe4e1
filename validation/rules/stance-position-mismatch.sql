-- severity: error
-- says: A target has an expressed position but no stance, or a stance although the actor is silent.
-- do: Fill in or clear the stance.
select 'reaction_targets' as tbl, _row, 'stance' as field from reaction_targets where (position = 'expressed') <> (stance is not null)
