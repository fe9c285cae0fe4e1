"""Entities that passes name: what two passes mean by different IDs is one row, and no pass shows another its entities.

A pass stores the actors, places and propositions that it adds. An entity that the tables already have, under another ID
but the same name, alias or registry code, is not added: the pass refers to the row that exists.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace

from clausula.coding.answer_names import plain
from clausula.coding.form import UNITS, Form
from clausula.coding.submission import FormRow, Submission
from clausula.core.findings import Finding
from clausula.core.model import LABELS, Model, Table
from clausula.core.store import Values
from clausula.core.tables import Tables

ADDED = ("actors", "places", "propositions")
"""Tables to which every pass adds the entities that it names."""

ANYWHERE = ("spelling", "full")
"""Kinds of aliases that mean the same actor in every text; a short name or an office may be another in another text."""

Entities = dict[str, set[str]]
"""IDs of entities by table."""


def _parts(model: Model, row: Values) -> tuple[Table | None, Values]:
    """Return the table of a coded value, with the fields that the value and its item give."""
    table, _, name = row["variable"].rpartition(".")
    letters = {letter: unit for unit, letter in UNITS.items()}
    table = table or ("reaction_targets" if ".t" in row["unit"] else letters.get(row["unit"][:1], ""))
    if table not in model.tables:
        return None, {}
    parts = row["item"].split(" ")
    item = zip(model[table].primary_key[-len(parts) :], parts, strict=False) if "." in row["variable"] else ()
    return model[table], {**dict(item), name: row["value"]}


def coded_entities(tables: Tables, source_id: str) -> dict[str, Entities]:
    """Return the entities that the passes over a source refer to, by the letter of the pass."""
    model, found = tables.package.model, defaultdict[str, Entities](lambda: {name: set() for name in ADDED})
    for row in tables["codings"]:
        source, _, letter = row["pass_id"].rpartition(".")
        if source != source_id:
            continue
        table, values = _parts(model, row)
        for key in table.foreign_keys if table else ():
            if key.resource in ADDED and values.get(key.fields[0]):
                found[letter][key.resource].add(values[key.fields[0]])
    return dict(found)


def unreferenced(tables: Tables) -> Entities:
    """Return the entities that no row of any table refers to."""
    found = {}
    for name in ADDED:
        links = tables.package.model.referencing(name)
        used = {row[key.fields[0]] for table, key in links for row in tables.rows.get(table.name, ())}
        found[name] = {row[_id_field(tables, name)] for row in tables[name]} - used
    return found


def coded_by_others(tables: Tables, source_id: str, letter: str) -> Entities:
    """Return the entities that other passes over a source refer to."""
    coded = coded_entities(tables, source_id)
    return {name: {one for by, ids in coded.items() if by != letter for one in ids[name]} for name in ADDED}


def added_by_others(tables: Tables, source_id: str, letter: str) -> Entities:
    """Return the entities that only other passes over a source refer to, which the pass does not see."""
    free = unreferenced(tables)
    if not any(free.values()):
        return free
    coded = coded_entities(tables, source_id)
    own = coded.pop(letter, {})
    return {n: {one for ids in coded.values() for one in ids[n]} & free[n] - own.get(n, set()) for n in ADDED}


def without(tables: Tables, hidden: Entities) -> Tables:
    """Return tables without some entities."""
    if not any(hidden.values()):
        return tables
    found = tables.copy()
    for name, ids in hidden.items():
        found.rows[name] = [row for row in tables[name] if row[_id_field(tables, name)] not in ids]
    return found


def _id_field(tables: Tables, name: str) -> str:
    return tables.table(name).primary_key[0]


def _unique_fields(table: Table) -> list[str]:
    """Return the fields that no two rows of a table share: names and registry codes."""
    keys = [key[0] for key in table.unique_keys if len(key) == 1]
    return [*keys, *(field.name for field in table.fields if field.constraints.get("unique") is True)]


def _names(table: Table, row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what identifies an entity: its ID and name as one kind of name, and each of its codes."""
    label = next(name for name in LABELS if name in table.names)
    yield "", plain(row.get(table.primary_key[0], ""))
    for name in {label, *_unique_fields(table)}:
        if value := plain(row.get(name, "")):
            yield ("" if name == label else name), value


