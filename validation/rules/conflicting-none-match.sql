-- severity: error
-- says: A topic has the match `none` without the code `none`, the code without the match, or another match in the same scheme.
-- do: Remove `none`, or the other matches.
select 'crosswalk' as tbl, c._row, 'match' as field from crosswalk c
where (c."match" = 'none') <> (c.code = 'none')
   or (c."match" = 'none' and exists (select 1 from crosswalk d where d.topic_id = c.topic_id and d.scheme = c.scheme and d.code <> c.code))
