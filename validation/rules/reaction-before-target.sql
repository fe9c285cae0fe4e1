-- severity: error
-- says: A reaction targets an instrument, or a provision of one, that did not yet exist.
-- do: Make the topic the target.
select 'reaction_targets' as tbl, t._row, 'target_no' as field from reaction_targets t
join reactions r on r.reaction_id = t.reaction_id
left join provisions p on p.provision_id = t.provision_id
join instruments i on i.instrument_id = coalesce(t.instrument_id, p.instrument_id)
where r.date_to < i.date_from
