-- severity: error
-- says: A quantity has a unit that does not fit its measure, or is a share outside the range 0 to 1.
-- do: Correct the unit, the measure or the value.
select 'provision_quantities' as tbl, _row, 'unit' as field from provision_quantities
where not (
     (measure = 'force_size' and unit = 'person') or (measure in ('zone_width', 'pullback_distance') and unit = 'km')
  or (measure = 'calibre' and unit = 'mm')
  or (measure in ('deadline', 'start', 'duration', 'interval', 'notice_period') and unit in ('hour', 'day', 'month', 'year'))
  or (measure = 'amount' and unit = 'currency')
  or (measure in ('output_share', 'gdp_share') and unit = 'share' and "value" between 0 and 1)
  or (measure = 'threshold' and (unit in ('person', 'member', 'thing') or (unit = 'share' and "value" between 0 and 1)))
  or (measure = 'count' and unit in ('person', 'member', 'thing')))
