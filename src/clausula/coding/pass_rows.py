"""Rows of a pass: units by their local names, items within units, values by field.

This is the form in which `codings` stores a pass, halfway between a form (local names, quotes) and the tables (IDs,
offsets).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from clausula.coding.form import ANCHOR_FIELDS, NAMED, UNITS, VERSION_FIELDS, Form
from clausula.coding.quotes import offsets
from clausula.coding.submission import FormRow, Submission
from clausula.core.edtf import with_bounds
from clausula.core.store import Values


@dataclass(frozen=True)
class PassRow:
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
    row : FormRow, optional
        The row of the form.
    """

    table: str
    unit: str
    item: tuple[str, ...]
    values: Values
    row: FormRow | None = None


AnchorSpan = tuple[str, str]
"""Start and end of an anchor, as in the cells of a table."""


@dataclass(frozen=True)
class AnchorNumbers:
    """The numbers of anchors within their units.

    Attributes
    ----------
    current : mapping of str to (mapping of (str, str) to str)
        The number of each anchor, by unit and by (start, end).
    used : mapping of str to (set of str)
        Every number that a unit has or had, so that none is given again.
    """

    current: Mapping[str, Mapping[AnchorSpan, str]] = field(default_factory=dict)
    used: Mapping[str, Collection[str]] = field(default_factory=dict)

    def assign(self, unit: str, spans: Sequence[AnchorSpan]) -> list[str]:
        """Return the number of each anchor of a unit.

        An anchor keeps its number at the same span, and also if it was moved to a span that overlaps the earlier one.
        Any other anchor is new and gets a number that was never used.
        """
        left = dict(self.current.get(unit, {}))
        used = {*left.values(), *self.used.get(unit, ())}
        found = [left.pop(span, "") for span in spans]
        for at, span in enumerate(spans):
            if not found[at]:
                found[at] = left.pop(next((known for known in left if _overlap(known, span)), span), "")
        free = (str(n) for n in range(1, len(used) + len(spans) + 1) if str(n) not in used)
        return [number or next(free) for number in found]


def _overlap(one: AnchorSpan, other: AnchorSpan) -> bool:
    if not all(cell.isdigit() for cell in (*one, *other)):
        return False
    return int(one[0]) < int(other[1]) and int(other[0]) < int(one[1])


@dataclass
class _Converter:
    """Converts the rows of one submission."""

    form: Form
    submission: Submission
    numbers: AnchorNumbers
    evidence: dict[str, tuple[str, str]] = field(default_factory=dict)

    def values_of(self, row: FormRow, without: Sequence[str]) -> Values:
        sheet = self.form[row.table]
        values = {f.name: row[f.name] for f in sheet.fields() if f.name not in without}
        if "source_id" in sheet.table.names:
            values["source_id"] = self.submission.source_id
        if "quote" in sheet.names:
            values |= {name: row[name] for name in ANCHOR_FIELDS}
        return with_bounds(sheet.table, values)

    def anchors_of_units(self) -> Iterator[PassRow]:
        """Yield anchors with their numbers within their unit."""
        by_unit: dict[str, list[FormRow]] = defaultdict(list)
        for row in self.submission.of("evidence"):
            by_unit[row["record"]].append(row)
        for unit, rows in by_unit.items():
            numbers = self.numbers.assign(unit, [(row["start"], row["end"]) for row in rows])
            for row, number in zip(rows, numbers, strict=True):
                if row["id"]:
                    self.evidence.setdefault(row["id"], (unit, number))
                yield PassRow("evidence", unit, (number,), self.values_of(row, ()), row)

    def with_numbers(self, rows: Iterable[FormRow], unit_of: str, number: str) -> Iterator[tuple[FormRow, str]]:
        """Yield rows with their numbers within the unit; missing numbers continue the count."""
        last: dict[str, int] = defaultdict(int)
        for row in rows:
            given = row[number]
            value = given or str(last[row[unit_of]] + 1)
            if value.isascii() and value.isdigit():
                last[row[unit_of]] = int(value)
            yield row, value

    def rows_below_units(self, table: str) -> Iterator[PassRow]:
        sheet = self.form[table]
        rows: Iterable[tuple[FormRow, str]] = ((row, "") for row in self.submission.of(table))
        number = next((name for name in sheet.item if name.endswith("_no") or name == "step"), "")
        if number:
            rows = self.with_numbers(self.submission.of(table), sheet.parent, number)
        for row, number_of_row in rows:
            item = tuple(number_of_row if name == number else row[name] for name in sheet.item)
            unit = row[sheet.parent]
            if table == "attributions":
                unit, anchor = self.evidence.get(unit, (unit, ""))
                item = (anchor, *item)
            yield PassRow(table, unit, item, self.values_of(row, (sheet.parent, *sheet.item)), row)

    def rows_outside_units(self, table: str) -> Iterator[PassRow]:
        """Yield the rows of a table outside units."""
        names = self.form[table].table.names
        for row in self.submission.of(table):
            values = self.values_of(row, ())
            if table == "disputes":
                number = int(row["id"].removeprefix(NAMED[table]))
                values["dispute_id"] = f"{self.submission.source_id}.d{number:02d}"
            own = {"pass_id": self.submission.pass_id} if table == "coding_passes" else {}
            values |= own | {name: self.submission.codebook_version for name in VERSION_FIELDS if name in names}
            yield PassRow(table, "", (), values, row)


