-- severity: error
-- says: Every anchor in a text that is not an instrument itself has a chain of voices without gaps that ends with its author, and no other anchor has one.
-- do: Complete the chain, or remove it.
select 'evidence' as tbl, e._row, 'evidence_id' as field from evidence e join sources s on s.source_id = e.source_id
where (s.kind in ('news_report', 'compilation')) <> exists (
  select 1 from attributions t where t.evidence_id = e.evidence_id and t.role = 'author'
   and t.step = (select max(u.step) from attributions u where u.evidence_id = e.evidence_id)
   and t.step = (select count(*) from attributions u where u.evidence_id = e.evidence_id)
   and 1 = (select count(*) from attributions u where u.evidence_id = e.evidence_id and u.role = 'author'))
   or (s.kind not in ('news_report', 'compilation') and exists (select 1 from attributions u where u.evidence_id = e.evidence_id))
