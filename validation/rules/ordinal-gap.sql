-- severity: error
-- says: The provisions of an instrument are not numbered consecutively from 1.
-- do: Renumber the ordinals; the IDs stay the same.
select 'provisions' as tbl, p._row, 'ordinal' as field from provisions p
where p.ordinal > 1 and not exists (select 1 from provisions q where q.instrument_id = p.instrument_id and q.ordinal = p.ordinal - 1)
