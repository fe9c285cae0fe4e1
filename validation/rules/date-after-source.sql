-- severity: error
-- says: A reaction or past event starts or ends after the date of the source that reports it.
-- do: Correct the date of the record or of the source.
select 'reactions' as tbl, r._row, 'date' as field from reactions r join sources s on s.source_id = r.source_id
where r.date_from > s.date_to or r.date_to > s.date_to
union all
select distinct 'events', v._row, 'date' from events v join evidence e on e.event_id = v.event_id join sources s on s.source_id = e.source_id
where v.outcome = 'occurred' and (v.date_from > s.date_to or v.date_to > s.date_to)
