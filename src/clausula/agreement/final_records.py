"""The final records of a package in the form of coded units, so that they can be compared with passes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from clausula.agreement.conflicts import PRESENT, UNIT
from clausula.agreement.passes import RECORDS, Unit, record_id
from clausula.agreement.variables import (
    Variable,
    all_variables,
    format_set,
    is_child_of_evidence,
    row_identity,
    row_set,
)
from clausula.core.findings import Finding, finding
from clausula.core.model import Model, Table
from clausula.core.store import Store, Values

LAYER = "agreement"


@dataclass(frozen=True)
class FinalRecords:
    """The records of a package, by ID."""

    model: Model
    units: dict[str, Unit]

    def value(self, record: str, variable: Variable, item: str) -> str | None:
        """Return the value of a record in the notation of conflicts; None if the record has no such child row."""
        unit = self.units[record]
        if variable.field is None:
            return format_set(row_set(variable, unit))
        if not variable.per_row:
            return unit.values.get(variable.field.name, "")
        rows = unit.rows.get(variable.table.name, {}).values()
        found = [row.get(variable.field.name, "") for row in rows if row_identity(variable, row) == item]
        return found[0] if found else None


def owning_record(table: Table, row: Values, anchors: dict[str, str]) -> str:
    """Return the ID of the record that a child row belongs to."""
    if is_child_of_evidence(table):
        return anchors.get(row["evidence_id"], "")
    return row[table.primary_key[0]]


def read_final_records(store: Store) -> FinalRecords:
    """Read the records and their child rows, as far as passes are compared on them."""
    model = store.package.model
    units: dict[str, Unit] = {}
    for letter, kind in RECORDS.items():
        key = model[kind].primary_key[0]
        for row in store.records(kind):
            units[row[key]] = Unit(letter, [], row[key], row)
    anchors = {row["evidence_id"]: record_id(row) for row in store.records("evidence")}
    for table in model:
        if table.same_row:
            for number, row in enumerate(store.records(table.name)):
                unit = units.get(owning_record(table, row, anchors))
                if unit is not None:
                    unit.rows.setdefault(table.name, {})[str(number)] = row
    return FinalRecords(model, units)


def unapplied_units(records: FinalRecords, resolved: Iterable[Values]) -> list[Finding]:
    """Return a finding for each resolution on an unknown variable, and for each unit that is to be there and is not."""
    known = {v.name for v in all_variables(records.model)} | {UNIT}
    found = []
    for number, row in enumerate(resolved, 1):
        if row["variable"] not in known:
            found.append(_finding("unknown-variable:resolution", row, number))
        elif row["variable"] == UNIT and row["value"] == PRESENT and record_id(row) not in records.units:
            found.append(_finding("unapplied-decision:unit", row, number))
    return found


def _finding(code: str, row: Values, number: int, **given: str) -> Finding:
    place: dict[str, Any] = {"table": "resolutions", "field": "value", "row": number, "layers": (LAYER,)}
    key = f"source_id={row['source_id']}, resolution_no={row['resolution_no']}"
    return finding(code, variable=row["variable"], key=key, value=row["value"] or None, **place, **given)
