-- severity: error
-- says: A dependency that is a condition has no condition kind, or one that only states an order in time has a condition kind.
-- do: Fill in condition_kind for `condition`, `until` and `unless`, and leave it empty for `after` and `simultaneous`.
select 'provision_dependencies' as tbl, _row, 'condition_kind' as field from provision_dependencies
where (relation in ('condition', 'until', 'unless')) <> (condition_kind is not null)
