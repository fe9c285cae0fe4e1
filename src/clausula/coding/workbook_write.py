"""Writing of a coding workbook from the schemas: one sheet for each table, drop-downs, local names, and the text."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any

from clausula.coding.blind import visible_tables
from clausula.coding.form import NAMED, UNITS, Column, Form, Sheet, is_lead
from clausula.coding.instructions import instructions
from clausula.coding.passes import Pass, Prefill, prefilled_rows, retired_names, shown_rows
from clausula.coding.quotes import paragraphs
from clausula.coding.submission import FormRow
from clausula.coding.submit import check_text
from clausula.coding.topics import TOPICS
from clausula.coding.workbook_format import (
    ABOUT,
    FORMULA_STARTS,
    README,
    TEXT,
    header,
    import_openpyxl,
    labelled,
    options,
    quote_cell,
    takes_local_names,
    workbook_bytes,
)
from clausula.coding.workbook_lists import JOINED_ROWS, JOINING, Joining, Lists, drop_down, letter_of, lock
from clausula.core.findings import CouldNotRun
from clausula.core.model import LABELS
from clausula.core.tables import Tables
from clausula.evidence.sentences import sentences
from clausula.evidence.text import Text

MIN_EMPTY_ROWS, MAX_EMPTY_ROWS = 40, 600
"""The minimum and maximum number of empty rows in a sheet."""

LAST_ROW = 1_048_576
"""The number of the last row of a spreadsheet."""

MAX_CELL_LENGTH = 32_767
"""The maximum number of characters in a spreadsheet cell."""

ABOUT_CELL_LENGTH = 30_000
"""The number of characters after which a shown row continues in the next cell of the sheet `About`."""

COLUMN_WIDTHS = {
    "summary": 60,
    "quote": 80,
    "note": 40,
    "condition": 40,
    "definition": 60,
    "title": 40,
    "description": 40,
}

FORMAT = "1"
"""Version of the layout of the workbook."""


class CellWriter:
    """Writes cells as text, in the styles of the workbook."""

    def __init__(self, book: Any) -> None:
        from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
        from openpyxl.comments import Comment
        from openpyxl.styles import Alignment, Font, PatternFill

        self.book, self.comment, self.illegal = book, Comment, ILLEGAL_CHARACTERS_RE
        self.bold = Font(bold=True)
        self.header_fill = PatternFill("solid", fgColor="FFDCE6F1")
        self.required_fill = PatternFill("solid", fgColor="FFFCE4D6")
        self.given_fill = PatternFill("solid", fgColor="FFEDEDED")
        self.wrap = Alignment(wrap_text=True, vertical="top")
        self.styles: dict[tuple[bool, bool], Any] = {}

    def format(self, cell: Any, wrap: bool, given: bool) -> None:
        """Format a cell as text; openpyxl takes long to find a style among those of the workbook, so each is kept."""
        if (wrap, given) in self.styles:
            cell._style = copy(self.styles[wrap, given])
            return
        cell.number_format = "@"
        if wrap:
            cell.alignment = self.wrap
        if given:
            cell.fill = self.given_fill
        self.styles[wrap, given] = copy(cell._style)

    def write(self, cell: Any, text: str, wrap: bool = False, given: bool = False) -> None:
        """Write a cell as text, never as a formula, number or date."""
        self.format(cell, wrap, given)
        if not text:
            return
        cell.value = self.illegal.sub("", text)[:MAX_CELL_LENGTH]
        cell.data_type = "s"
        if text.startswith(FORMULA_STARTS):
            cell.quotePrefix = True

    def write_header(self, cell: Any, column: Column) -> None:
        """Write a header cell with a note from the codebook."""
        self.write(cell, header(column))
        cell.font, cell.alignment = self.bold, self.wrap
        cell.fill = self.required_fill if column.required else self.header_fill
        if not column.help:
            return
        note = self.comment(column.help, "clausula")
        note.width, note.height = 360, min(400, 60 + 18 * (column.help.count("\n") + len(column.help) // 50))
        cell.comment = note


def _local_names(sheet: Sheet, rows: Sequence[FormRow], count: int, retired: set[str]) -> list[str]:
    """Return local names for all rows: those in use, then the next free ones."""
    letter, used = NAMED[sheet.name], [row["id"] for row in rows]
    taken = {*used, *retired}
    free = (name for n in itertools.count(1) if (name := f"{letter}{n:03d}") not in taken)
    return [*used, *itertools.islice(free, count - len(used))]


class _WorkbookWriter:
    def __init__(self, tables: Tables, form: Form, source_id: str, raw: str) -> None:
        self.tables, self.form, self.source_id = tables, form, source_id
        self.spare_rows = min(MAX_EMPTY_ROWS, max(MIN_EMPTY_ROWS, 2 * sum(1 for _ in sentences(raw))))
        self.raw, self.retired = raw, retired_names(tables, source_id)
        self.counts: dict[str, int] = {}
        self.filled: dict[str, int] = {}
        self.fixed: dict[str, int] = {}
        self.book = import_openpyxl().Workbook()
        self.book.remove(self.book.active)
        self.cell_writer = CellWriter(self.book)
        self.lists = Lists(self.cell_writer)

    def width(self, column: Column) -> int:
        return COLUMN_WIDTHS.get(column.name, 10 if column.given else 22)

    def row_count(self, sheet: Sheet, rows: Sequence[FormRow]) -> int:
        """Return the number of rows of a sheet; for rows coded from the text it depends on the text's length."""
        if sheet.name == "coding_passes":
            return 1
        from_text = bool(sheet.parent) or sheet.name in (*UNITS, "coding_log")
        return max(len(rows), min(999, len(rows) + (self.spare_rows if from_text else MIN_EMPTY_ROWS)))

    def write_sheet(self, sheet: Sheet, rows: Sequence[FormRow]) -> None:
        """Write one sheet: header, filled rows, empty rows, drop-downs."""
        page = self.book.create_sheet(sheet.name)
        count = self.counts[sheet.name]
        names = _local_names(sheet, rows, count, self.retired) if sheet.name in NAMED else []
        labels = [dict(options(self.tables, column, self.source_id)) for column in sheet.columns]
        for number, column in enumerate(sheet.columns, 1):
            self.cell_writer.write_header(page.cell(1, number), column)
            self.format_column(page, page.cell(1, number).column_letter, column)
            fixed = count if column.given else self.fixed.get(sheet.name, 0)
            for line in range(2, count + 2):
                value = self.value(rows[line - 2], column) if line - 2 < len(rows) else ""
                value = names[line - 2] if column.given else value
                text = labelled(value, labels[number - 1].get(value, ""))
                self.cell_writer.write(page.cell(line, number), text, wrap=True, given=line - 2 < fixed)
            self.add_drop_down(page, sheet, column)
        page.freeze_panes = "B2" if sheet.name in NAMED else "A2"
        if self.fixed.get(sheet.name):
            page.auto_filter.ref = f"A1:{page.cell(1, len(sheet.columns)).column_letter}{count + 1}"

    def format_column(self, page: Any, letter: str, column: Column) -> None:
        """Format a whole column, so that rows which the coder adds are like the others."""
        dimension = page.column_dimensions[letter]
        dimension.width, dimension.number_format = self.width(column), "@"
        dimension.alignment = self.cell_writer.wrap

    def value(self, row: FormRow, column: Column) -> str:
        """Return the text of a cell.

        Raises
        ------
        CouldNotRun
            If it does not fit into a cell, so that the workbook could not be read back.
        """
        text = quote_cell(row, self.raw) if column.name == "quote" else row[column.name]
        if len(text) > MAX_CELL_LENGTH:
            size = {"title": column.title, "characters": len(text)}
            raise CouldNotRun.of("cell-too-long", **size, table=row.table, field=column.name)
        return text

    def add_drop_down(self, page: Any, sheet: Sheet, column: Column) -> None:
        """Add the drop-down of a column, for all rows of the sheet."""
        if takes_local_names(column) and column.refers in self.form:
            formula, strict = f"{column.refers}!$A$2:$A${self.counts[column.refers] + 1}", False
        else:
            listed, joining = options(self.tables, column, self.source_id), self.joining(column)
            if not listed and joining is None:
                return
            formula, strict = self.lists.range_of(column.refers or column.title, listed, joining), bool(column.choices)
        rule = drop_down(formula, strict)
        letter = page.cell(1, [c.name for c in sheet.columns].index(column.name) + 1).column_letter
        rule.add(f"{letter}2:{letter}{LAST_ROW}")
        page.add_data_validation(rule)

    def joining(self, column: Column) -> Joining | None:
        """Return the new rows of the sheet that a column refers to; None if it refers to no sheet."""
        if column.refers not in JOINING or column.refers not in self.form:
            return None
        sheet = self.form[column.refers]
        names, key = [one.name for one in sheet.columns], sheet.table.primary_key[0]
        label = next((name for name in LABELS if name in names), "")
        letters = [letter_of(names.index(name) + 1) if name else "" for name in (key, label)]
        return Joining(sheet.name, self.filled[sheet.name] + 2, JOINED_ROWS, *letters)

    def write_text(self, raw: str) -> None:
        """Write the numbered paragraphs of the text, to copy quotes from."""
        page = self.book.create_sheet(TEXT)
        for number, title in enumerate(("Paragraph", "Text"), 1):
            self.cell_writer.write(page.cell(1, number), title)
            page.cell(1, number).font = self.cell_writer.bold
        for number, (start, end) in enumerate(paragraphs(raw), 1):
            self.cell_writer.write(page.cell(number + 1, 1), str(number))
            self.cell_writer.write(page.cell(number + 1, 2), raw[start:end], wrap=True)
        page.column_dimensions["A"].width, page.column_dimensions["B"].width = 11, 120
        page.freeze_panes = "A2"
        lock(page)

    def write_readme(self, lines: Sequence[str]) -> None:
        page = self.book.create_sheet(README, 0)
        for number, line in enumerate(lines, 1):
            self.cell_writer.write(page.cell(number, 1), line, wrap=True)
        page.cell(1, 1).font = self.cell_writer.bold
        page.column_dimensions["A"].width = 110
        lock(page)

    def write_about(self, facts: Mapping[str, str], shown: Sequence[FormRow]) -> None:
        """Write the hidden sheet that the import needs: the pass, and the rows as they were shown."""
        page = self.book.create_sheet(ABOUT)
        page.sheet_state = "hidden"
        lines = [*facts.items(), *((row.table, json.dumps(dict(row.cells), ensure_ascii=False)) for row in shown)]
        for number, (name, value) in enumerate(lines, 1):
            self.cell_writer.write(page.cell(number, 1), name)
            for place, start in enumerate(range(0, len(value), ABOUT_CELL_LENGTH), 2):
                self.cell_writer.write(page.cell(number, place), value[start : start + ABOUT_CELL_LENGTH])
        lock(page)


