-- severity: error
-- says: An amount of money lacks its currency or tense, or a quantity that is not money has one of the two.
-- do: Fill in currency and tense for amounts of money, and clear them for other quantities.
select 'provision_quantities' as tbl, _row, 'currency' as field from provision_quantities
where (unit = 'currency') <> (currency is not null) or (unit = 'currency') <> (tense is not null)
