-- severity: error
-- says: An anchor in a news report or compilation has no complete attribution chain that ends with the author, or an anchor in another source has a chain although it supports no reaction or the chain is incomplete.
-- do: Complete the attribution chain, or remove it.
with chains as (
  select evidence_id, max(step) as last_step, count(*) as steps, max(case when role = 'author' then step end) as author_step,
    sum(case when role = 'author' then 1 else 0 end) as authors
  from attributions group by evidence_id
)
select 'evidence' as tbl, e._row, 'evidence_id' as field from evidence e join sources s on s.source_id = e.source_id
left join chains c on c.evidence_id = e.evidence_id
where not coalesce(c.last_step = c.steps and c.author_step = c.last_step and c.authors = 1, false)
      and (s.kind in ('news_report', 'compilation') or c.evidence_id is not null)
   or (s.kind not in ('news_report', 'compilation') and c.evidence_id is not null and e.reaction_id is null)