def _topic_rows(tables: Tables) -> list[FormRow]:
    """Return all topics with their definitions, for the coder to search."""
    return [FormRow(TOPICS, row) for row in tables[TOPICS]]


def make_workbook(tables: Tables, source_id: str, letter: str, raw: str, prefill: Prefill | None = None) -> bytes:
    """Return the workbook of a pass over a source; the same tables and text always give the same bytes.

    Parameters
    ----------
    tables : Tables
    source_id : str
    letter : str
        The pass. Its existing rows are filled in; nothing of other passes is shown.
    raw : str
        The text of the source.
    prefill : Prefill, optional
        The coder, if known, and proposed rows of the log, which are left out if the pass has logged anything.

    Raises
    ------
    CouldNotRun
        If the source is not registered, there is no such coder, the text is a different edition, or openpyxl is not
        installed.
    """
    source = check_text(tables, source_id, raw)
    form = Form(tables.package.model, is_lead(letter))
    shown = shown_rows(Pass(tables, form, source_id, letter), Text(raw))
    prefill = prefill or Prefill()
    log = prefill.log if form.lead and not any(row.table == "coding_log" for row in shown) else ()
    writer = _WorkbookWriter(visible_tables(tables, source_id, letter), form, source_id, raw)
    by_table: dict[str, list[FormRow]] = defaultdict(list)
    for row in [*shown, *prefilled_rows(tables, form, shown, prefill.coder), *log]:
        by_table[row.table].append(row)
    topics = _topic_rows(tables) if form.lead else []
    by_table[TOPICS][:0] = topics
    writer.fixed = {TOPICS: len(topics)}
    writer.filled = {sheet.name: len(by_table[sheet.name]) for sheet in form}
    writer.counts = {sheet.name: writer.row_count(sheet, by_table[sheet.name]) for sheet in form}
    for sheet in form:
        writer.write_sheet(sheet, by_table[sheet.name])
    writer.write_text(raw)
    writer.write_readme(instructions(source["title"], letter, form.lead))
    shown_json = json.dumps([[row.table, dict(row.cells)] for row in shown], ensure_ascii=False)
    facts = {
        "format": FORMAT,
        "source_id": source_id,
        "pass": letter,
        "codebook_version": str(tables.package.model.metadata["version"]),
        "text_sha256": source["sha256"],
        "origin": hashlib.sha256(f"{source_id}.{letter}.{shown_json}".encode()).hexdigest()[:16],
    }
    writer.write_about(facts, [*shown, *topics])
    book = writer.book
    book.active = 0
    return workbook_bytes(book)
