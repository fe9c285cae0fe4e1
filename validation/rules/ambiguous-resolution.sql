-- severity: error
-- says: A resolution concerns no provision, reaction or event, or more than one. Only a resolution on a dropped unit may concern none.
-- do: Name exactly one record.
select 'resolutions' as tbl, _row, 'variable' as field from resolutions
where (case when provision_id is null then 0 else 1 end) + (case when reaction_id is null then 0 else 1 end)
    + (case when event_id is null then 0 else 1 end) <> case when variable = 'unit' and provision_id is null and reaction_id is null and event_id is null then 0 else 1 end
