-- severity: error
-- says: Instruments with the same title differ in version.
-- do: Say in version what sets them apart.
select 'instruments' as tbl, b._row, 'version' as field from instruments a join instruments b
  on a.title = b.title and a._row < b._row and coalesce(a.version, '') = coalesce(b.version, '')
