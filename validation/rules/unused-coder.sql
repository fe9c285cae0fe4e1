-- severity: warning
-- says: A coder made no pass.
-- do: Remove the coder, or name it in coding_passes.
select 'coders' as tbl, c._row, 'coder_id' as field from coders c
where not exists (select 1 from coding_passes p where p.coder_id = c.coder_id)
