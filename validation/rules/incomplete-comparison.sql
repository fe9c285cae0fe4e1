-- severity: error
-- says: A link between provisions lacks at least one of its six comparisons.
-- do: Compare act, obligor, number, time, monitor and condition, and write `same`, `more`, `less` or `other` for each.
select 'provision_links' as tbl, _row, 'act' as field from provision_links
where act is null or obligor is null or number is null or "time" is null or monitor is null or condition is null
