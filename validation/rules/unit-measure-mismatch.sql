-- severity: error
-- says: A quantity has a unit that does not fit its measure, or is a share outside the range 0 to 1.
-- do: Correct the unit, the measure or the value.
-- Measures and units that a package adds to the lists are not judged.
with fits(measure, unit) as (values
  ('force_size', 'person'), ('zone_width', 'km'), ('pullback_distance', 'km'), ('calibre', 'mm'),
  ('deadline', 'hour'), ('deadline', 'day'), ('deadline', 'month'), ('deadline', 'year'),
  ('start', 'hour'), ('start', 'day'), ('start', 'month'), ('start', 'year'),
  ('duration', 'hour'), ('duration', 'day'), ('duration', 'month'), ('duration', 'year'),
  ('interval', 'hour'), ('interval', 'day'), ('interval', 'month'), ('interval', 'year'),
  ('notice_period', 'hour'), ('notice_period', 'day'), ('notice_period', 'month'), ('notice_period', 'year'),
  ('amount', 'currency'), ('output_share', 'share'), ('gdp_share', 'share'),
  ('threshold', 'person'), ('threshold', 'member'), ('threshold', 'thing'), ('threshold', 'share'),
  ('count', 'person'), ('count', 'member'), ('count', 'thing')
)
select 'provision_quantities' as tbl, _row, 'unit' as field from provision_quantities q
where q.measure in (select measure from fits) and q.unit in (select unit from fits) and (
  not exists (select 1 from fits f where f.measure = q.measure and f.unit = q.unit)
  or (q.unit = 'share' and not (q."value" between 0 and 1)))
