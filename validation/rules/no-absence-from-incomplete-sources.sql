-- severity: error
-- says: Absence is coded only of instruments whose complete text was read.
-- do: Remove the absence; what a report leaves out is unknown.
select 'absences' as tbl, a._row, 'source_id' as field from absences a
join instruments i on i.instrument_id = a.instrument_id join sources s on s.source_id = a.source_id
where i.coverage <> 'complete' or s.completeness <> 'complete' or i.source_id <> a.source_id
