-- severity: error
-- says: Two instruments have the same title and the same version.
-- do: Say in `version` what distinguishes them.
select 'instruments' as tbl, b._row, 'version' as field from instruments a join instruments b
  on a.title = b.title and a._row < b._row and coalesce(a.version, '') = coalesce(b.version, '')
