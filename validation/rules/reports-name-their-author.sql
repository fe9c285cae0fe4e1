-- severity: error
-- says: A news report has its author, or says in the note that none is named.
-- do: Fill the author, or write the note.
select 'sources' as tbl, _row, 'author' as field from sources where kind = 'news_report' and author is null and note is null
