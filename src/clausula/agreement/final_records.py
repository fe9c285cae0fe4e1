"""The final records of a package in the form of coded units, so that they can be compared with passes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from clausula.agreement.compare import Comparison
from clausula.agreement.conflicts import PRESENT, UNIT, resolution_key
from clausula.agreement.passes import RECORDS, Unit, record_id, version_key
from clausula.agreement.variables import (
    ValuePair,
    Variable,
    all_variables,
    format_set,
    is_child_of_evidence,
    parse_set,
    quoted,
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


def _is_equal(variable: Variable, one: str, other: str) -> bool:
    return parse_set(one) == parse_set(other) if variable.field is None else one == other


def _changed_since(variable: Variable, version: str) -> bool:
    """Return whether a variable is younger than a codebook, so that what was coded with it cannot be compared."""
    return version_key(variable.since) > version_key(version)


def unapplied_decisions(
    records: FinalRecords, resolved: Iterable[Values], versions: Mapping[int, str]
) -> list[Finding]:
    """Return a finding for each resolution whose decided value differs from the value of the record.

    `versions` maps rounds to versions of the codebook. Decisions on a variable that a later codebook changed (the
    targets of reactions before there were propositions) are not compared.
    """
    known = {v.name: v for v in all_variables(records.model)}
    decided = list(resolved)
    sets = {
        (record_id(row), known[v].table.name)
        for row in decided
        if (v := row["variable"]) in known and not known[v].field
    }
    found = []
    for number, row in enumerate(decided, 1):
        record, variable = record_id(row), known.get(row["variable"])
        if variable is None:
            if row["variable"] != UNIT:
                found.append(_finding("unknown-variable:resolution", row, number))
            elif row["value"] == PRESENT and record not in records.units:
                found.append(_finding("unapplied-decision:unit", row, number))
            continue
        if _changed_since(variable, versions.get(int(row["round"]), "")):
            continue
        value = records.value(record, variable, row["item"]) if record in records.units else row["value"]
        if value is None and (record, variable.table.name) in sets:
            continue  # a decision on the set removed the row
        if value is None or not _is_equal(variable, value, row["value"]):
            given = {"record": record, "present": quoted(value), "decided": quoted(row["value"])}
            found.append(_finding("unapplied-decision", row, number, **given))
    return found


def _finding(code: str, row: Values, number: int, **given: str) -> Finding:
    place: dict[str, Any] = {"table": "resolutions", "field": "value", "row": number, "layers": (LAYER,)}
    key = f"source_id={row['source_id']}, resolution_no={row['resolution_no']}"
    return finding(code, variable=row["variable"], key=key, value=row["value"] or None, **place, **given)


def pass_mismatches(
    records: FinalRecords, comparisons: Iterable[Comparison], resolved: Iterable[Values]
) -> list[Finding]:
    """Return a finding for each value on which both passes agree but the record differs, without a resolution.

    Records that merge several units of one pass are left out; the resolution on the unit explains the merger.
    """
    known = {resolution_key(row) for row in resolved}
    found = []
    for comparison in comparisons:
        units = Counter(unit.record for unit in comparison.a.units.values())
        for kind in RECORDS.values():
            for a, b, variable, pair in comparison.value_pairs(kind, records.model):
                if (
                    _changed_since(variable, comparison.a.version)
                    or pair.a != pair.b
                    or b.record not in ("", a.record)
                    or a.record not in records.units
                    or units[a.record] > 1
                ):
                    continue
                value = records.value(a.record, variable, pair.item)
                key = (comparison.source, comparison.round, a.name, b.name, variable.name, pair.item)
                if key not in known and value is not None and not _is_equal(variable, value, pair.a):
                    found.append(_mismatch(comparison.source, a.record, variable, pair, value))
    return found


def _mismatch(source: str, record: str, variable: Variable, pair: ValuePair, value: str) -> Finding:
    name = f"{variable.name} of {pair.item}" if pair.item else variable.name
    field = variable.field.name if variable.field else None
    place = {"table": variable.table.name, "field": field, "key": f"source_id={source}", "layers": (LAYER,)}
    given = {"record": record, "name": name, "coded": quoted(pair.a), "present": quoted(value)}
    return finding("record-pass-mismatch", **given, **place)
