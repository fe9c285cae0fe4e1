-- severity: error
-- says: A baseline has a value, a qualifier and an item, or nothing but an item; and it differs from the value.
-- do: Fill what is missing, or empty the baseline.
select 'provision_quantities' as tbl, _row, 'baseline_value' as field from provision_quantities
where (baseline_value is null) <> (baseline_qualifier is null) or (baseline_value is not null and baseline_item is null)
   or baseline_value = "value"
