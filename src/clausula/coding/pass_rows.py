"""Rows of a pass: units by their local names, items within units, values by field.

This is the form in which `codings` stores a pass, halfway between a form (local names, quotes) and the tables (IDs,
offsets).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from clausula.coding.form import NAMED, PLACE, UNITS, Form
from clausula.coding.quotes import Anchor
from clausula.coding.submission import Row, Submission
from clausula.coding.table_store import Values
from clausula.core import edtf
from clausula.core.model import Table


@dataclass(frozen=True)
class Coded:
    """One row of a pass.

    Attributes
    ----------
    table : str
    unit : str
        Local name of the unit; empty for rows outside units.
    item : tuple of str
        The values that identify the row within its unit and table; empty for the unit itself.
    values : dict of str to str
        The other fields of the row, including computed ones; other units are given by local name if they have one.
    row : Row, optional
        The row of the form.
    """

    table: str
    unit: str
    item: tuple[str, ...]
    values: Values
    row: Row | None = None


def with_bounds(table: Table, values: Values) -> Values:
    """Return the values with the first and last day of every date."""
    for field_ in table.fields:
        if not field_.bounds or field_.name not in values:
            continue
        try:
            low, high = edtf.bounds(values[field_.name]) if values[field_.name] else (None, None)
        except ValueError:
            low = high = None
        values |= dict(zip(field_.bounds, (day.isoformat() if day else "" for day in (low, high)), strict=True))
    return values


@dataclass
class _Reader:
    """Converts the rows of one submission."""

    form: Form
    submission: Submission
    anchors: Mapping[int, Anchor]
    numbers: Mapping[str, Mapping[tuple[str, str], str]]
    evidence: dict[str, tuple[str, str]] = field(default_factory=dict)

    def place(self, row: Row) -> Values:
        anchor = self.anchors.get(id(row))
        return {name: getattr(anchor, name) if anchor else "" for name in PLACE}

    def plain(self, row: Row, without: Sequence[str]) -> Values:
        sheet = self.form[row.table]
        values = {f.name: row[f.name] for f in sheet.fields() if f.name not in without}
        if "source_id" in sheet.table.names:
            values["source_id"] = self.submission.source_id
        if "quote" in sheet.names:
            values |= self.place(row)
        return with_bounds(sheet.table, values)

    def anchors_of_units(self) -> Iterator[Coded]:
        """Yield anchors numbered within their unit; an anchor at a known span keeps its number."""
        by_unit: dict[str, list[Row]] = defaultdict(list)
        for row in self.submission.of("evidence"):
            by_unit[row["record"]].append(row)
        for unit, rows in by_unit.items():
            known = self.numbers.get(unit, {})
            spans = [(self.place(row)["start"], self.place(row)["end"]) for row in rows]
            taken: dict[int, str] = {}
            for at, span in enumerate(spans):
                if span in known and known[span] not in taken.values():
                    taken[at] = known[span]
            lost = sorted(set(known.values()) - set(taken.values()), key=int)
            free = (str(n) for n in range(1, 1000) if str(n) not in known.values())
            for at, row in enumerate(rows):
                if at not in taken:
                    taken[at] = lost.pop(0) if lost else next(free)
                if row["id"]:
                    self.evidence.setdefault(row["id"], (unit, taken[at]))
                yield Coded("evidence", unit, (taken[at],), self.plain(row, ()), row)

    def counted(self, rows: Iterable[Row], unit_of: str, number: str) -> Iterator[tuple[Row, str]]:
        """Yield rows with their numbers within the unit; missing numbers continue the count."""
        last: dict[str, int] = defaultdict(int)
        for row in rows:
            given = row[number]
            value = given or str(last[row[unit_of]] + 1)
            if value.isascii() and value.isdigit():
                last[row[unit_of]] = int(value)
            yield row, value

    def below(self, table: str) -> Iterator[Coded]:
        sheet = self.form[table]
        rows: Iterable[tuple[Row, str]] = ((row, "") for row in self.submission.of(table))
        number = next((name for name in sheet.item if name.endswith("_no") or name == "step"), "")
        if number:
            rows = self.counted(self.submission.of(table), sheet.parent, number)
        for row, counted in rows:
            item = tuple(counted if name == number else row[name] for name in sheet.item)
            unit = row[sheet.parent]
            if table == "attributions":
                unit, anchor = self.evidence.get(unit, (unit, ""))
                item = (anchor, *item)
            yield Coded(table, unit, item, self.plain(row, (sheet.parent, *sheet.item)), row)

    def loose(self, table: str) -> Iterator[Coded]:
        """Yield the rows of a table outside units."""
        for row in self.submission.of(table):
            values = self.plain(row, ())
            if table == "disputes":
                number = int(row["id"].removeprefix(NAMED[table]))
                values["dispute_id"] = f"{self.submission.source_id}.d{number:02d}"
            if table == "coding_passes":
                values |= {"pass_id": self.submission.pass_id, "codebook_version": self.submission.codebook_version}
            yield Coded(table, "", (), values, row)


def _order(coded: Iterable[Coded]) -> dict[str, str]:
    """Return the ordinals of provisions by unit, from their order in the text of their instrument."""
    rows = list(coded)
    first: dict[str, tuple[bool, int]] = {}
    for row in rows:
        if row.table == "evidence" and row.values["start"]:
            here = (row.values["bearing"] != "states", int(row.values["start"]))
            first[row.unit] = min(first.get(row.unit, here), here)
    provisions = [row for row in rows if row.table == "provisions"]
    ranks: dict[str, int] = defaultdict(int)
    order: dict[str, str] = {}
    for row in sorted(provisions, key=lambda row: (*first.get(row.unit, (True, 10**9)), row.unit)):
        ranks[row.values["instrument_id"]] += 1
        order[row.unit] = str(ranks[row.values["instrument_id"]])
    return order


def _with(row: Coded, ordinal: str) -> Coded:
    return replace(row, values={**row.values, "ordinal": ordinal})


def with_order(coded: Iterable[Coded]) -> list[Coded]:
    """Number provisions by their order in the text, except in instruments that the coder numbered."""
    rows = list(coded)
    order = _order(rows)
    numbered = {row.values["instrument_id"] for row in rows if row.table == "provisions" and row.values["ordinal"]}
    counted = [row.table == "provisions" and row.values["instrument_id"] not in numbered for row in rows]
    return [_with(row, order[row.unit]) if c else row for row, c in zip(rows, counted, strict=True)]


def without_order(coded: Iterable[Coded]) -> list[Coded]:
    """Remove ordinals that only repeat the order of the text, so that a new provision needs none."""
    rows = list(coded)
    order = _order(rows)
    provisions = [row for row in rows if row.table == "provisions"]
    numbered = {r.values["instrument_id"] for r in provisions if r.values["ordinal"] != order[r.unit]}
    plain = [row.table == "provisions" and row.values["instrument_id"] not in numbered for row in rows]
    return [_with(row, "") if p else row for row, p in zip(rows, plain, strict=True)]


def read_coded(
    form: Form,
    submission: Submission,
    anchors: Mapping[int, Anchor],
    numbers: Mapping[str, Mapping[tuple[str, str], str]],
    standing: Sequence[Coded] = (),
) -> list[Coded]:
    """Convert the rows of a submission to rows of its pass.

    Parameters
    ----------
    form : Form
    submission : Submission
    anchors : mapping of int to Anchor
        The anchors of the quotes, by `id()` of the row.
    numbers : mapping
        The current numbers of anchors, by unit and by (start, end).
    standing : sequence of Coded
        Rows of withheld units, which stay as they are: the others are numbered around them.
    """
    reader = _Reader(form, submission, anchors, numbers)
    coded = list(reader.anchors_of_units()) if "evidence" in form else []
    for sheet in form:
        if sheet.name in UNITS:
            coded += [Coded(sheet.name, row["id"], (), reader.plain(row, ()), row) for row in submission.of(sheet.name)]
        elif sheet.name == "evidence":
            continue
        else:
            coded += reader.below(sheet.name) if sheet.parent else reader.loose(sheet.name)
    order = {sheet.name: number for number, sheet in enumerate(form)}
    stay = {row.unit for row in standing}
    ordered = (row for row in with_order([*coded, *standing]) if row.unit not in stay or not row.unit)
    return sorted(ordered, key=lambda row: order[row.table])
