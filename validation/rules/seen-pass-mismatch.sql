-- severity: error
-- says: The pass that a coder had seen is the same pass, or a pass over another source.
-- do: Name the other pass over the same source, or leave saw empty.
select 'coding_passes' as tbl, p._row, 'saw' as field from coding_passes p join coding_passes q on q.pass_id = p.saw
where q.source_id <> p.source_id or q.pass_id = p.pass_id
