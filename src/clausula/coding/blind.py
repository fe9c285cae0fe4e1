"""What a blind pass may see: the tables without the coding of a source by another pass, its entities included."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from clausula.coding.form import RECORDS, UNITS, is_lead
from clausula.coding.named_entities import added_by_others, without

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from clausula.coding.form import Form
    from clausula.coding.submission import FormRow
    from clausula.core.tables import Tables

ENTITIES = ("actors", "places", "processes", "instruments", "propositions")
"""Tables whose rows sources share: a row that only one source refers to was added for it."""

OWN = ("sources", "coding_passes", "instruments")
"""Tables with rows of a source that are not part of its coding."""

NAME_ONLY = "name_only"
"""The coverage of an instrument that the source only mentions."""


def without_source(tables: Tables, source_id: str) -> Tables:
    """Return tables without the records of a source, so that another pass over it can be checked by itself."""
    trial = tables.copy()
    removed = {row[name] for row in tables.where("evidence", source_id=source_id) for name in RECORDS.values()} - {""}

    def is_kept(row: Mapping[str, str], of_source: bool) -> bool:
        if of_source and row.get("source_id") == source_id:
            return False
        record = next((row[name] for name in RECORDS.values() if row.get(name)), "")
        return record not in removed and row.get("evidence_id", "").rpartition(".e")[0] not in removed

    for name in (*UNITS, "evidence", "attributions", "absences", "coding_log", "disputes", "resolutions", "revisions"):
        trial.rows[name] = [row for row in trial[name] if is_kept(row, True)]
    no_records = dict.fromkeys(["target_no", *RECORDS.values()], "")
    trial.rows["coding_units"] = [
        {**row, **no_records} if row["pass_id"].startswith(f"{source_id}.") else row for row in trial["coding_units"]
    ]
    dependent_tables = [t.name for t in tables.package.model if any(key.resource in UNITS for key in t.foreign_keys)]
    for name in set(dependent_tables) - {"coding_units", "resolutions", "revisions"}:
        trial.rows[name] = [row for row in trial[name] if is_kept(row, name == "evidence")]
    return trial


def _references(tables: Tables, entity: str) -> Iterator[str]:
    """Yield every ID of an entity that another row refers to."""
    for table, key in tables.package.model.referencing(entity):
        if len(key.fields) == 1:
            yield from (row[key.fields[0]] for row in tables.rows.get(table.name, []))


def used_entities(form: Form, rows: Iterable[FormRow]) -> dict[str, set[str]]:
    """Return the IDs of entities that the rows of a pass refer to and that none of its rows adds."""
    used: dict[str, set[str]] = {name: set() for name in ENTITIES}
    added: dict[str, set[str]] = {name: set() for name in ENTITIES}
    for row in rows:
        if row.table in added:
            added[row.table].add(row[form[row.table].table.primary_key[0]])
        for column in form[row.table].columns:
            if column.refers in used:
                used[column.refers].add(row[column.name])
    return {name: used[name] - added[name] for name in ENTITIES}


def blind_tables(tables: Tables, source_id: str, used: Mapping[str, Collection[str]] | None = None) -> Tables:
    """Return tables without everything that a pass over a source added: records, entities and their relations.

    The instruments that the source is the text of stay, and so do entities that no source refers to.

    Parameters
    ----------
    used : mapping of str to collection of str, optional
        IDs by table of entities that stay in any case.
    """
    used = used or {}
    blind = without_source(tables, source_id)
    for table in tables.package.model:
        if "source_id" in table.names and table.name not in OWN:
            blind.rows[table.name] = [row for row in blind[table.name] if row["source_id"] != source_id]
    mentioned = {"source_id": source_id, "coverage": NAME_ONLY}
    blind.rows["instruments"] = [
        row
        for row in blind["instruments"]
        if row["instrument_id"] in used.get("instruments", ()) or any(row[n] != v for n, v in mentioned.items())
    ]
    used_before = {name: set(_references(tables, name)) for name in ENTITIES}
    while True:
        gone = {
            name: (used_before[name] - set(_references(blind, name)) - set(used.get(name, ())))
            & {row[_key(blind, name)] for row in blind[name]}
            for name in ENTITIES
            if name != "instruments"
        }
        if not any(gone.values()):
            return blind
        for name, ids in gone.items():
            _remove(blind, name, ids)


def _key(tables: Tables, name: str) -> str:
    return tables.table(name).primary_key[0]


def _remove(tables: Tables, name: str, ids: set[str]) -> None:
    """Remove rows of a table, and clear what only describes them."""
    if not ids:
        return
    tables.rows[name] = [row for row in tables[name] if row[_key(tables, name)] not in ids]
    for table, key in tables.package.model.referencing(name):
        field = key.fields[0]
        if table.name in tables.rows and field in table.primary_key:
            tables.rows[table.name] = [row for row in tables[table.name] if row[field] not in ids]


def text_instruments(tables: Tables, source_id: str) -> list[str]:
    """Return the IDs of the instruments that a source is the text of; its own ID if none is registered yet."""
    found = tables.where("instruments", source_id=source_id)
    return [row["instrument_id"] for row in found if row["coverage"] != NAME_ONLY] or [source_id]


def linked_instruments(tables: Tables, source_id: str) -> set[str]:
    """Return the earlier instruments that the tables link to those of a source."""
    own = set(text_instruments(tables, source_id))
    links = [(row["instrument_id"], row["related_instrument_id"]) for row in tables["instrument_links"]]
    return {earlier for later, earlier in links if later in own} - own


def with_instrument(tables: Tables, source_id: str, processes: Collection[str] = ()) -> Tables:
    """Return tables in which a source has an instrument, so that a blind pass can be checked before the leading one.

    Parameters
    ----------
    tables : Tables
        The tables that the pass may see; a row for the instrument is added to them if they have none.
    processes : collection of str
        IDs that the pass uses for processes; unless the source has an instrument, they are added too.
    """
    if any(tables.where("instruments", source_id=source_id)):
        return tables
    added = {"instruments": [source_id], "processes": sorted(processes)}
    for name, ids in added.items():
        key, names = _key(tables, name), tables.table(name).names
        known = {row[key] for row in tables[name]}
        new = [dict.fromkeys(names, "") | {key: one} for one in ids if one and one not in known]
        tables.rows[name] = [
            *tables[name],
            *({**row, "source_id": source_id} if name == "instruments" else row for row in new),
        ]
    return tables


def visible_tables(tables: Tables, source_id: str, letter: str, processes: Collection[str] = ()) -> Tables:
    """Return the tables that the coder of a pass over a source may see.

    No pass sees what only another pass over the source has added; the leading pass sees everything else.
    """
    seen = without(tables, added_by_others(tables, source_id, letter))
    return seen if is_lead(letter) else with_instrument(blind_tables(seen, source_id), source_id, processes)
