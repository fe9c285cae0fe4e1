"""One record with all rows that refer to it: parts, evidence, links, disputes."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pandas as pd

from clausula.analysis.checking import pass_values, sources_of
from clausula.analysis.dataset import Dataset
from clausula.core.errors import similar_names
from clausula.core.findings import CouldNotRun
from clausula.core.model import Table

Record = dict[str, Any]

LINEAGE = ["provision_id", "strength", "summary", "relation", "earlier_provision_id"]

SELECTED = "selected_by_actor_id"
"""The party that selected the contents of a source; anyone who counts stances needs to see it."""

KINDS = (
    "instruments",
    "provisions",
    "propositions",
    "reactions",
    "events",
    "actors",
    "sources",
    "topics",
    "places",
    "processes",
)
"""Tables whose records can be shown; each has a single ID as its primary key."""


def plain(value: Any) -> Any:
    """Return a cell as a plain Python value; None if it is missing."""
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return value.item() if hasattr(value, "item") else value


def _shown(value: Any) -> Any:
    found = plain(value)
    return int(found) if isinstance(found, float) and found.is_integer() else found


def plain_records(frame: pd.DataFrame) -> list[Record]:
    """Return the rows of a frame as dictionaries of plain Python values, without missing ones."""
    rows = [{str(name): _shown(value) for name, value in row.items()} for row in frame.to_dict("records")]
    return [{name: value for name, value in row.items() if value is not None} for row in rows]


def _without(row: Record, field: str) -> Record:
    return {name: value for name, value in row.items() if name != field}


def find(data: Dataset, record_id: str, kinds: Collection[str] = KINDS) -> tuple[Table, Record]:
    """Find the table and the row of a record.

    Parameters
    ----------
    data : Dataset
    record_id : str
    kinds : collection of str
        The tables in which to look, in this order.

    Raises
    ------
    CouldNotRun
        If none of the tables has the ID; the hint lists similar IDs.
    """
    known: list[str] = []
    for name in kinds:
        table = data.model[name]
        frame = data.load(name)
        ids = frame[table.primary_key[0]]
        hit = frame[ids == record_id]
        if len(hit):
            return table, plain_records(hit)[0]
        known += ids.tolist()
    if near := similar_names(record_id, known):
        raise CouldNotRun.of("unknown-record:similar", record=record_id, near=", ".join(near))
    raise CouldNotRun.of("unknown-record", record=record_id)


def _has(data: Dataset, kind: str, record_id: str) -> bool:
    return bool((data.load(kind)[data.model[kind].primary_key[0]] == record_id).any())


def _add_selecting_party(data: Dataset, table: Table, record: Record, related: dict[str, list[Record]]) -> None:
    """Add the party that selected the source, if one did, to every reaction and every stance."""
    parties = data.load("sources").set_index("source_id")["selected_by_actor_id"].dropna().to_dict()
    sources = data.load("reactions").set_index("reaction_id")["source_id"].to_dict()
    if table.name == "reactions" and record["source_id"] in parties:
        record[SELECTED] = parties[record["source_id"]]
    for name, rows in related.items():
        for row in rows if name.startswith("reaction") else ():
            source = sources.get(row.get("reaction_id", record.get("reaction_id")))
            if source in parties:
                row[SELECTED] = parties[source]


def show(data: Dataset, record_id: str, table_name: str | None = None) -> Record:
    """Return a record with all rows of other tables that refer to it.

    Parameters
    ----------
    data : Dataset
    record_id : str
        ID of an instrument, provision, proposition, reaction, event, actor, source, topic, place or process.
    table_name : str, optional
        The table of the record. The default is the first table in this order that has the ID.

    Returns
    -------
    dict
        `table` (str), the table of the record; `also` (list of str), other tables with the same ID; `record` (dict),
        its fields that are not missing; and `related` (dict of lists), the rows that refer to the record, by table and,
        if it is not the key, the referring field. Anchors include their chain of attribution (`voices`), provisions and
        topics their lineage. Records with anchors include the sources of these, and what each pass coded (`codings`).

    Raises
    ------
    CouldNotRun
        If no record has this ID.

    Examples
    --------
    >>> import clausula
    >>> from clausula.analysis.show import show
    >>> found = show(clausula.open(), "minsk-package-2015.p02")
    >>> found["table"], found["record"]["instrument_id"]
    ('provisions', 'minsk-package-2015')
    """
    table, record = find(data, record_id, KINDS if table_name is None else (table_name,))
    related: dict[str, list[Record]] = {}
    for other, key in data.model.referencing(table.name):
        if len(key.fields) != 1:
            continue
        frame, field = data.load(other.name), key.fields[0]
        if rows := plain_records(frame[frame[field] == record_id]):
            label = other.name if field in table.primary_key else f"{other.name} ({field})"
            related[label] = [_without(row, field) for row in rows]
    _add_selecting_party(data, table, record, related)
    if "reaction_targets" in related and table.name != "reactions":
        claimants = data.load("reactions").set_index("reaction_id")["claimant_id"]
        targets = related["reaction_targets"]
        related["reaction_targets"] = [{"claimant_id": claimants[row["reaction_id"]], **row} for row in targets]
    if "evidence" in related and table.name != "sources":
        voices = data.load("attributions")
        for anchor in related["evidence"]:
            chain = plain_records(voices[voices["evidence_id"] == anchor["evidence_id"]].sort_values("step"))
            if chain:
                anchor["voices"] = [_without(voice, "evidence_id") for voice in chain]
        related["sources"] = sources_of(data, related["evidence"])
        if values := pass_values(data, related.get("coding_units", [])):
            related["codings"] = values
    if table.name in ("provisions", "topics"):
        line = data.lineage(record_id)
        if line["relation"].notna().any():
            related["lineage"] = plain_records(line[["date_from", *LINEAGE]])
    also = [kind for kind in KINDS if kind != table.name and _has(data, kind, record_id)]
    return {"table": table.name, "also": also, "record": record, "related": related}