def _in_text_order(pass_rows: Iterable[PassRow]) -> dict[str, str]:
    """Return the ordinals of provisions by unit, from their order in the text of their instrument."""
    rows = list(pass_rows)
    first: dict[str, tuple[bool, int]] = {}
    for row in rows:
        if row.table == "evidence" and (span := offsets(row.values.get("start", ""), row.values.get("end", ""))):
            here = (row.values.get("bearing") != "states", span[0])
            first[row.unit] = min(first.get(row.unit, here), here)
    provisions = [row for row in rows if row.table == "provisions"]
    ranks: dict[str, int] = defaultdict(int)
    order: dict[str, str] = {}
    for row in sorted(provisions, key=lambda row: (*first.get(row.unit, (True, 10**9)), row.unit)):
        ranks[row.values.get("instrument_id", "")] += 1
        order[row.unit] = str(ranks[row.values.get("instrument_id", "")])
    return order


def _with_ordinals(rows: Iterable[PassRow], numbered: Collection[str], order: Mapping[str, str]) -> list[PassRow]:
    """Return the rows with the given ordinals, or none, except in instruments that the coder numbered."""
    return [
        replace(row, values={**row.values, "ordinal": order.get(row.unit, "")})
        if row.table == "provisions" and row.values.get("instrument_id", "") not in numbered
        else row
        for row in rows
    ]


def with_order(pass_rows: Iterable[PassRow]) -> list[PassRow]:
    """Return the rows with ordinals by order in the text, except in instruments that the coder numbered."""
    rows = list(pass_rows)
    numbered = {r.values.get("instrument_id", "") for r in rows if r.table == "provisions" and r.values.get("ordinal")}
    return _with_ordinals(rows, numbered, _in_text_order(rows))


def without_order(pass_rows: Iterable[PassRow]) -> list[PassRow]:
    """Return the rows without ordinals that only repeat the order of the text, so that a new provision needs none."""
    rows = list(pass_rows)
    order = _in_text_order(rows)
    provisions = [row for row in rows if row.table == "provisions"]
    numbered = {r.values.get("instrument_id", "") for r in provisions if r.values.get("ordinal") != order[r.unit]}
    return _with_ordinals(rows, numbered, {})


def read_pass_rows(
    form: Form,
    submission: Submission,
    numbers: AnchorNumbers,
    withheld: Sequence[PassRow] = (),
) -> list[PassRow]:
    """Convert the rows of a submission to rows of its pass.

    Parameters
    ----------
    form : Form
    submission : Submission
        Its rows with a quote have offsets and hashes.
    numbers : AnchorNumbers
    withheld : sequence of PassRow
        Rows of withheld units, which stay as they are: the others are numbered around them.
    """
    converter = _Converter(form, submission, numbers)
    pass_rows = list(converter.anchors_of_units()) if "evidence" in form else []
    for sheet in form:
        if sheet.name in UNITS:
            pass_rows += [
                PassRow(sheet.name, row["id"], (), converter.values_of(row, ()), row)
                for row in submission.of(sheet.name)
            ]
        elif sheet.name == "evidence":
            continue
        else:
            pass_rows += (
                converter.rows_below_units(sheet.name) if sheet.parent else converter.rows_outside_units(sheet.name)
            )
    order = {sheet.name: number for number, sheet in enumerate(form)}
    stay = {row.unit for row in withheld}
    ordered = (row for row in with_order([*pass_rows, *withheld]) if row.unit not in stay or not row.unit)
    return sorted(ordered, key=lambda row: order[row.table])
