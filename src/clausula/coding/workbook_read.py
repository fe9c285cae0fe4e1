"""From a workbook to a submission: every sheet read, every cell that is no plain value told with its place."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from clausula.coding.form import Column, Form, Sheet, is_lead
from clausula.coding.submission import Row, Submission
from clausula.coding.workbook_format import ABOUT, OWN, bare, header, library
from clausula.coding.workbook_safety import inspect
from clausula.coding.workbook_write import FORMAT
from clausula.core.findings import WARNING, CouldNotRun, Finding, shown
from clausula.core.lexical import spell
from clausula.core.model import Model


def load(path: Path) -> Any:
    """A workbook, as openpyxl has it.

    Raises
    ------
    CouldNotRun
        If the file is no workbook, or one that is not opened: protected, with macros or links, too large.
    """
    openpyxl = library()
    if (fault := inspect(path)) is not None:
        raise CouldNotRun(fault)
    try:
        return openpyxl.load_workbook(path, data_only=False, keep_links=False)
    except Exception as error:  # the library raises whatever its parsers raise
        what = f"the workbook cannot be read: {type(error).__name__}: {shown(str(error), 200)}"
        raise CouldNotRun(
            Finding("unreadable-workbook", what, "Save it anew from a spreadsheet.", file=path.name)
        ) from error


@dataclass
class _Reader:
    book: Any
    form: Form
    findings: list[Finding] = field(default_factory=list)

    def fault(self, place: str, code: str, message: str, hint: str) -> None:
        self.findings.append(Finding(code, message, hint, table=place.partition("!")[0], cell=place))

    def warn(self, place: str, code: str, message: str, hint: str) -> None:
        self.findings.append(Finding(code, message, hint, WARNING, table=place.partition("!")[0], cell=place))

    def value(self, cell: Any, place: str) -> str:
        """The text of a cell; what is no plain value is a finding and counts as empty."""
        value = cell.value
        if value is None:
            return ""
        if cell.data_type == "f" or not isinstance(value, str | int | float | bool | dt.date | dt.time | dt.timedelta):
            self.fault(place, "formula", "the cell holds a formula", "Enter the value itself, as text.")
            return ""
        if cell.data_type == "e":
            self.fault(
                place, "spreadsheet-error", f"the cell holds the error {shown(str(value))}", "Enter the value itself."
            )
            return ""
        if isinstance(value, dt.date | dt.time | dt.timedelta):
            like = f", such as {value:%Y-%m-%d}" if isinstance(value, dt.date) else ""
            hint = f"Enter it as text, after an apostrophe{like}."
            self.fault(place, "spreadsheet-date", "the spreadsheet has made a date of its own of this cell", hint)
            return ""
        if isinstance(value, str):
            return self.trimmed(value, place)
        if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        return spell(value)

    def trimmed(self, value: str, place: str) -> str:
        text = value.strip()
        if text != value and text:
            self.warn(place, "surrounding-whitespace", "blanks around the text were left out", "Nothing to do.")
        return text

    def columns(self, page: Any, sheet: Sheet) -> dict[int, Column]:
        """The columns of a sheet by their number, and what is wrong with its header."""
        wanted = {header(column): column for column in sheet.columns} | {
            column.title: column for column in sheet.columns
        }
        found: dict[int, Column] = {}
        for (line, number), cell in sorted(page._cells.items()):
            if line != 1 or cell.value is None:
                continue
            place = f"{sheet.name}!{cell.coordinate}"
            title = self.value(cell, place)
            column = wanted.get(title)
            if column is None:
                hint = "Give it its name again, or remove the column; notes of your own belong on a sheet of your own."
                self.fault(place, "unknown-column", f"the header {shown(title)!r} is none of this sheet", hint)
            elif column in found.values():
                self.fault(
                    place, "duplicate-header", f"the header {shown(title)!r} stands twice", "Remove one of the two."
                )
            else:
                found[number] = column
        for column in sheet.columns:
            if column not in found.values():
                what = f"the column {header(column)!r} is missing"
                self.fault(f"{sheet.name}!1", "missing-column", what, "Put its header back, or make the workbook anew.")
        return found

    def rows(self, sheet: Sheet) -> Iterator[Row]:
        """The rows of a sheet that are used."""
        page = self.book[sheet.name]
        for area in page.merged_cells.ranges:
            self.fault(f"{sheet.name}!{area.coord}", "merged-cells", "these cells are merged", "Unmerge them.")
        columns = self.columns(page, sheet)
        lines: dict[int, dict[int, Any]] = {}
        for (line, number), cell in page._cells.items():
            if line > 1 and cell.value is not None:
                lines.setdefault(line, {})[number] = cell
        for line, cells in sorted(lines.items()):
            row = self.row(sheet, columns, line, cells)
            if row is not None:
                yield row

    def row(self, sheet: Sheet, columns: dict[int, Column], line: int, cells: dict[int, Any]) -> Row | None:
        before = len(self.findings)
        values: dict[str, str] = {}
        where = {c.name: f"{sheet.name}!{_letter(number)}{line}" for number, c in columns.items()}
        for number, cell in sorted(cells.items()):
            place = f"{sheet.name}!{cell.coordinate}"
            column = columns.get(number)
            text = self.value(cell, place)
            if column is not None:
                values[column.name] = bare(column, text)
            elif text and self.book[sheet.name].cell(1, number).value is None:
                self.fault(place, "cell-without-header", "the cell stands under no header", "Empty it.")
        used = sheet.used(values) or len(self.findings) > before
        return Row(sheet.name, values, f"{sheet.name}!{line}", where) if used else None

    def all(self) -> list[Row]:
        """The rows of all sheets."""
        rows = []
        for sheet in self.form:
            if sheet.name in self.book.sheetnames:
                rows += list(self.rows(sheet))
            else:
                what = f"the sheet {sheet.name!r} is missing"
                self.fault(sheet.name, "missing-sheet", what, "Put it back under its name, or make the workbook anew.")
        for name in self.book.sheetnames:
            if name not in self.form and name not in OWN:
                self.warn(
                    name,
                    "unknown-sheet",
                    "the sheet is none of the workbook's own; it was left aside",
                    "Nothing to do.",
                )
        return rows


def _letter(number: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(number))


def about(book: Any, path: Path) -> tuple[dict[str, str], list[Row]]:
    """What a workbook says of itself, and the rows as it showed them.

    Raises
    ------
    CouldNotRun
        If it was not made by `clausula code workbook`.
    """
    facts: dict[str, str] = {}
    rows: list[Row] = []
    try:
        for name, value, *_ in book[ABOUT].iter_rows(max_row=20_000, max_col=2, values_only=True):
            if isinstance(value, str) and value.startswith("{"):
                rows.append(Row(str(name), {str(k): str(v) for k, v in json.loads(value).items()}))
            elif name is not None:
                facts[str(name)] = str(value)
    except (KeyError, ValueError, AttributeError, TypeError):
        facts = {}
    if facts.get("format") != FORMAT or not {"source_id", "pass", "origin"} <= set(facts):
        what = "the workbook does not say which pass over which source it is"
        hint = "Take a workbook that `clausula code workbook` made, and keep its hidden sheets."
        raise CouldNotRun(Finding("not-a-coding-workbook", what, hint, file=path.name))
    return facts, rows


def read_workbook(path: Path, model: Model) -> tuple[Submission, Any]:
    """A workbook as a submission, and the workbook itself.

    Raises
    ------
    CouldNotRun
        If the file is no workbook of a pass.
    """
    book = load(path)
    facts, was = about(book, path)
    reader = _Reader(book, Form(model, is_lead(facts["pass"])))
    rows = reader.all()
    was = [row for row in was if row.table in reader.form]
    version = facts.get("codebook_version", "")
    return Submission(facts["source_id"], facts["pass"], rows, was, version, facts["origin"], reader.findings), book
