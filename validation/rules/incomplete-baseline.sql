-- severity: error
-- says: A baseline lacks a value, a qualifier or an item, or is equal to the value of the quantity.
-- do: Fill in what is missing, or clear the baseline. A baseline item alone is allowed.
select 'provision_quantities' as tbl, _row, 'baseline_value' as field from provision_quantities
where (baseline_value is null) <> (baseline_qualifier is null) or (baseline_value is not null and baseline_item is null)
   or baseline_value = "value"
