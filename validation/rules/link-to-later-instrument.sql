-- severity: error
-- says: An instrument is linked to a later instrument, or only the source of the other instrument reports the link.
-- do: Exchange instrument_id and related_instrument_id, or correct the dates or the source.
select 'instrument_links' as tbl, l._row, 'related_instrument_id' as field from instrument_links l
join instruments i on i.instrument_id = l.instrument_id join instruments j on j.instrument_id = l.related_instrument_id
where i.date_to < j.date_from or (j.source_id = l.source_id and i.source_id <> l.source_id and i.coverage = 'complete')
