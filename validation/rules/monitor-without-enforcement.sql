-- severity: error
-- says: A provision has a monitor or guarantor but the enforcement `none`, and is not itself about monitoring or a security guarantee.
-- do: Correct the enforcement code or the role of the actor.
select 'provisions' as tbl, p._row, 'enforcement' as field from provisions p join provision_actors a on a.provision_id = p.provision_id
join topics t on t.topic_id = p.topic_id
where p.enforcement = 'none' and (a.role = 'monitor' and coalesce(t.parent_topic_id, '') <> 'monitoring' or a.role = 'guarantor' and t.topic_id <> 'security-guarantee')
