-- severity: error
-- says: A proposition is its own opposite, or its opposite does not name it as its own opposite.
-- do: Fill in opposite_id in both propositions, or clear it in both.
select 'propositions' as tbl, p._row, 'opposite_id' as field from propositions p
join propositions o on o.proposition_id = p.opposite_id
where o.proposition_id = p.proposition_id or coalesce(o.opposite_id, '') <> p.proposition_id
