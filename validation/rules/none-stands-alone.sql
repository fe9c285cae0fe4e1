-- severity: error
-- says: A topic without a code in another scheme has the match none with the code none, and no other match there.
-- do: Remove none, or the other matches.
select 'crosswalk' as tbl, c._row, 'match' as field from crosswalk c
where (c."match" = 'none') <> (c.code = 'none')
   or (c."match" = 'none' and exists (select 1 from crosswalk d where d.topic_id = c.topic_id and d.scheme = c.scheme and d.code <> c.code))
