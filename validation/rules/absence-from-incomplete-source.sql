-- severity: error
-- says: An absence is coded for an instrument whose complete text was not read.
-- do: Remove the absence; what a report omits is unknown.
select 'absences' as tbl, a._row, 'source_id' as field from absences a
join instruments i on i.instrument_id = a.instrument_id join sources s on s.source_id = a.source_id
where i.coverage <> 'complete' or s.completeness <> 'complete' or i.source_id <> a.source_id
