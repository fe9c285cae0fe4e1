-- severity: error
-- says: An instrument is aligned with some clauses of the template but not with this one.
-- do: Add a row to clause_alignment that names the provision that carries the clause, or none.
with aligned as (select distinct instrument_id from clause_alignment),
wanted as (select c._row, c.template_clause_id, a.instrument_id from template_clauses c cross join aligned a)
select distinct 'template_clauses' as tbl, w._row, 'template_clause_id' as field from wanted w
where not exists (
  select 1 from clause_alignment b
  where b.instrument_id = w.instrument_id and b.template_clause_id = w.template_clause_id)
