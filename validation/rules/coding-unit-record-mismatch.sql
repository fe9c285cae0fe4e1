-- severity: error
-- says: A coding unit is linked to a record of another kind than its name indicates, or to a target that does not exist.
-- do: Correct the name of the unit, or the record that resulted from it.
select 'coding_units' as tbl, u._row, 'unit' as field from coding_units u
left join reaction_targets t on t.reaction_id = u.reaction_id and t.target_no = u.target_no
where (u.unit like 'p%' and (u.reaction_id is not null or u.event_id is not null or u.target_no is not null))
   or (u.unit like 'r%' and (u.provision_id is not null or u.event_id is not null))
   or (u.unit like 'v%' and (u.provision_id is not null or u.reaction_id is not null or u.target_no is not null))
   or (u.reaction_id is not null and (u.unit like '%.t%') <> (u.target_no is not null))
   or (u.target_no is not null and t.target_no is null)
