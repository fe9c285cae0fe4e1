"""Record as revisions what the editor coded after the passes, so that every coded value has a stated origin."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from clausula.agreement.passes import RECORDS, record_id
from clausula.agreement.rebuild import departures, read_coded_records, reason_for
from clausula.agreement.stated_values import Cell, statements, unit_values
from clausula.core.model import Model
from clausula.core.store import Rows, Store, Values

REVISIONS = "revisions"


@dataclass(frozen=True)
class Editor:
    """Who revises: the ID of the coder, the version of the codebook, and a note for the new rows."""

    coder_id: str
    codebook_version: str
    note: str = ""


@dataclass
class Revised:
    """The rows of the table `revisions` as they are to be, and what changes in them."""

    rows: list[Values]
    added: list[Values]
    changed: list[Values]
    removed: list[Values]


def _id_fields(model: Model, kind: str, record: str) -> Values:
    return {model[k].primary_key[0]: record if k == kind else "" for k in RECORDS.values()}


def revise(store: Store, editor: Editor) -> Revised:
    """Return the revisions that state every coded value which no pass and no resolution states.

    A revision whose value is still that of the record keeps its row; one that is no longer needed is removed.
    """
    model = store.package.model
    records, known = read_coded_records(store), statements(store, revisions=False)
    order = [row["source_id"] for row in store.records("sources")]
    before: dict[Cell, Values] = {}
    for row in store.records(REVISIONS):
        before.setdefault((record_id(row), row["variable"], row["item"]), row)
    numbers: dict[str, int] = defaultdict(int)
    for row in before.values():
        numbers[row["source_id"]] = max(numbers[row["source_id"]], int(row["revision_no"]))
    result = Revised([], [], [], [])
    for one in departures(records, known):
        old = before.pop(one.cell, None)
        if old is not None and old["value"] == one.value:
            result.rows.append(old)
            continue
        sources = records.sources[one.record] & known.sources
        if old is None and not sources:
            continue  # the record has no anchor, which is an error of its own
        source = old["source_id"] if old else min(sources, key=order.index)
        if old is None:
            numbers[source] += 1
        row = {
            "source_id": source,
            "revision_no": old["revision_no"] if old else str(numbers[source]),
            **_id_fields(model, records.units[one.record].kind, one.record),
            "variable": one.variable.name,
            "item": one.item,
            "value": one.value,
            "coder_id": editor.coder_id,
            "codebook_version": editor.codebook_version,
            "reason": reason_for(one.variable, one.stated, known.coded),
            "note": editor.note,
        }
        result.rows.append(row)
        (result.added if old is None else result.changed).append(row)
    result.removed = list(before.values())
    result.rows.sort(key=lambda row: (order.index(row["source_id"]), int(row["revision_no"])))
    return result


def _cell_values(store: Rows, wanted: set[str]) -> dict[Cell, str]:
    """Return the values of the coded cells of some records; the members of a set in one order."""
    records = read_coded_records(store, wanted)
    found: dict[Cell, str] = {}
    for record in records.units:
        for variable, item, value in unit_values(records.model, records.units[record]):
            found[record, variable.name, item] = value
    return found


def current_revisions(before: Rows, after: Rows, source: str) -> list[Values]:
    """Return the revisions without those of a source whose cells a submission has changed or removed.

    The pass now states the value, and the revision would contradict it.
    """
    rows = after.records(REVISIONS)
    revised = {record_id(row) for row in rows if row["source_id"] == source}
    if not revised:
        return rows
    old, new = _cell_values(before, revised), _cell_values(after, revised)

    def is_current(row: Values) -> bool:
        cell = (record_id(row), row["variable"], row["item"])
        return row["source_id"] != source or (cell in new and new[cell] in (old.get(cell), row["value"]))

    return [row for row in rows if is_current(row)]
