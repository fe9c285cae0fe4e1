-- severity: error
-- says: The relation of a link does not follow from its comparisons, and the link has no note or claims to be a copy.
-- do: Correct the relation or the comparisons, or give the reason in the note.
with compared as (
  select _row, relation, note, act,
    ',' || act || ',' || obligor || ',' || number || ',' || "time" || ',' || monitor || ',' || condition || ',' as found
  from provision_links
)
select 'provision_links' as tbl, _row, 'relation' as field from compared
where (note is null or relation = 'copies') and found is not null and case
    when relation = 'reverses' then act <> 'other'
    when found like '%,other,%' or (found like '%,more,%' and found like '%,less,%') then relation <> 'replaces'
    when found like '%,more,%' then relation <> 'strengthens'
    when found like '%,less,%' then relation <> 'weakens'
    else relation not in ('restates', 'copies')
  end