def _known(tables: Tables, name: str, source_id: str) -> dict[tuple[str, str], set[str]]:
    """Return the IDs of the entities of a table, by what identifies them."""
    table, found = tables.table(name), defaultdict[tuple[str, str], set[str]](set)
    for row in tables[name]:
        for key in _names(table, row):
            found[key].add(row[_id_field(tables, name)])
        for variant in row.get("variants", "").split(";"):
            found["", plain(variant)].add(row[_id_field(tables, name)])
    for row in tables["actor_aliases"] if name == "actors" else ():
        if row["source_id"] == source_id or row["kind"] in ANYWHERE:
            found["", plain(row["alias"])].add(row["actor_id"])
    found.pop(("", ""), None)
    return found


def unite(tables: Tables, form: Form, submission: Submission) -> tuple[Submission, list[Finding]]:
    """Return a submission that refers to the rows that exist for entities that it adds under another ID.

    Parameters
    ----------
    tables : Tables
        All tables, also what the pass does not see.
    form : Form
    submission : Submission

    Returns
    -------
    Submission, list of Finding
        The submission without the rows of these entities; and a warning for each, at its row.
    """
    renamed: dict[str, dict[str, str]] = {}
    findings = []
    for name in ADDED if any(row.table in ADDED for row in submission.rows) else ():
        table, present = tables.table(name), tables.index(name)
        key, known = table.primary_key[0], _known(tables, name, submission.source_id)
        for row in submission.of(name):
            if not row[key] or (row[key],) in present:
                continue
            same = {one for what in _names(table, row.cells) for one in known.get(what, ())}
            if len(same) == 1:
                renamed.setdefault(name, {})[row[key]] = next(iter(same))
                findings.append(row.finding("united-entity", key, what=name.rstrip("s"), known=next(iter(same))))
    if not renamed:
        return submission, []
    replaced = added_by_others(tables, submission.source_id, submission.letter) if form.lead else {}
    rows = [_renamed(form, row, renamed) for row in submission.rows]
    kept = [new for new, old in zip(rows, submission.rows, strict=True) if _is_kept(form, old, renamed, replaced)]
    return replace(submission, rows=kept), findings


def _is_kept(form: Form, row: FormRow, renamed: Mapping[str, Mapping[str, str]], replaced: Entities) -> bool:
    """Return whether a row is kept: that of a united entity only if the leading pass replaces what another added."""
    if row.table not in renamed:
        return True
    known = renamed[row.table].get(row[form[row.table].table.primary_key[0]])
    return known is None or known in replaced.get(row.table, ())


def _renamed(form: Form, row: FormRow, renamed: Mapping[str, Mapping[str, str]]) -> FormRow:
    """Return a row with the IDs that exist."""
    sheet, changes = form[row.table], {}
    for column in sheet.columns:
        own = row.table in renamed and column.name == sheet.table.primary_key[0]
        ids = renamed.get(row.table if own else column.refers, {})
        if row[column.name] in ids:
            changes[column.name] = ids[row[column.name]]
    return replace(row, cells={**row.cells, **changes}) if changes else row


def of_others(tables: Tables, source_id: str, letter: str) -> Entities:
    """Return the entities that a blind pass does not change: records or other passes over the source refer to them."""
    free = unreferenced(tables)
    coded = coded_by_others(tables, source_id, letter) if any(free.values()) else free
    present = {name: {row[_id_field(tables, name)] for row in tables[name]} for name in ADDED}
    return {name: present[name] - (free[name] - coded[name]) for name in ADDED}
