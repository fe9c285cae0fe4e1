-- severity: error
-- says: An instrument whose complete text was coded has no legal status, or an instrument without a complete text has one.
-- do: Code what the text says of its own force; leave it empty if the complete text was not available.
select 'instruments' as tbl, _row, 'legal_status' as field from instruments
where (coverage = 'complete') <> (legal_status is not null)
