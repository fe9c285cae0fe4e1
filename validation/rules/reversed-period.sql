-- severity: error
-- says: The first year of a quantity is later than its last year, or only the last year is given.
-- do: Enter the first and the last year; for a single year, enter it twice; for an open end, leave the last year empty.
select 'provision_quantities' as tbl, _row, 'period_from' as field from provision_quantities
where (period_from is null and period_to is not null) or period_from > period_to
