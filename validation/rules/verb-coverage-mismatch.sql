-- severity: error
-- says: A provision of an instrument with a complete text has the commitment verb `reported`, or a provision of another instrument has any other verb.
-- do: Code `reported` if the complete text of the instrument was not available, and otherwise the wording of the text.
select 'provisions' as tbl, p._row, 'commitment_verb' as field from provisions p
join instruments i on i.instrument_id = p.instrument_id
where p.commitment_verb is not null and (i.coverage = 'complete') = (p.commitment_verb = 'reported')
