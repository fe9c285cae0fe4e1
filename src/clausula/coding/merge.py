"""Three-way merge by ID of the rows that the coder was shown, the current tables, and the submitted rows.

If the coder did not change a cell, it keeps the current value of the table. If the coder changed it, the submitted
value is written, provided that the table still has the value that the coder was shown or that this pass last imported.
Any other difference is a conflict. A row that was shown and is no longer submitted is removed under the same condition.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from clausula.coding.form import Form
from clausula.coding.records import Final
from clausula.coding.submission import Fault, Row
from clausula.coding.table_store import Key, Tables, Values, key_of
from clausula.core.findings import WARNING, Finding, shown

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
    changes : list of (Final, field)
        Every changed cell; for added and removed rows the field is empty.
    counts : Counter
        The number of rows added, changed and removed.
    """

    tables: Tables
    findings: list[Finding] = field(default_factory=list)
    origins: dict[Place, Final] = field(default_factory=dict)
    changes: list[tuple[Final, str]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


def place_of(form: Form, final: Final, name: str) -> tuple[Row | None, str]:
    """Return the row of the form behind a table row, and the column that shows a field; empty if no column does."""
    if final.row is None:
        return None, ""
    if final.table != final.row.table:
        return final.row, final.shows.get(name, "")
    if final.table not in form:
        return final.row, name
    return final.row, form[final.table].column(name)


def finding_at(form: Form, final: Final, name: str, fault: Fault) -> Finding:
    """Return a finding on a cell of a table row, located where the coder can see it."""
    row, column = place_of(form, final, name)
    if row is not None:
        return row.finding(column, fault)
    return Finding(fault.code, fault.message, fault.hint, fault.severity, table=final.table, field=name or None)


@dataclass
class _Merge:
    form: Form
    result: Merged
    shown: dict[Place, Values]
    put: dict[Place, Values]

    def known(self, place: Place, name: str) -> set[str]:
        return {base[place][name] for base in (self.shown, self.put) if name in base.get(place, {})}

    def unchanged(self, place: Place, name: str, value: str) -> bool:
        """Return whether the coder left the cell as it was."""
        base = self.shown if place in self.shown else self.put
        return name in base.get(place, {}) and base[place][name] == value

    def conflict(self, final: Final, name: str, held: str) -> None:
        what = f"the current value is {shown(held)!r}" if held else "the cell is empty by now"
        key = ", ".join(v for v in key_of(self.result.tables.table(final.table), final.values) if v)
        self.result.findings.append(
            finding_at(
                self.form,
                final,
                name,
                Fault(
                    "merge-conflict",
                    f"{final.table} {key} has changed since this form was made: {what}",
                    "Enter the current value, or correct the table; a newly made form shows the current values.",
                ),
            )
        )

    def update(self, place: Place, final: Final, held: Values) -> Values:
        row = dict(held)
        for name, value in final.values.items():
            if value == held[name] or self.unchanged(place, name, value):
                continue
            if held[name] in self.known(place, name):
                row[name] = value
                self.result.changes.append((final, name))
            else:
                self.conflict(final, name, held[name])
        self.result.counts["changed"] += row != held
        return row

    def added(self, place: Place, final: Final) -> Values | None:
        """Return a row to add to the tables, or None if someone else has removed it since it was shown."""
        if place in self.shown:
            if all(self.shown[place].get(name, "") == value for name, value in final.values.items()):
                return None
            fault = Fault(
                "merge-conflict",
                "you changed this row, but somebody has removed it from the tables",
                "Clear the row, or enter it as a new one.",
            )
            self.result.findings.append(finding_at(self.form, final, "", fault))
            return None
        self.result.changes.append((final, ""))
        self.result.counts["added"] += 1
        return {name: final.values.get(name, "") for name in self.result.tables.table(final.table).names}

    def removed(self, place: Place, held: Values) -> bool:
        """Return whether to remove a row that was shown and is no longer submitted."""
        table, key = place
        if place not in self.shown:
            message = f"{table} {', '.join(key)} was imported by this pass and is not in the submission; it was kept"
            hint = "To remove it, make a new form and clear its row there."
            self.result.findings.append(Finding("row-not-submitted", message, hint, WARNING, table=table, cell=table))
            return False
        if all(held[name] in self.known(place, name) for name in self.shown[place]):
            self.result.changes.append((Final(table, held), ""))
            self.result.counts["removed"] += 1
            return True
        message = f"you removed {table} {', '.join(key)}, but somebody has changed it since this form was made"
        hint = "Restore the row with its current values; a newly made form shows them."
        self.result.findings.append(Finding("merge-conflict", message, hint, table=table, cell=table))
        return False


def _places(tables: Tables, finals: Iterable[Final]) -> dict[Place, Values]:
    return {(f.table, key_of(tables.table(f.table), f.values)): f.values for f in finals}


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
class Bases:
    """The earlier states that distinguish a coder's changes from those of others.

    Attributes
    ----------
    shown, put : sequence of Final
        The rows that the coder was shown, and the rows that the pass last imported.
    withheld : sequence of Place
        Rows that are withheld from this merge and must not count as removed.
    """

    shown: Sequence[Final] = ()
    put: Sequence[Final] = ()
    withheld: Sequence[Place] = ()


def _apply(result: Merged, updated: Mapping[Place, Values | None], fresh: Mapping[str, list[Values]]) -> Merged:
    """Apply changed, new and removed rows to the tables."""
    tables = result.tables
    for name in {table for table, _ in updated}:
        table = tables.table(name)
        rows = [updated.get((name, key_of(table, row)), row) for row in tables.rows[name]]
        tables.rows[name] = [row for row in rows if row is not None]
    for name, new in fresh.items():
        _insert(tables, name, new)
    return result


def merge(form: Form, tables: Tables, mine: Sequence[Final], bases: Bases | None = None) -> Merged:
    """Merge submitted rows into tables.

    Parameters
    ----------
    form : Form
    tables : Tables
        The tables of the package; not changed.
    mine : sequence of Final
        The submitted rows.
    bases : Bases, optional
    """
    bases = bases or Bases()
    result = Merged(tables.copy())
    work = _Merge(form, result, _places(tables, bases.shown), _places(tables, bases.put))
    fresh: dict[str, list[Values]] = {}
    updated: dict[Place, Values | None] = {}
    index = {name: tables.index(name) for name in {*(f.table for f in mine), *(t for t, _ in (*work.shown, *work.put))}}
    for final in mine:
        place = (final.table, key_of(tables.table(final.table), final.values))
        if place in result.origins:
            result.findings.append(_twice(form, final, result.origins[place]))
            continue
        result.origins[place] = final
        held = index[final.table].get(place[1])
        if held is not None:
            updated[place] = work.update(place, final, held)
        elif (row := work.added(place, final)) is not None:
            fresh.setdefault(final.table, []).append(row)
    kept = {*result.origins, *bases.withheld}
    for place in [place for place in dict.fromkeys([*work.shown, *work.put]) if place not in kept]:
        held = index[place[0]].get(place[1])
        if held is not None and work.removed(place, held):
            updated[place] = None
    return _apply(result, updated, fresh)


def _twice(form: Form, final: Final, first: Final) -> Finding:
    where = first.row.at() if first.row else first.table
    message = f"the {final.table.rstrip('s').replace('_', ' ')} is duplicated; it is also at {where}"
    return finding_at(form, final, "", Fault("duplicate-row", message, "Remove or correct one of the two rows."))
