-- severity: error
-- says: A source reports no reaction and no past event that starts after the source was made.
-- do: Correct the date, or the date of the source.
select 'reactions' as tbl, r._row, 'date' as field from reactions r join sources s on s.source_id = r.source_id
where r.date_from > s.date_to or r.date_to > s.date_to
union all
select distinct 'events', v._row, 'date' from events v join evidence e on e.event_id = v.event_id join sources s on s.source_id = e.source_id
where v.outcome = 'occurred' and (v.date_from > s.date_to or v.date_to > s.date_to)
