-- severity: error
-- says: A provision is linked to a provision of a later instrument or of the same instrument.
-- do: Reverse the link, or remove it.
select 'provision_links' as tbl, l._row, 'earlier_provision_id' as field from provision_links l
join provisions a on a.provision_id = l.provision_id join provisions b on b.provision_id = l.earlier_provision_id
join instruments i on i.instrument_id = a.instrument_id join instruments j on j.instrument_id = b.instrument_id
where a.instrument_id = b.instrument_id or i.date_to < j.date_from
