-- severity: error
-- says: A news report has no author, and no note says that none is named.
-- do: Fill in the author, or say in the note that none is named.
select 'sources' as tbl, _row, 'author' as field from sources where kind = 'news_report' and author is null and note is null
