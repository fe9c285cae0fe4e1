"""Three-way merge by ID of the rows that the coder was shown, the current tables, and the submitted rows.

If the coder did not change a cell, it keeps the current value of the table. If the coder changed it, the submitted
value is written, provided that the table still has the value that the coder was shown or that this pass last imported.
Any other difference is a conflict. A row that was shown and is no longer submitted is removed under the same condition.
The version of the codebook in a row is never lowered: a later reading of the text may have raised it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from clausula.agreement.passes import version_key
from clausula.coding.form import VERSION_FIELDS, Form
from clausula.coding.records import TableRow
from clausula.coding.submission import FormRow
from clausula.core.findings import Finding, finding, shown
from clausula.core.store import Values
from clausula.core.tables import Key, Tables, key_of, keys_of

CODINGS = "codings"
Place = tuple[str, Key]
"""A table and the key of a row."""


@dataclass
class Merged:
    """Tables after a merge.

    Attributes
    ----------
    tables : Tables
    findings : list of Finding
        `merge-conflict`, `duplicate-row` and, as a warning, `row-not-submitted`.
    origins : dict
        The row of the form behind each submitted row.
    changes : list of (TableRow, field)
        Every changed cell; for added and removed rows the field is empty.
    counts : Counter
        The number of rows added, changed and removed.
    """

    tables: Tables
    findings: list[Finding] = field(default_factory=list)
    origins: dict[Place, TableRow] = field(default_factory=dict)
    changes: list[tuple[TableRow, str]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


def form_cell(form: Form, table_row: TableRow, name: str) -> tuple[FormRow | None, str]:
    """Return the row of the form behind a table row, and the column that shows a field; empty if no column does."""
    if table_row.row is None:
        return None, ""
    if table_row.table != table_row.row.table:
        return table_row.row, table_row.shown_in.get(name, "")
    if table_row.table not in form:
        return table_row.row, name
    return table_row.row, form[table_row.table].column(name)


def finding_at(code: str, form: Form, table_row: TableRow, name: str = "", **given: Any) -> Finding:
    """Return a registered finding on a cell of a table row, located where the coder can see it."""
    row, column = form_cell(form, table_row, name)
    if row is not None:
        return row.finding(code, column, **given)
    return finding(code, **given, table=table_row.table, field=name or None)


@dataclass
class _Merge:
    form: Form
    result: Merged
    shown: dict[Place, Values]
    last_imported: dict[Place, Values]

    def known(self, place: Place, name: str) -> set[str]:
        return {base[place][name] for base in (self.shown, self.last_imported) if name in base.get(place, {})}

    def unchanged(self, place: Place, name: str, value: str) -> bool:
        """Return whether the coder left the cell as it was."""
        base = self.shown if place in self.shown else self.last_imported
        return name in base.get(place, {}) and base[place][name] == value

    def conflict(self, table_row: TableRow, name: str, current: str) -> None:
        now = f"the current value is {shown(current)!r}" if current else "the cell is empty by now"
        key = ", ".join(v for v in key_of(self.result.tables.table(table_row.table), table_row.values) if v)
        given = {"record": f"{table_row.table} {key}", "now": now}
        self.result.findings.append(finding_at("merge-conflict", self.form, table_row, name, **given))

    def update(self, place: Place, table_row: TableRow, current: Values) -> Values:
        row = dict(current)
        for name, value in table_row.values.items():
            if value == current[name] or self.unchanged(place, name, value):
                continue
            if name in VERSION_FIELDS and _keeps_version(name, value, current[name]):
                continue
            if name in VERSION_FIELDS or current[name] in self.known(place, name):
                row[name] = value
                self.result.changes.append((table_row, name))
            else:
                self.conflict(table_row, name, current[name])
        self.result.counts["changed"] += row != current
        return row

    def added(self, place: Place, table_row: TableRow) -> Values | None:
        """Return a row to add to the tables, or None if someone else has removed it since it was shown.

        A value that was shown and is not in the pass came from the record: the codebook of the pass did not have the
        variable. If the coder changes it, the pass has it from now on.
        """
        given = self.shown.get(place, {})
        if given and all(given.get(name, "") == value for name, value in table_row.values.items()):
            return None
        if given and place[0] != CODINGS:
            self.result.findings.append(finding_at("merge-conflict:removed", self.form, table_row))
            return None
        self.result.changes.append((table_row, ""))
        self.result.counts["added"] += 1
        return {name: table_row.values.get(name, "") for name in self.result.tables.table(table_row.table).names}

    def removed(self, place: Place, current: Values) -> bool:
        """Return whether to remove a row that was shown and is no longer submitted."""
        table, given = place[0], {"table": place[0], "cell": place[0], "record": ", ".join(place[1])}
        if place not in self.shown:
            self.result.findings.append(finding("row-not-submitted", **given))
            return False
        if all(current[name] in self.known(place, name) for name in self.shown[place]):
            self.result.changes.append((TableRow(table, current), ""))
            self.result.counts["removed"] += 1
            return True
        self.result.findings.append(finding("merge-conflict:changed", **given))
        return False


def _keeps_version(name: str, value: str, current: str) -> bool:
    """Return whether a row keeps its version: that of its addition, or that of a later reading of the text."""
    return name == "since" or version_key(value) < version_key(current)


def _by_place(tables: Tables, table_rows: Iterable[TableRow]) -> dict[Place, Values]:
    return {(f.table, key_of(tables.table(f.table), f.values)): f.values for f in table_rows}


def _insert(tables: Tables, name: str, new: Iterable[Values]) -> None:
    """Insert new rows after the last row of the same parent, or at the end."""
    table, rows = tables.table(name), tables.rows[name]

    def group(row: Values) -> str:
        key = key_of(table, row)
        return key[0] if len(key) > 1 else key[0].rpartition(".")[0]

    ends = {group(row): number for number, row in enumerate(rows)}
    after: dict[int, list[Values]] = {}
    for row in new:
        after.setdefault(ends.get(group(row), len(rows) - 1) if group(row) else len(rows) - 1, []).append(row)
    tables.rows[name] = after.get(-1, []) + [r for n, row in enumerate(rows) for r in (row, *after.get(n, []))]


@dataclass
class Baseline:
    """The earlier states that distinguish a coder's changes from those of others.

    Attributes
    ----------
    shown, last_imported : sequence of TableRow
        The rows that the coder was shown, and the rows that the pass last imported.
    withheld : sequence of Place
        Rows that are withheld from this merge and must not count as removed.
    """

    shown: Sequence[TableRow] = ()
    last_imported: Sequence[TableRow] = ()
    withheld: Sequence[Place] = ()


def merge(form: Form, tables: Tables, submitted: Sequence[TableRow], baseline: Baseline | None = None) -> Merged:
    """Merge submitted rows into tables.

    Parameters
    ----------
    form : Form
    tables : Tables
        The tables of the package; not changed.
    submitted : sequence of TableRow
        The submitted rows.
    baseline : Baseline, optional
    """
    baseline = baseline or Baseline()
    result = Merged(tables.copy())
    merger = _Merge(form, result, _by_place(tables, baseline.shown), _by_place(tables, baseline.last_imported))
    new_rows: dict[str, list[Values]] = {}
    updated: dict[Place, Values | None] = {}
    index = {
        name: tables.index(name)
        for name in {*(f.table for f in submitted), *(t for t, _ in (*merger.shown, *merger.last_imported))}
    }
    for table_row in submitted:
        place = (table_row.table, key_of(tables.table(table_row.table), table_row.values))
        if place in result.origins:
            result.findings.append(_duplicate(form, table_row, result.origins[place]))
            continue
        result.origins[place] = table_row
        current = index[table_row.table].get(place[1])
        if current is not None:
            updated[place] = merger.update(place, table_row, current)
        elif (row := merger.added(place, table_row)) is not None:
            new_rows.setdefault(table_row.table, []).append(row)
    kept = {*result.origins, *baseline.withheld}
    for place in [place for place in dict.fromkeys([*merger.shown, *merger.last_imported]) if place not in kept]:
        current = index[place[0]].get(place[1])
        if current is not None and merger.removed(place, current):
            updated[place] = None
    for name in {table for table, _ in updated}:
        keys = keys_of(tables.table(name), tables[name])
        rows = [updated.get((name, key), row) for key, row in zip(keys, tables[name], strict=True)]
        result.tables.rows[name] = [row for row in rows if row is not None]
    for name, new in new_rows.items():
        _insert(result.tables, name, new)
    return result


def _duplicate(form: Form, table_row: TableRow, first: TableRow) -> Finding:
    where = first.row.at() if first.row else first.table
    what = table_row.table.rstrip("s").replace("_", " ")
    return finding_at("duplicate-row", form, table_row, what=what, where=where)
