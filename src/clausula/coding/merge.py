"""Three-way merging by id: what the coder was shown, what the tables hold now, what the coder hands in.

A cell that the coder left as it was shown keeps what the tables hold now; a cell that the coder changed is taken over
where the tables still hold what the coder was shown, or what this pass last put in. Whatever else differs is a
conflict. A row that was shown and is gone is removed under the same condition.
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
        `conflict`, `duplicate-row` and, as a warning, `row-not-submitted`.
    origins : dict
        The row of the form behind each row that was handed in.
    changes : list of (Final, field)
        Every cell that changed, with an empty field for rows that came or went.
    counts : Counter
        How many rows were added, changed and removed.
    """

    tables: Tables
    findings: list[Finding] = field(default_factory=list)
    origins: dict[Place, Final] = field(default_factory=dict)
    changes: list[tuple[Final, str]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


def place_of(form: Form, final: Final, name: str) -> tuple[Row | None, str]:
    """The row of the form behind a row, and the column in which a field shows; empty if it shows in none."""
    if final.row is None:
        return None, ""
    if final.table != final.row.table:
        return final.row, final.shows.get(name, "")
    if final.table not in form:
        return final.row, name
    return final.row, form[final.table].column(name)


def finding_at(form: Form, final: Final, name: str, fault: Fault) -> Finding:
    """A finding on a cell of a row, where the coder can see it."""
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
        """Whether the coder left the cell as it was."""
        base = self.shown if place in self.shown else self.put
        return name in base.get(place, {}) and base[place][name] == value

    def conflict(self, final: Final, name: str, held: str) -> None:
        what = f"the tables hold {shown(held)!r} here by now" if held else "the tables hold nothing here by now"
        key = ", ".join(v for v in key_of(self.result.tables.table(final.table), final.values) if v)
        self.result.findings.append(
            finding_at(
                self.form,
                final,
                name,
                Fault(
                    "merge-conflict",
                    f"{what} ({final.table} {key}), which is neither what you were shown nor what this pass put in",
                    "Write what the tables hold, or correct the table; a form made anew shows what they hold.",
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
        """A row that the tables lack: new, or removed by someone else since it was shown."""
        if place in self.shown:
            if all(self.shown[place].get(name, "") == value for name, value in final.values.items()):
                return None
            fault = Fault(
                "merge-conflict",
                "the tables no longer hold this row, and you changed it",
                "Empty the row, or enter it as a new one.",
            )
            self.result.findings.append(finding_at(self.form, final, "", fault))
            return None
        self.result.changes.append((final, ""))
        self.result.counts["added"] += 1
        return {name: final.values.get(name, "") for name in self.result.tables.table(final.table).names}

    def removed(self, place: Place, held: Values) -> bool:
        """Whether a row that was shown and is not handed in goes."""
        table, key = place
        if place not in self.shown:
            message = f"{table} {', '.join(key)} was put in by this pass and is not handed in; it stays"
            hint = "To remove it, make the form anew and empty its row there."
            self.result.findings.append(Finding("row-not-submitted", message, hint, WARNING, table=table, cell=table))
            return False
        if all(held[name] in self.known(place, name) for name in self.shown[place]):
            self.result.changes.append((Final(table, held), ""))
            self.result.counts["removed"] += 1
            return True
        message = f"{table} {', '.join(key)} was changed by somebody since it was shown, and you removed it"
        hint = "Put the row back as the tables hold it; a form made anew shows it."
        self.result.findings.append(Finding("merge-conflict", message, hint, table=table, cell=table))
        return False


def _places(tables: Tables, finals: Iterable[Final]) -> dict[Place, Values]:
    return {(f.table, key_of(tables.table(f.table), f.values)): f.values for f in finals}


def _insert(tables: Tables, name: str, new: Iterable[Values]) -> None:
    """Put new rows after the last row of the same parent, or at the end."""
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
    """What tells a coder's changes from those of others.

    Attributes
    ----------
    shown, put : sequence of Final
        The rows that the coder was shown, and what the pass last put in.
    withheld : sequence of Place
        Rows that are left out of this merge and are not to be taken for removed.
    """

    shown: Sequence[Final] = ()
    put: Sequence[Final] = ()
    withheld: Sequence[Place] = ()


def _apply(result: Merged, updated: Mapping[Place, Values | None], fresh: Mapping[str, list[Values]]) -> Merged:
    """Put changed and new rows into the tables, and take removed ones out."""
    tables = result.tables
    for name in {table for table, _ in updated}:
        table = tables.table(name)
        rows = [updated.get((name, key_of(table, row)), row) for row in tables.rows[name]]
        tables.rows[name] = [row for row in rows if row is not None]
    for name, new in fresh.items():
        _insert(tables, name, new)
    return result


def merge(form: Form, tables: Tables, mine: Sequence[Final], bases: Bases | None = None) -> Merged:
    """Merge what is handed in into tables.

    Parameters
    ----------
    form : Form
    tables : Tables
        What the package holds; not changed.
    mine : sequence of Final
        The rows handed in.
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
    message = f"the same {final.table.rstrip('s').replace('_', ' ')} stands at {where} already"
    return finding_at(form, final, "", Fault("duplicate-row", message, "Remove or correct one of the two."))
