-- severity: error
-- says: A pass is coded blind or independent although its coder had seen another pass, or independent although it is not blind.
-- do: Correct blind, independent or saw.
select 'coding_passes' as tbl, _row, 'blind' as field from coding_passes
where (blind and saw is not null) or (independent and not blind)
