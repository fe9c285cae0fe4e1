"""A pass as stored in the package: the records of its units, the numbers of its anchors, and its rows in a form.

The values of a pass come from `codings`. Values that are missing there come from the tables, but only for the leading
pass: any other pass is blind and sees only its own coding.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from clausula.coding.form import LEAD, RECORDS, UNITS, Form, Sheet
from clausula.coding.pass_rows import AnchorNumbers, PassRow, without_order
from clausula.coding.quotes import offsets, places
from clausula.coding.submission import FormRow
from clausula.core.findings import CouldNotRun
from clausula.core.store import Values
from clausula.core.tables import Tables
from clausula.evidence.text import Text

MAX_QUOTE_LENGTH = 30_000
"""The maximum number of characters in a quote that a form shows; a longer one is shown as offsets."""

ANCHORED = ("evidence", "attributions")
"""Tables whose rows are identified within their unit by the number of an anchor."""

TABLE_OF_LETTER = {letter: table for table, letter in UNITS.items()}


@dataclass(frozen=True)
class Pass:
    """One pass over one source, as stored in the package."""

    tables: Tables
    form: Form
    source_id: str
    letter: str

    @property
    def pass_id(self) -> str:
        """ID of the pass."""
        return f"{self.source_id}.{self.letter}"

    def units(self) -> dict[str, Values]:
        """Return the rows of `coding_units` by unit."""
        return {row["unit"]: row for row in self.tables.where("coding_units", pass_id=self.pass_id)}

    def records(self) -> dict[str, str]:
        """Return the IDs of records by unit; if several units share a record, only the first has it."""
        found: dict[str, str] = {}
        for unit, row in self.units().items():
            record = next((row[name] for name in RECORDS.values() if row[name]), "")
            if "." not in unit and record and record not in found.values():
                found[unit] = record
        return found

    def numbers(self) -> AnchorNumbers:
        """Return the numbers of the anchors of each unit."""
        spans: dict[tuple[str, str], Values] = defaultdict(dict)
        for row in self.tables.where("codings", pass_id=self.pass_id):
            if row["variable"] in ("evidence.start", "evidence.end"):
                spans[row["unit"], row["item"]][row["variable"].removeprefix("evidence.")] = row["value"]
        numbers: dict[str, dict[tuple[str, str], str]] = defaultdict(dict)
        for (unit, number), span in spans.items():
            numbers[unit][span.get("start", ""), span.get("end", "")] = number
        used: dict[str, list[str]] = defaultdict(list)
        if self.letter == LEAD:
            units = {record: unit for unit, record in self.records().items()}
            for anchor in self.tables.used_ids("evidence"):
                record, _, number = anchor.rpartition(".e")
                used[units.get(record, "")].append(number)
            for record, unit in units.items():
                for row in self._below["evidence", record] if unit not in numbers else ():
                    numbers[unit][row["start"], row["end"]] = row["evidence_id"].rpartition(".e")[2]
        return AnchorNumbers(numbers, used)

    @cached_property
    def _below(self) -> dict[tuple[str, str], list[Values]]:
        """The rows that belong to records, by table and record."""
        found: dict[tuple[str, str], list[Values]] = defaultdict(list)
        for sheet in self.form:
            if not sheet.parent:
                continue
            of_anchor = "evidence_id" in sheet.table.names
            for row in self.tables[sheet.name]:
                owner = row["evidence_id"].rpartition(".e")[0] if of_anchor else row[sheet.parent]
                found[sheet.name, owner].append(row)
        return found

    def _item(self, sheet: Sheet, row: Values) -> tuple[str, ...]:
        if sheet.name in ANCHORED:
            number = row["evidence_id"].rpartition(".e")[2]
            return (number, row["step"]) if sheet.name == "attributions" else (number,)
        return tuple(row[name] for name in sheet.item)

    def _values(self) -> dict[tuple[str, str], dict[tuple[str, ...], Values]]:
        """Return the values of `codings` by table and unit, then by item, then by field."""
        found: dict[tuple[str, str], dict[tuple[str, ...], Values]] = defaultdict(lambda: defaultdict(dict))
        for row in self.tables.where("codings", pass_id=self.pass_id):
            unit, dot, number = row["unit"].partition(".t")
            table, _, name = row["variable"].rpartition(".")
            item: tuple[str, ...]
            if dot:
                table, item = "reaction_targets", (number,)
            else:
                item = tuple(row["item"].split(" ")) if table else ()
            if table in self.form and len(item) != len(self.form[table].item) + (table in ANCHORED):
                place = f"{row['pass_id']} {row['unit']} {row['variable']}"
                raise CouldNotRun.of("unreadable-value:item", place=place, item=row["item"], table="codings")
            found[table or TABLE_OF_LETTER.get(unit[:1], ""), unit][item][name] = row["value"]
        return found

    def pass_rows(self, include_tables: bool = True) -> Iterator[PassRow]:
        """Yield the rows of the units of the pass; unless `whole`, only values that are in `codings`."""
        own, records = self._values(), self.records() if self.letter == LEAD and include_tables else {}
        index = {table: self.tables.index(table) for table in UNITS}
        for sheet in self.form:
            for unit in [name for name in self.units() if "." not in name]:
                record = records.get(unit, "")
                if sheet.name in UNITS and TABLE_OF_LETTER.get(unit[:1]) == sheet.name:
                    record_values = index[sheet.name].get((record,), {})
                    yield PassRow(sheet.name, unit, (), {**record_values, **own[sheet.name, unit].get((), {})})
                elif sheet.parent and sheet.name not in UNITS:
                    yield from self._items(sheet, unit, record, own[sheet.name, unit])

    def _items(self, sheet: Sheet, unit: str, record: str, own: Mapping[tuple[str, ...], Values]) -> Iterator[PassRow]:
        if not own and record:
            for row in self._below[sheet.name, record]:
                yield PassRow(sheet.name, unit, self._item(sheet, row), dict(row))
        for item, values in own.items():
            yield PassRow(sheet.name, unit, item, values)


def _quote(text: Text, values: Values, placed: bool) -> Values:
    """Return the quote of an anchor in one line, with the number of the match if there are several.

    If `placed`, or if the quote is too long for a cell of a spreadsheet, return its offsets instead.
    """
    place = offsets(values.get("start", ""), values.get("end", ""))
    if place is None or place[1] > len(text.raw):
        return {}
    words = " ".join(text.raw[slice(*place)].split())
    if placed or len(words) > MAX_QUOTE_LENGTH:
        return {"start": values["start"], "end": values["end"]}
    found = places(text, words)
    span = text.letter_span(*place)
    at = next((n for n, place in enumerate(found, 1) if text.letter_span(*place) == span), 0)
    return {"quote": words, "occurrence": str(at) if len(found) > 1 else ""}


def shown_rows(coding_pass: Pass, text: Text, placed: bool = False) -> list[FormRow]:
    """Return the rows of a pass as a form shows them: local names for IDs, quotes for offsets (unless `placed`).

    Parameters
    ----------
    coding_pass : Pass
    text : Text
        The text of the source, in the edition that was coded.
    placed : bool
        Whether the rows contain the offsets of anchors instead of quotes.
    """
    form, records = coding_pass.form, coding_pass.records()
    local = {record: unit for unit, record in records.items()}
    anchors: dict[tuple[str, str], str] = {}
    rows: list[FormRow] = []
    for sheet in form:
        if sheet.parent or sheet.name in UNITS:
            continue
        rows += [
            FormRow(sheet.name, _cells_outside_units(sheet, row, local, text, placed))
            for row in _rows_of_source(coding_pass, sheet)
        ]
    for pass_row in without_order(list(coding_pass.pass_rows())):
        sheet = form[pass_row.table]
        cells = {name: pass_row.values.get(name, "") for name in sheet.names}
        cells |= {name: local.get(cells[name], cells[name]) for name in sheet.links}
        cells |= dict(zip(sheet.item, pass_row.item[-len(sheet.item) :] if sheet.item else (), strict=True))
        if pass_row.table in UNITS:
            cells["id"] = pass_row.unit
        elif pass_row.table == "evidence":
            anchors[pass_row.unit, pass_row.item[0]] = cells["id"] = f"e{len(anchors) + 1:03d}"
            cells |= {
                "record": pass_row.unit,
                **_quote(text, pass_row.values, placed),
            }
        elif pass_row.table == "attributions":
            cells["evidence_id"] = anchors.get((pass_row.unit, pass_row.item[0]), "")
        else:
            cells[sheet.parent] = pass_row.unit
        rows.append(FormRow(pass_row.table, cells))
    return rows


def _rows_of_source(coding_pass: Pass, sheet: Sheet) -> Iterator[Values]:
    """Yield the rows outside units that belong to this source; rows that sources share are in the lists instead."""
    if sheet.name == "coding_passes":
        yield from coding_pass.tables.where(sheet.name, pass_id=coding_pass.pass_id)
    elif "source_id" in sheet.table.names and coding_pass.letter == LEAD:
        yield from coding_pass.tables.where(sheet.name, source_id=coding_pass.source_id)


def _cells_outside_units(sheet: Sheet, row: Values, local: Mapping[str, str], text: Text, placed: bool) -> Values:
    cells = {name: row.get(name, "") for name in sheet.names}
    cells |= {name: local.get(cells[name], cells[name]) for name in sheet.links}
    if sheet.name == "disputes":
        cells["id"] = dispute_name(row["dispute_id"])
    if "quote" in sheet.names:
        cells |= _quote(text, row, placed)
    return cells


def dispute_name(dispute_id: str) -> str:
    """Return the local name of a dispute; empty if its ID does not end in a number."""
    number = dispute_id.rpartition(".d")[2]
    return f"d{number.zfill(3)}" if number.isascii() and number.isdigit() else ""


def retired_names(tables: Tables, source_id: str) -> set[str]:
    """Return the local names of the removed disputes of a source, which are not given again."""
    present = {row["dispute_id"] for row in tables["disputes"]}
    retired = (name for name in tables.used_ids("disputes") - present if name.startswith(f"{source_id}.d"))
    return {dispute_name(name) for name in retired}


@dataclass(frozen=True)
class Prefill:
    """What a new form contains beside what the pass has coded.

    Attributes
    ----------
    coder : str
        ID of the coder, if known; otherwise the form asks for it.
    log : sequence of FormRow
        Proposed rows of the coding log.
    """

    coder: str = ""
    log: Sequence[FormRow] = ()


def check_coder(tables: Tables, coder: str) -> None:
    """Check that a coder who is named is in the table `coders`.

    Raises
    ------
    CouldNotRun
        If there is no such coder.
    """
    known_coders = [row["coder_id"] for row in tables["coders"]]
    if coder and coder not in known_coders:
        raise CouldNotRun.of("unknown-coder", coder=coder, known=", ".join(known_coders) or "none yet")


def prefilled_rows(tables: Tables, form: Form, shown: Sequence[FormRow], coder: str = "") -> list[FormRow]:
    """Return the rows that a form fills in advance: the pass itself, and every topic that may be absent.

    Parameters
    ----------
    coder : str
        ID of the coder, if known; otherwise the form asks for it.

    Raises
    ------
    CouldNotRun
        If there is no such coder.
    """
    check_coder(tables, coder)
    rows = []
    if not any(row.table == "coding_passes" for row in shown):
        rows.append(FormRow("coding_passes", {"coder_id": coder, "blind": "true"}))
    if "absences" in form:
        known = {row["topic_id"] for row in shown if row.table == "absences"}
        topics = [row["topic_id"] for row in tables["topics"] if row["leaf"] == "true"]
        rows += [FormRow("absences", {"topic_id": topic}) for topic in topics if topic not in known]
    return rows
