-- severity: error
-- says: A word mixes Latin with Greek or Cyrillic letters, which look the same and are not found by a search.
-- do: Type the word again in one alphabet.
select 'sources' as tbl, _row, 'title' as field from sources where regexp_replace("title", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "title"
union all
select 'sources' as tbl, _row, 'publisher' as field from sources where regexp_replace("publisher", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "publisher"
union all
select 'sources' as tbl, _row, 'author' as field from sources where regexp_replace("author", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "author"
union all
select 'sources' as tbl, _row, 'locator' as field from sources where regexp_replace("locator", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "locator"
union all
select 'sources' as tbl, _row, 'licence' as field from sources where regexp_replace("licence", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "licence"
union all
select 'sources' as tbl, _row, 'note' as field from sources where regexp_replace("note", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "note"
union all
select 'processes' as tbl, _row, 'title' as field from processes where regexp_replace("title", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "title"
union all
select 'processes' as tbl, _row, 'summary' as field from processes where regexp_replace("summary", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "summary"
union all
select 'processes' as tbl, _row, 'note' as field from processes where regexp_replace("note", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "note"
union all
select 'instruments' as tbl, _row, 'title' as field from instruments where regexp_replace("title", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "title"
union all
select 'instruments' as tbl, _row, 'version' as field from instruments where regexp_replace("version", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "version"
union all
select 'instruments' as tbl, _row, 'note' as field from instruments where regexp_replace("note", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "note"
union all
select 'instrument_links' as tbl, _row, 'note' as field from instrument_links where regexp_replace("note", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "note"
union all
select 'instrument_actors' as tbl, _row, 'capacity' as field from instrument_actors where regexp_replace("capacity", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "capacity"
union all
select 'instrument_actors' as tbl, _row, 'note' as field from instrument_actors where regexp_replace("note", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "note"
union all
select 'actors' as tbl, _row, 'name' as field from actors where regexp_replace("name", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "name"
union all
select 'actors' as tbl, _row, 'note' as field from actors where regexp_replace("note", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "note"
union all
select 'actor_aliases' as tbl, _row, 'alias' as field from actor_aliases where regexp_replace("alias", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "alias"
union all
select 'affiliations' as tbl, _row, 'office' as field from affiliations where regexp_replace("office", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "office"
union all
select 'affiliations' as tbl, _row, 'note' as field from affiliations where regexp_replace("note", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "note"
union all
select 'topics' as tbl, _row, 'label' as field from topics where regexp_replace("label", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "label"
union all
select 'topics' as tbl, _row, 'definition' as field from topics where regexp_replace("definition", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "definition"
union all
select 'crosswalk' as tbl, _row, 'justification' as field from crosswalk where regexp_replace("justification", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "justification"
union all
select 'propositions' as tbl, _row, 'statement' as field from propositions where regexp_replace("statement", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "statement"
union all
select 'propositions' as tbl, _row, 'note' as field from propositions where regexp_replace("note", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "note"
union all
select 'provisions' as tbl, _row, 'place' as field from provisions where regexp_replace("place", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "place"
union all
select 'provisions' as tbl, _row, 'summary' as field from provisions where regexp_replace("summary", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "summary"
union all
select 'provisions' as tbl, _row, 'condition' as field from provisions where regexp_replace("condition", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "condition"
union all
select 'provisions' as tbl, _row, 'note' as field from provisions where regexp_replace("note", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "note"
union all
select 'provision_propositions' as tbl, _row, 'note' as field from provision_propositions where regexp_replace("note", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "note"
union all
select 'provision_dependencies' as tbl, _row, 'event' as field from provision_dependencies where regexp_replace("event", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "event"
union all
select 'provision_dependencies' as tbl, _row, 'note' as field from provision_dependencies where regexp_replace("note", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "note"
union all
select 'provision_quantities' as tbl, _row, 'item' as field from provision_quantities where regexp_replace("item", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "item"
union all
select 'provision_quantities' as tbl, _row, 'baseline_item' as field from provision_quantities where regexp_replace("baseline_item", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "baseline_item"
union all
select 'places' as tbl, _row, 'name' as field from places where regexp_replace("name", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "name"
union all
select 'places' as tbl, _row, 'variants' as field from places where regexp_replace("variants", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "variants"
union all
select 'places' as tbl, _row, 'note' as field from places where regexp_replace("note", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "note"
union all
select 'provision_links' as tbl, _row, 'note' as field from provision_links where regexp_replace("note", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "note"
union all
select 'template_clauses' as tbl, _row, 'label' as field from template_clauses where regexp_replace("label", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "label"
union all
select 'template_clauses' as tbl, _row, 'definition' as field from template_clauses where regexp_replace("definition", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "definition"
union all
select 'clause_alignment' as tbl, _row, 'differs' as field from clause_alignment where regexp_replace("differs", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "differs"
union all
select 'absences' as tbl, _row, 'codebook_version' as field from absences where regexp_replace("codebook_version", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "codebook_version"
union all
select 'absences' as tbl, _row, 'note' as field from absences where regexp_replace("note", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "note"
union all
select 'reactions' as tbl, _row, 'summary' as field from reactions where regexp_replace("summary", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "summary"
union all
select 'reactions' as tbl, _row, 'note' as field from reactions where regexp_replace("note", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "note"
union all
select 'reaction_targets' as tbl, _row, 'condition' as field from reaction_targets where regexp_replace("condition", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "condition"
union all
select 'events' as tbl, _row, 'summary' as field from events where regexp_replace("summary", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "summary"
union all
select 'events' as tbl, _row, 'note' as field from events where regexp_replace("note", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "note"
union all
select 'disputes' as tbl, _row, 'coded_source_says' as field from disputes where regexp_replace("coded_source_says", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "coded_source_says"
union all
select 'disputes' as tbl, _row, 'others_say' as field from disputes where regexp_replace("others_say", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "others_say"
union all
select 'disputes' as tbl, _row, 'reported_by' as field from disputes where regexp_replace("reported_by", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "reported_by"
union all
select 'disputes' as tbl, _row, 'locator' as field from disputes where regexp_replace("locator", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "locator"
union all
select 'disputes' as tbl, _row, 'note' as field from disputes where regexp_replace("note", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "note"
union all
select 'coding_log' as tbl, _row, 'note' as field from coding_log where regexp_replace("note", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "note"
union all
select 'coders' as tbl, _row, 'description' as field from coders where regexp_replace("description", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "description"
union all
select 'coding_passes' as tbl, _row, 'codebook_version' as field from coding_passes where regexp_replace("codebook_version", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "codebook_version"
union all
select 'coding_passes' as tbl, _row, 'coder_version' as field from coding_passes where regexp_replace("coder_version", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "coder_version"
union all
select 'coding_passes' as tbl, _row, 'note' as field from coding_passes where regexp_replace("note", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "note"
union all
select 'codings' as tbl, _row, 'variable' as field from codings where regexp_replace("variable", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "variable"
union all
select 'codings' as tbl, _row, 'item' as field from codings where regexp_replace("item", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "item"
union all
select 'codings' as tbl, _row, 'value' as field from codings where regexp_replace("value", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "value"
union all
select 'conflicts' as tbl, _row, 'variable' as field from conflicts where regexp_replace("variable", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "variable"
union all
select 'conflicts' as tbl, _row, 'item' as field from conflicts where regexp_replace("item", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "item"
union all
select 'conflicts' as tbl, _row, 'value_a' as field from conflicts where regexp_replace("value_a", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "value_a"
union all
select 'conflicts' as tbl, _row, 'value_b' as field from conflicts where regexp_replace("value_b", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "value_b"
union all
select 'resolutions' as tbl, _row, 'variable' as field from resolutions where regexp_replace("variable", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "variable"
union all
select 'resolutions' as tbl, _row, 'item' as field from resolutions where regexp_replace("item", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "item"
union all
select 'resolutions' as tbl, _row, 'value' as field from resolutions where regexp_replace("value", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "value"
union all
select 'resolutions' as tbl, _row, 'note' as field from resolutions where regexp_replace("note", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "note"
union all
select 'revisions' as tbl, _row, 'variable' as field from revisions where regexp_replace("variable", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "variable"
union all
select 'revisions' as tbl, _row, 'item' as field from revisions where regexp_replace("item", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "item"
union all
select 'revisions' as tbl, _row, 'value' as field from revisions where regexp_replace("value", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "value"
union all
select 'revisions' as tbl, _row, 'codebook_version' as field from revisions where regexp_replace("codebook_version", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "codebook_version"
union all
select 'revisions' as tbl, _row, 'note' as field from revisions where regexp_replace("note", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "note"
union all
select 'audit_findings' as tbl, _row, 'record' as field from audit_findings where regexp_replace("record", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "record"
union all
select 'audit_findings' as tbl, _row, 'variable' as field from audit_findings where regexp_replace("variable", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "variable"
union all
select 'audit_findings' as tbl, _row, 'proposed' as field from audit_findings where regexp_replace("proposed", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "proposed"
union all
select 'audit_findings' as tbl, _row, 'reason' as field from audit_findings where regexp_replace("reason", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "reason"
union all
select 'agreement' as tbl, _row, 'codebook_version' as field from agreement where regexp_replace("codebook_version", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "codebook_version"
union all
select 'agreement' as tbl, _row, 'scope' as field from agreement where regexp_replace("scope", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "scope"
union all
select 'agreement' as tbl, _row, 'variable' as field from agreement where regexp_replace("variable", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "variable"
union all
select 'agreement' as tbl, _row, 'note' as field from agreement where regexp_replace("note", '[A-Za-z][Ͱ-ӿ]|[Ͱ-ӿ][A-Za-z]', '') <> "note"
