"""Bringing a record to what was decided: a cell, a cell of a row below it, or rows added and removed."""

from __future__ import annotations

from collections.abc import Iterable

from clausula.agreement.conflicts import Conflict
from clausula.agreement.final_records import owner
from clausula.agreement.passes import Row, Unit, rows_of
from clausula.agreement.variables import Variable, below_evidence, identity, parsed
from clausula.core.csvio import write_rows
from clausula.core.edtf import bounds
from clausula.core.model import Field, Table
from clausula.core.package import Package


class NotWritable(ValueError):
    """A decision that a record cannot be brought to without a hand."""


class Tables:
    """The tables of a package as rows of text, read when they are asked for.

    Attributes
    ----------
    touched : set of str
        Tables whose rows were changed.
    """

    def __init__(self, package: Package) -> None:
        self.package = package
        self.touched: set[str] = set()
        self._rows: dict[str, list[Row]] = {}

    def __getitem__(self, name: str) -> list[Row]:
        if name not in self._rows:
            self._rows[name] = list(rows_of(self.package, name))
        return self._rows[name]

    def content(self, name: str) -> bytes:
        """A table as a CSV file in canonical form."""
        names = self.package.model[name].names
        return write_rows(names, [[row.get(n, "") for n in names] for row in self[name]])

    def of_record(self, table: Table, record: str) -> list[Row]:
        """The rows below a record."""
        anchors = {}
        if below_evidence(table):
            ids = ("provision_id", "reaction_id", "event_id")
            anchors = {e["evidence_id"]: next(filter(None, (e[i] for i in ids)), "") for e in self["evidence"]}
        return [row for row in self[table.name] if owner(table, row, anchors) == record]

    def drop(self, name: str, gone: list[Row]) -> None:
        """Take rows out of a table."""
        if gone:
            left = {id(row) for row in gone}
            self._rows[name] = [row for row in self[name] if id(row) not in left]
            self.touched.add(name)

    def insert(self, name: str, new: Row, group: str) -> None:
        """Put a row after those that have the same value in a field, else at the end."""
        rows = self[name]
        place = max((i for i, row in enumerate(rows) if row[group] == new[group]), default=len(rows) - 1) + 1
        rows.insert(place, new)
        self.touched.add(name)

    def set(self, table: Table, row: Row, field: Field, value: str) -> None:
        """Write a cell, and the first and last day beside a date."""
        changes = {field.name: value}
        if field.bounds:
            try:
                days = bounds(value) if value else (None, None)
            except ValueError as error:
                raise NotWritable(str(error)) from error
            changes |= {name: day.isoformat() if day else "" for name, day in zip(field.bounds, days, strict=True)}
        if any(row.get(name, "") != text for name, text in changes.items()):
            row.update(changes)
            self.touched.add(table.name)


def apply_decision(
    tables: Tables, variable: Variable, conflict: Conflict, value: str, units: Iterable[Unit | None]
) -> None:
    """Bring the record that came of a unit to a decided value.

    Parameters
    ----------
    units : iterable of Unit or None
        The unit in either pass, from which rows that the record lacks are taken.

    Raises
    ------
    NotWritable
        If the record must be changed by hand.
    """
    if not conflict.record:
        raise NotWritable(f"no record came of {conflict.unit_a or conflict.unit_b}")
    elif variable.field is None:
        _rows(tables, variable, conflict.record, parsed(value), units)
    elif variable.of_rows:
        rows = [r for r in tables.of_record(variable.table, conflict.record) if identity(variable, r) == conflict.item]
        if not rows:
            raise NotWritable(f"{conflict.record} has no row {conflict.item!r} in {variable.table.name}")
        for row in rows:
            tables.set(variable.table, row, variable.field, value)
    else:
        key = variable.table.primary_key[0]
        rows = [r for r in tables[variable.table.name] if r[key] == conflict.record]
        if not rows:
            raise NotWritable(f"{conflict.record} is not in {variable.table.name}")
        tables.set(variable.table, rows[0], variable.field, value)


def _rows(
    tables: Tables, variable: Variable, record: str, wanted: frozenset[str], units: Iterable[Unit | None]
) -> None:
    """Add the rows that a set lacks, and remove those that it has too many."""
    table = variable.table
    have = {identity(variable, row): row for row in tables.of_record(table, record) if _in_set(variable, row)}
    if set(have) == wanted:
        return
    if below_evidence(table):
        raise NotWritable(f"the rows of {table.name} hang on anchors")
    offered = [row for unit in units if unit for row in unit.rows.get(table.name, {}).values()]
    known = {identity(variable, row): row for row in reversed(offered) if _in_set(variable, row)}
    rows = tables[table.name]
    for name in set(have) - wanted:
        rows.remove(have[name])
    place = max((i for i, row in enumerate(rows) if row[table.primary_key[0]] == record), default=len(rows) - 1) + 1
    for name in sorted(wanted - set(have)):
        if name not in known:
            raise NotWritable(f"no pass has the row {name!r} of {table.name}")
        rows.insert(place, _new(tables, table, record, known[name]))
        place += 1
    tables.touched.add(table.name)


def _in_set(variable: Variable, row: Row) -> bool:
    return not variable.category or row.get(variable.table.sets_by) == variable.category


def _new(tables: Tables, table: Table, record: str, given: Row) -> Row:
    """A row of a pass as one of the record; numbers are given anew."""
    row = {name: given.get(name, "") for name in table.names} | {table.primary_key[0]: record}
    last = table[table.primary_key[-1]]
    if last.type == "integer":
        taken = [int(other[last.name]) for other in tables.of_record(table, record)]
        row[last.name] = str(max(taken, default=0) + 1)
    return row
