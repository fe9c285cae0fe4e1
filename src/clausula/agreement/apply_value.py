"""Application of a decided value to a record: set a cell of the record or a child row, or add and remove child rows."""

from __future__ import annotations

from collections.abc import Iterable

from clausula.agreement.conflicts import Conflict
from clausula.agreement.final_records import owning_record
from clausula.agreement.passes import Row, Unit, record_id
from clausula.agreement.variables import Variable, is_child_of_evidence, parse_set, row_identity
from clausula.core.csvio import write_rows
from clausula.core.edtf import bounds
from clausula.core.model import Field, Table
from clausula.core.package import Package
from clausula.core.store import Store


class CannotApply(ValueError):
    """A decision that cannot be applied to the tables automatically."""


class Tables:
    """The tables of a package as rows of text, each read on first use.

    Attributes
    ----------
    touched : set of str
        Names of the tables that were changed.
    """

    def __init__(self, package: Package) -> None:
        self.package = package
        self.touched: set[str] = set()
        self._rows: dict[str, list[Row]] = {}

    def __getitem__(self, name: str) -> list[Row]:
        if name not in self._rows:
            self._rows[name] = Store(self.package).records(name)
        return self._rows[name]

    def content(self, name: str) -> bytes:
        """Return a table as CSV in canonical form."""
        names = self.package.model[name].names
        return write_rows(names, [[row.get(n, "") for n in names] for row in self[name]])

    def rows_of_record(self, table: Table, record: str) -> list[Row]:
        """Return the child rows of a record in a table."""
        anchors = {}
        if is_child_of_evidence(table):
            anchors = {row["evidence_id"]: record_id(row) for row in self["evidence"]}
        return [row for row in self[table.name] if owning_record(table, row, anchors) == record]

    def remove(self, name: str, rows: list[Row]) -> None:
        """Remove rows from a table."""
        if rows:
            removed = {id(row) for row in rows}
            self._rows[name] = [row for row in self[name] if id(row) not in removed]
            self.touched.add(name)

    def insert(self, name: str, new: Row, group: str) -> None:
        """Insert a row after those with the same value in a field, or at the end if there are none."""
        rows = self[name]
        place = max((i for i, row in enumerate(rows) if row[group] == new[group]), default=len(rows) - 1) + 1
        rows.insert(place, new)
        self.touched.add(name)

    def set(self, table: Table, row: Row, field: Field, value: str) -> None:
        """Set a cell; for a date, also set its first and last day."""
        changes = {field.name: value}
        if field.bounds:
            try:
                days = bounds(value) if value else (None, None)
            except ValueError as error:
                raise CannotApply(str(error)) from error
            changes |= {name: day.isoformat() if day else "" for name, day in zip(field.bounds, days, strict=True)}
        if any(row.get(name, "") != text for name, text in changes.items()):
            row.update(changes)
            self.touched.add(table.name)


def apply_value(
    tables: Tables, variable: Variable, conflict: Conflict, value: str, units: Iterable[Unit | None]
) -> None:
    """Apply a decided value to the record that resulted from a unit.

    Parameters
    ----------
    units : iterable of Unit or None
        The unit as coded in each pass; missing child rows are copied from it.

    Raises
    ------
    CannotApply
        If the record has to be corrected by hand.
    """
    if not conflict.record:
        raise CannotApply(f"{conflict.unit_a or conflict.unit_b} has no record")
    elif variable.field is None:
        _apply_set(tables, variable, conflict.record, parse_set(value), units)
    elif variable.per_row:
        found = tables.rows_of_record(variable.table, conflict.record)
        rows = [row for row in found if row_identity(variable, row) == conflict.item]
        if not rows:
            raise CannotApply(f"{conflict.record} has no row {conflict.item!r} in {variable.table.name}")
        for row in rows:
            tables.set(variable.table, row, variable.field, value)
    else:
        key = variable.table.primary_key[0]
        rows = [r for r in tables[variable.table.name] if r[key] == conflict.record]
        if not rows:
            raise CannotApply(f"{conflict.record} was not found in {variable.table.name}")
        tables.set(variable.table, rows[0], variable.field, value)


def _apply_set(
    tables: Tables, variable: Variable, record: str, wanted: frozenset[str], units: Iterable[Unit | None]
) -> None:
    """Add child rows that are missing from a set, and remove those that are superfluous."""
    table = variable.table
    have = {row_identity(variable, row): row for row in tables.rows_of_record(table, record) if _in_set(variable, row)}
    if set(have) == wanted:
        return
    if is_child_of_evidence(table):
        raise CannotApply(f"rows of {table.name} belong to anchors")
    coded = [row for unit in units if unit for row in unit.rows.get(table.name, {}).values()]
    known = {row_identity(variable, row): row for row in reversed(coded) if _in_set(variable, row)}
    rows = tables[table.name]
    for name in set(have) - wanted:
        rows.remove(have[name])
    place = max((i for i, row in enumerate(rows) if row[table.primary_key[0]] == record), default=len(rows) - 1) + 1
    for name in sorted(wanted - set(have)):
        if name not in known:
            raise CannotApply(f"neither pass has the row {name!r} in {table.name}")
        rows.insert(place, _copy_row(tables, table, record, known[name]))
        place += 1
    tables.touched.add(table.name)


def _in_set(variable: Variable, row: Row) -> bool:
    return not variable.category or row.get(variable.table.sets_by) == variable.category


def _copy_row(tables: Tables, table: Table, record: str, coded: Row) -> Row:
    """Return a row of a pass as a child row of the record, with the next free number."""
    row = {name: coded.get(name, "") for name in table.names} | {table.primary_key[0]: record}
    last = table[table.primary_key[-1]]
    if last.type == "integer":
        taken = [int(other[last.name]) for other in tables.rows_of_record(table, record)]
        row[last.name] = str(max(taken, default=0) + 1)
    return row
