-- severity: error
-- says: A clause is aligned with a provision of another instrument, or says how a clause differs that the instrument lacks.
-- do: Name a provision of the instrument, or clear `differs`.
select 'clause_alignment' as tbl, a._row, 'provision_id' as field from clause_alignment a
where regexp_replace(a.provision_id, '[.]p[0-9]+$', '') <> a.instrument_id
   or (a.provision_id is null and a.differs is not null)
