"""Reading of a workbook into a submission; every cell without a plain value is reported with its place."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from clausula.coding.form import Column, Form, Sheet, is_lead
from clausula.coding.submission import FormRow, Submission
from clausula.coding.topics import TOPICS
from clausula.coding.workbook_format import ABOUT, OWN_SHEETS, header, import_openpyxl, read_quote, without_label
from clausula.coding.workbook_safety import inspect
from clausula.coding.workbook_write import FORMAT
from clausula.core.findings import CouldNotRun, Finding, finding, shown
from clausula.core.lexical import format_value
from clausula.core.model import Model


def load(path: Path) -> Any:
    """Load a workbook with openpyxl.

    Raises
    ------
    CouldNotRun
        If the file is not a workbook or is refused: protected, with macros or links, or too large.
    """
    openpyxl = import_openpyxl()
    if (fault := inspect(path)) is not None:
        raise CouldNotRun(fault)
    try:
        return openpyxl.load_workbook(path, data_only=False, keep_links=False)
    except Exception as error:  # the library raises whatever its parsers raise
        given = {"kind": type(error).__name__, "error": shown(str(error), 200)}
        raise CouldNotRun.of("unreadable-workbook", **given, file=path.name) from error


@dataclass
class WorkbookReader:
    """Reads the sheets of a workbook as rows of a form.

    Attributes
    ----------
    findings : list of Finding
        What was wrong with the cells that were read.
    """

    book: Any
    form: Form
    findings: list[Finding] = field(default_factory=list)

    def report(self, code: str, place: str, **given: str) -> None:
        """Add a finding at a place."""
        self.findings.append(finding(code, **given, table=place.partition("!")[0], cell=place))

    def value(self, cell: Any, place: str) -> str:
        """Return the text of a cell; any other kind of value is a finding and counts as empty."""
        value = cell.value
        if value is None:
            return ""
        if cell.data_type == "f" or not isinstance(value, str | int | float | bool | dt.date | dt.time | dt.timedelta):
            self.report("formula", place)
            return ""
        if cell.data_type == "e":
            self.report("spreadsheet-error", place, error=shown(str(value)))
            return ""
        if isinstance(value, dt.date | dt.time | dt.timedelta):
            like = f": '{value:%Y-%m-%d}" if isinstance(value, dt.date) else ""
            self.report("spreadsheet-date", place, like=like)
            return ""
        if isinstance(value, str):
            return self.trimmed(value, place)
        if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        return format_value(value)

    def trimmed(self, value: str, place: str) -> str:
        """Return a text without surrounding spaces."""
        text = value.strip()
        if text != value and text:
            self.report("surrounding-whitespace", place)
        return text

    def columns(self, page: Any, sheet: Sheet) -> dict[int, Column]:
        """Return the columns of a sheet by number, and report problems with its header."""
        wanted = {title: column for column in sheet.columns for title in (header(column), column.title)}
        found: dict[int, Column] = {}
        unknown: dict[int, tuple[str, str]] = {}
        for (line, number), cell in sorted(page._cells.items()):
            if line != 1 or cell.value is None:
                continue
            place = f"{sheet.name}!{cell.coordinate}"
            title = self.value(cell, place)
            column = wanted.get(title)
            if column is None:
                unknown[number] = place, title
            elif column in found.values():
                self.report("duplicate-header:workbook", place, name=shown(title))
            else:
                found[number] = column
        missing = [column for column in sheet.columns if column not in found.values()]
        if len(unknown) == len(missing) == 1:  # renamed: the cells are read nevertheless, so that none seems missing
            ((number, (place, title)),) = unknown.items()
            found[number] = missing[0]
            self.report("missing-column:renamed", place, name=header(missing[0]), title=shown(title))
            return found
        for place, title in unknown.values():
            self.report("unknown-column:workbook", place, name=shown(title))
        for column in missing:
            self.report("missing-column:workbook", f"{sheet.name}!1", name=header(column), field=column.name)
        return found

    def rows(self, sheet: Sheet) -> Iterator[FormRow]:
        """Yield the rows of a sheet that are filled in."""
        page = self.book[sheet.name]
        for area in page.merged_cells.ranges:
            self.report("merged-cells", f"{sheet.name}!{area.coord}")
        columns = self.columns(page, sheet)
        lines: dict[int, dict[int, Any]] = {}
        for (line, number), cell in page._cells.items():
            if line > 1 and cell.value is not None:
                lines.setdefault(line, {})[number] = cell
        for line, cells in sorted(lines.items()):
            row = self.row(sheet, columns, line, cells)
            if row is not None:
                yield row

    def row(self, sheet: Sheet, columns: dict[int, Column], line: int, cells: dict[int, Any]) -> FormRow | None:
        """Return a row; None if nobody filled it in."""
        before = len(self.findings)
        values: dict[str, str] = {}
        where = {c.name: f"{sheet.name}!{_letter(number)}{line}" for number, c in columns.items()}
        for number, cell in sorted(cells.items()):
            place = f"{sheet.name}!{cell.coordinate}"
            column = columns.get(number)
            text = self.value(cell, place)
            if column is not None and column.name == "quote":
                values |= read_quote(text)
            elif column is not None:
                values[column.name] = without_label(column, text)
            elif text and self.book[sheet.name].cell(1, number).value is None:
                self.report("cell-without-header", place)
        used = sheet.used(values) or len(self.findings) > before
        return FormRow(sheet.name, values, f"{sheet.name}!{line}", where) if used else None

    def all_rows(self) -> list[FormRow]:
        """Return the rows of all sheets."""
        rows = []
        for sheet in self.form:
            if sheet.name in self.book.sheetnames:
                rows += list(self.rows(sheet))
            else:
                self.report("missing-sheet", sheet.name, name=sheet.name)
        for name in self.book.sheetnames:
            if name not in self.form and name not in OWN_SHEETS:
                self.report("unknown-sheet", name)
        return rows


def _letter(number: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(number))


def read_about(book: Any, path: Path) -> tuple[dict[str, str], list[FormRow]]:
    """Return the metadata of a workbook, and the rows as it showed them.

    Raises
    ------
    CouldNotRun
        If the workbook was not made by `clausula code workbook`.
    """
    facts: dict[str, str] = {}
    rows: list[FormRow] = []
    try:
        lines: dict[int, list[str]] = defaultdict(list)
        for (line, _), cell in sorted(book[ABOUT]._cells.items()):
            if cell.value is not None:
                lines[line].append(str(cell.value))
        for name, *values in lines.values():
            value = "".join(values)
            if value.startswith("{"):
                rows.append(FormRow(name, {str(k): str(v) for k, v in json.loads(value).items()}))
            else:
                facts[name] = value
    except (KeyError, ValueError, AttributeError, TypeError):
        facts = {}
    if facts.get("format") != FORMAT or not {"source_id", "pass", "origin"} <= set(facts):
        raise CouldNotRun.of("not-a-coding-workbook", file=path.name)
    return facts, rows


def _without_known_topics(
    form: Form, rows: list[FormRow], shown_before: list[FormRow]
) -> tuple[list[FormRow], list[FormRow]]:
    """Return the rows without the topics that the workbook only lists: a topic that was removed there stays."""
    if TOPICS not in form:
        return rows, shown_before
    names = form[TOPICS].names
    listed = {tuple(row[name] for name in names) for row in shown_before if row.table == TOPICS}
    kept = [row for row in rows if row.table != TOPICS or tuple(row[name] for name in names) not in listed]
    changed = {row["topic_id"] for row in kept if row.table == TOPICS}
    return kept, [row for row in shown_before if row.table != TOPICS or row["topic_id"] in changed]


def read_workbook(path: Path, model: Model) -> tuple[Submission, Any]:
    """Return a workbook as a submission, and the workbook itself.

    Raises
    ------
    CouldNotRun
        If the file is not a coding workbook.
    """
    book = load(path)
    facts, shown_before = read_about(book, path)
    reader = WorkbookReader(book, Form(model, is_lead(facts["pass"])))
    rows = reader.all_rows()
    shown_before = [row for row in shown_before if row.table in reader.form]
    rows, shown_before = _without_known_topics(reader.form, rows, shown_before)
    version = facts.get("codebook_version", "")
    return Submission(
        facts["source_id"], facts["pass"], rows, shown_before, version, facts["origin"], reader.findings
    ), book
