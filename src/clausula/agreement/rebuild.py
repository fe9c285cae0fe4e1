"""Check that every coded cell of the records follows from the passes, the resolutions and the revisions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from clausula.agreement.final_records import LAYER, owning_record
from clausula.agreement.passes import RECORDS, Unit, record_id
from clausula.agreement.stated_values import (
    Cell,
    Statement,
    Statements,
    coded_variables,
    identified_rows,
    is_child,
    is_equal,
    statements,
    unit_values,
)
from clausula.agreement.variables import Variable, parse_set, quoted
from clausula.core.findings import Finding, finding
from clausula.core.model import Model, Table
from clausula.core.store import Rows, Store, Values


@dataclass
class CodedRecords:
    """The records of a package with all their child rows, and the place of each row.

    Attributes
    ----------
    units : dict of str to Unit
        The records by ID.
    sources : dict of str to set of str
        The sources of each record, by its anchors.
    places : dict
        Row number and key of each row of a record, by record, table and position.
    """

    model: Model
    units: dict[str, Unit] = field(default_factory=dict)
    sources: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    places: dict[tuple[str, str, str], tuple[int, str]] = field(default_factory=dict)


def _key(table: Table, row: Values) -> str:
    return ", ".join(f"{name}={row[name]}" for name in table.primary_key)


def read_coded_records(store: Rows, only: Container[str] | None = None) -> CodedRecords:
    """Read the records, or only some of them, and all rows that belong to them."""
    found = CodedRecords(store.package.model)
    for letter, kind in RECORDS.items():
        table = found.model[kind]
        for number, row in enumerate(store.records(kind), 1):
            record = row[table.primary_key[0]]
            if only is not None and record not in only:
                continue
            found.units[record] = Unit(letter, [], record, row)
            found.places[record, kind, ""] = (number, _key(table, row))
    anchors = {}
    for row in store.records("evidence"):
        anchors[row["evidence_id"]] = record_id(row)
        found.sources[record_id(row)].add(row["source_id"])
    for table in found.model:
        if table.name in RECORDS.values() or not is_child(table):
            continue
        for number, row in enumerate(store.records(table.name), 1):
            record = record_id(row) if table.name == "evidence" else owning_record(table, row, anchors)
            unit = found.units.get(record)
            if unit is not None:
                unit.rows.setdefault(table.name, {})[str(number)] = row
                found.places[record, table.name, str(number)] = (number, _key(table, row))
    return found


@dataclass(frozen=True)
class Departure:
    """A cell of a record that is not as stated; `stated` is None if nothing states a value."""

    record: str
    variable: Variable
    item: str
    value: str
    stated: Statement | None

    @property
    def cell(self) -> Cell:
        """The cell."""
        return self.record, self.variable.name, self.item


def departures(records: CodedRecords, known: Statements) -> Iterator[Departure]:
    """Yield the coded cells that are not as stated; records from sources without passes are left out.

    A record that is stated is compared whatever sources its anchors name.
    """
    stated_records = {cell[0] for cell in known.cells}
    for record, unit in records.units.items():
        if record not in stated_records and not records.sources[record] & known.sources:
            continue
        for variable, item, value in unit_values(records.model, unit):
            stated = known.cells.get((record, variable.name, item))
            if not is_equal(variable, value, stated.value if stated else ""):
                yield Departure(record, variable, item, value, stated)


def _rows(records: CodedRecords, one: Departure, wanted: Iterable[str]) -> Iterator[tuple[int, str, Values]]:
    """Yield number, key and values of the child rows with some identities."""
    for item, position, row in identified_rows(one.variable, records.units[one.record]):
        if item in wanted:
            yield (*records.places[one.record, one.variable.table.name, position], row)


def _finding(one: Departure, **place: Any) -> Finding:
    name = f"{one.variable.name} of {one.item}" if one.item else one.variable.name
    given = {**place, "record": one.record, "name": name, "present": quoted(one.value), "layers": (LAYER,)}
    if one.stated is None:
        return finding("unstated-value", **given)
    stated = quoted(one.stated.value)
    match one.stated.by:
        case "pass":
            return finding("record-pass-mismatch", **given, stated=stated)
        case "resolution":
            return finding("unapplied-decision", **given, stated=stated)
        case _:
            return finding("record-revision-mismatch", **given, stated=stated)


def row_findings(records: CodedRecords, one: Departure) -> Iterator[Finding]:
    """Yield a finding at each row that departs; at the record itself if a row is missing."""
    variable, kind = one.variable, records.units[one.record].kind
    table = variable.table.name
    if variable.field is not None:
        name = variable.field.name
        if table == kind:
            row, key = records.places[one.record, kind, ""]
            yield _finding(one, table=kind, field=name, row=row, key=key, value=one.value or None)
            return
        for row, key, _ in _rows(records, one, {one.item}):
            yield _finding(one, table=table, field=name, row=row, key=key, value=one.value or None)
        return
    name = variable.table.same_row[0]
    stated, present = parse_set(one.stated.value if one.stated else ""), parse_set(one.value)
    extra = list(_rows(records, one, present - stated))
    for row, key, values in extra:
        yield _finding(one, table=table, field=name, row=row, key=key, value=values[name] or None)
    if stated - present and not extra:
        yield _finding(one, table=table, field=name, key=records.places[one.record, kind, ""][1])


NEW_VARIABLE, OUTSIDE_PASSES, LATER_READING = "new_variable", "outside_passes", "later_reading"


def reason_for(variable: Variable, stated: Statement | None, coded: set[str]) -> str:
    """Return why the editor coded a value, by what is stated about it and by the variables that passes code."""
    if stated is not None:
        return LATER_READING
    if variable.introduced:
        return NEW_VARIABLE
    return LATER_READING if variable.name in coded else OUTSIDE_PASSES


def _wrong_reasons(records: CodedRecords, known: Statements, store: Store) -> Iterator[Finding]:
    """Yield a finding for each revision whose reason does not follow from the passes."""
    rows = store.records("revisions") if known.revised else []
    by_name = {v.name: v for kind in RECORDS.values() for v in coded_variables(records.model, kind)}
    for cell, number in known.revised:
        row, variable = rows[number - 1], by_name.get(cell[1])
        if variable is None:
            continue
        stated = known.unrevised[cell]
        reason = reason_for(variable, stated, known.coded)
        # A variable that no pass coded when the row was written may have been coded since.
        if row["reason"] not in (reason, reason_for(variable, stated, set())):
            key = _key(store.package.model["revisions"], row)
            place: dict[str, Any] = {"table": "revisions", "field": "reason", "row": number, "layers": (LAYER,)}
            yield finding("revision-reason-mismatch", reason=reason, key=key, value=row["reason"] or None, **place)


def _unused(records: CodedRecords, known: Statements, store: Store) -> Iterator[Finding]:
    """Yield a finding for each revision of a cell that no record has, or that was already revised."""
    revised = {cell[0] for cell, _ in known.revised}
    cells = {
        (record, variable.name, item)
        for record in revised & set(records.units)
        for variable, item, _ in unit_values(records.model, records.units[record])
    }
    rows = store.records("revisions") if known.revised else []
    for cell, number in known.revised:
        if cell not in cells:
            key = _key(store.package.model["revisions"], rows[number - 1])
            place: dict[str, Any] = {"table": "revisions", "field": "variable", "row": number, "layers": (LAYER,)}
            yield finding("unused-revision", variable=cell[1], record=cell[0] or "no record", key=key, **place)
        cells.discard(cell)


def rebuild_findings(store: Store) -> list[Finding]:
    """Return a finding for each coded cell that is not as its passes, resolutions and revisions state."""
    records, known = read_coded_records(store), statements(store)
    found = [f for one in departures(records, known) for f in row_findings(records, one)]
    return [*found, *_unused(records, known, store), *_wrong_reasons(records, known, store)]
