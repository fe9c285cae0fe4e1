-- severity: error
-- says: A provision has no commitment verb.
-- do: Code the operative verb of the text, or `reported` if only a report was available.
select 'provisions' as tbl, _row, 'commitment_verb' as field from provisions where commitment_verb is null
