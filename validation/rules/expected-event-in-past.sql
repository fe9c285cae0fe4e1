-- severity: error
-- says: An expected event ends before the date of its source.
-- do: Correct the outcome or the date.
select distinct 'events' as tbl, v._row, 'outcome' as field from events v
join evidence e on e.event_id = v.event_id join sources s on s.source_id = e.source_id
where v.outcome = 'expected' and v.date_to < s.date_from
