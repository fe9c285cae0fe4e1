-- severity: warning
-- says: A proposition is not used by any provision or reaction.
-- do: Remove the proposition, or code the provisions and reactions that are about it.
select 'propositions' as tbl, p._row, 'proposition_id' as field from propositions p
where not exists (select 1 from provision_propositions x where x.proposition_id = p.proposition_id)
  and not exists (select 1 from reaction_targets x where x.proposition_id = p.proposition_id)
