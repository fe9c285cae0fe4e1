-- severity: error
-- says: A provision has a due date but its timing is not a deadline, a start or a sequence, or has a deadline or start but neither a due date nor a quantity with the measure `deadline` or `start`.
-- do: Correct the timing, or add the due date or the quantity. A `notice_period`, `duration` or `interval` is not a deadline; its timing is what the text says about when.
select 'provisions' as tbl, p._row, 'timing' as field from provisions p
where (p.due is not null and p.timing not in ('deadline', 'start', 'sequenced'))
   or (p.timing in ('deadline', 'start') and p.due is null
       and not exists (select 1 from provision_quantities q where q.provision_id = p.provision_id and q.measure in ('deadline', 'start')))
