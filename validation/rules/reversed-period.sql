-- severity: error
-- says: The first year of a quantity is later than its last year, or only one of the two years is given.
-- do: Enter the first and the last year; for a single year, enter it twice.
select 'provision_quantities' as tbl, _row, 'period_from' as field from provision_quantities
where (period_from is null) <> (period_to is null) or period_from > period_to
