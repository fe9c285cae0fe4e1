-- severity: warning
-- says: A link has the relation `restates` or `copies` although its two provisions have different due dates, and it has no note.
-- do: Code the time as `more` or `less`, or give the reason in the note.
select 'provision_links' as tbl, l._row, 'relation' as field from provision_links l
join provisions a on a.provision_id = l.provision_id join provisions b on b.provision_id = l.earlier_provision_id
where l.relation in ('restates', 'copies') and l.note is null and coalesce(a.due, '') <> coalesce(b.due, '')
