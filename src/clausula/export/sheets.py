"""Sheets of a workbook for reading: a title, labels, names with filters, and rows. No cell is ever a formula.

Every sheet has the names of its columns in row `HEADER`, so that other programs read any of them in the same way. Names
and rows form a table in the sense of Excel, which has filters and can be the source of a pivot table.
"""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from clausula.coding.workbook_format import FORMULA_STARTS

LIMIT = 32_767
"""Maximum number of characters in a cell of a workbook."""

HEADER = 3
"""The row with the names of the columns; row 1 has the title of the sheet, row 2 the labels or a note."""

NARROWEST, WIDEST = 8, 60
"""Minimum and maximum width of a column, in digits; longer texts are wrapped, and a longer word gets more."""

PROSE = 68
"""Number of characters of a text that fit in a column of the maximum width; letters are narrower than digits."""

PRINTED = 240
"""Maximum width in characters of a sheet that is printed on one page across; in a wider one, nobody could read it."""

FIRST_DAY = dt.date(1900, 3, 1)
"""The first day that all spreadsheet programs count in the same way; earlier dates are written as text."""

TRUTH = '"TRUE";"TRUE";"FALSE"'
"""Format of truth values; without it, LibreOffice shows some of them as 0 and 1."""

LINE = 15
"""Height of a line of text in points."""

LINK, GREY = "FF0563C1", "FF595959"
"""Colours of links, and of what is less important."""

AUTHOR = "clausula"
"""Author of the notes in header cells."""

Cell = Any
"""A value that a cell can have: None, a text, a number, a truth value or a date."""


@dataclass(frozen=True)
class Column:
    """A column of a sheet.

    Attributes
    ----------
    name : str
        The name in the header.
    label : str
        The label above it; empty if the sheet has a note instead.
    note : str
        What the header cell shows when the pointer is over it.
    link : str
        The place in the workbook to which the label leads.
    """

    name: str
    label: str = ""
    note: str = ""
    link: str = ""


@dataclass(frozen=True)
class Row:
    """A row: its cells, the places to which some of them lead by their position, and how they look.

    A row with any `bold` cells is a heading. `repeated` is the number of cells at its start that repeat the heading.
    """

    cells: Sequence[Cell]
    links: dict[int, str] = field(default_factory=dict)
    bold: tuple[int, ...] = ()
    repeated: int = 0


@dataclass(frozen=True)
class Page:
    """A sheet: its name, its title, the columns and the rows. A `note` replaces the labels above the header.

    `key` is the number of columns that stay on the screen.
    """

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    note: str = ""
    back: str = ""
    key: int = 0


def place(sheet: str, cell: str = "A1") -> str:
    """Return the address of a cell in a sheet, as links need it."""
    return f"'{sheet}'!{cell}"


def _shown(value: Cell) -> str:
    return "" if value is None else str(value)


def _note_lines(note: str, width: int) -> int:
    """Return the number of lines of a text that is so many characters wide."""
    return sum(max(1, len(textwrap.wrap(line, width))) for line in note.splitlines())


def _lines(value: Cell) -> int:
    """Return the number of lines of a value in the widest column."""
    return _note_lines(value, PROSE) if _long(value) else 1


def _long(value: Cell) -> bool:
    """Return whether a value may need more than one line."""
    return isinstance(value, str) and (len(value) > WIDEST or "\n" in value)


def _special(value: Cell) -> bool:
    """Return whether a cell needs a style, or would become something else if a library guessed its type."""
    if isinstance(value, str):
        return value.startswith((*FORMULA_STARTS, "#")) or len(value) > LIMIT
    return value is not None


def widths(page: Page) -> list[int]:
    """Return the width of each column: that of its longest value, name or label, within limits."""
    found = []
    for number, column in enumerate(page.columns):
        texts = {_shown(row.cells[number]) for row in page.rows}
        longest = max(map(len, texts), default=0)
        word = max((len(word) for text in texts if len(text) > WIDEST for word in text.split()), default=0)
        needed = max(NARROWEST, longest + 1, len(column.name) + 4, len(column.label) + 1)
        found.append(max(min(needed, WIDEST), min(word, PROSE)))
    return found


class SheetWriter:
    """Writes pages to a workbook that is open for writing only."""

    def __init__(self, book: Any) -> None:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

        self.book, self._cell = book, WriteOnlyCell
        self._alignments = {
            (across, up, wrap): Alignment(across, up, wrap_text=wrap, indent=1 if across == "right" else 0)
            for across in ("left", "right", None)
            for up in ("top", None)
            for wrap in (True, False)
        }

        def font(**style: Any) -> Any:
            return Font(**{"name": "Calibri", "size": 11, **style})

        self._bold, self._title = font(bold=True), font(bold=True, size=13)
        self._name, self._repeated = font(color=GREY, size=10), font(color=GREY)
        self._link, self._bold_link = font(color=LINK), font(color=LINK, bold=True)
        self._fill, self._pale = PatternFill("solid", fgColor="FFDCE6F1"), PatternFill("solid", fgColor="FFF2F2F2")
        self._line = Border(bottom=Side("thin", color="FF7F7F7F"))

    def cell(self, sheet: Any, value: Cell, link: str = "") -> Any:
        """Return a cell with a value; a text stays text, whatever it starts with."""
        from openpyxl.worksheet.hyperlink import Hyperlink

        cell = self._cell(sheet)
        if isinstance(value, dt.date):
            value = value if value >= FIRST_DAY else value.isoformat()
            cell.number_format = "yyyy-mm-dd"
        if isinstance(value, bool):
            cell.number_format = TRUTH
        cell.value = value
        if isinstance(value, str):
            cell.value = value[:LIMIT]
            cell.data_type = "s"
            cell.quotePrefix = value.startswith(FORMULA_STARTS)
        if link:
            cell.hyperlink = Hyperlink(ref="", location=link)
            cell.font = self._link
        return cell

    def write(self, page: Page) -> None:
        """Append a page to the workbook."""
        from openpyxl.utils import get_column_letter

        sheet = self.book.create_sheet(page.name)
        wide = widths(page)
        for number, width in enumerate(wide, 1):
            sheet.column_dimensions[get_column_letter(number)].width = width + 1
        sheet.freeze_panes = f"{get_column_letter(page.key + 1)}{HEADER + 1}"
        sheet.sheet_properties.pageSetUpPr.fitToPage = sum(wide) <= PRINTED
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", "9"
        sheet.page_setup.fitToHeight = 0
        sheet.print_title_rows = f"1:{HEADER}"
        self._heads(sheet, page, wide)
        for number, row in enumerate(page.rows, HEADER + 1):
            lines = max(map(_lines, row.cells), default=1)
            if lines > 1:
                sheet.row_dimensions[number].height = LINE * lines + 1
            sheet.append(self._row(sheet, row))
        self._table(sheet, page)

    def _heads(self, sheet: Any, page: Page, wide: list[int]) -> None:
        from openpyxl.comments import Comment
        from openpyxl.utils import get_column_letter

        title = self.cell(sheet, page.title)
        title.font = self._title
        back = self.cell(sheet, f"← {page.back}", place(page.back)) if page.back else None
        sheet.append([back, title] if back else [title])
        second = []
        if page.note:
            last = get_column_letter(len(page.columns))
            sheet.merged_cells.add(f"A{HEADER - 1}:{last}{HEADER - 1}")
            sheet.row_dimensions[HEADER - 1].height = LINE * (_note_lines(page.note, sum(wide)) + 0.5)
            second.append(self.cell(sheet, page.note))
            second[0].alignment = self._alignments[None, "top", True]
        else:
            for column in page.columns:
                cell = self.cell(sheet, column.label, column.link)
                cell.font = self._bold_link if column.link else self._bold
                cell.fill = self._fill
                cell.alignment = self._head(page, len(second))
                second.append(cell)
        sheet.append(second)
        names = []
        for number, column in enumerate(page.columns):
            cell = self.cell(sheet, column.name)
            cell.font = self._bold if page.note else self._name
            cell.alignment = self._head(page, number)
            cell.fill, cell.border = self._fill, self._line
            if column.note:
                height = 20 * _note_lines(column.note, 50) + 24
                cell.comment = Comment(column.note, AUTHOR, height=min(height, 600), width=360)
            names.append(cell)
        sheet.append(names)

    def _head(self, page: Page, number: int) -> Any:
        """Return the alignment of the head of a column: that of its values."""
        values = (row.cells[number] for row in page.rows)
        return self._alignment(next((value for value in values if value is not None), ""))

    def _row(self, sheet: Any, row: Row) -> list[Any]:
        """Return the cells of a row; only those that need a style have one, because each takes time."""
        styled = bool(row.links or row.bold or row.repeated) or any(map(_long, row.cells))
        cells: list[Any] = []
        for number, value in enumerate(row.cells):
            if not (styled or _special(value)):
                cells.append(value)
                continue
            cell = self.cell(sheet, value, row.links.get(number, ""))
            cell.alignment = self._alignment(value, styled, bool(row.repeated))
            if row.bold:
                cell.fill = self._pale
            if number in row.bold:
                cell.font = self._bold
            if number < row.repeated:
                cell.font = self._repeated
            cells.append(cell)
        return cells

    def _alignment(self, value: Cell, top: bool = False, left: bool = False) -> Any:
        """Return the alignment of a value; numbers keep a distance from the text to their right."""
        number = isinstance(value, int | float) and not isinstance(value, bool)
        horizontal = "right" if number and not left else "left" if isinstance(value, dt.date | int | float) else None
        return self._alignments[horizontal, "top" if top else None, _long(value)]

    def _table(self, sheet: Any, page: Page) -> None:
        """Make a table of names and rows; a table needs a row, so an empty one gets one without values."""
        from openpyxl.utils import get_column_letter
        from openpyxl.worksheet.filters import AutoFilter
        from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo

        last = f"{get_column_letter(len(page.columns))}{HEADER + max(len(page.rows), 1)}"
        area = f"A{HEADER}:{last}"
        table = Table(
            displayName=page.name,
            ref=area,
            tableColumns=[TableColumn(id=number, name=c.name) for number, c in enumerate(page.columns, 1)],
            autoFilter=AutoFilter(ref=area),
            tableStyleInfo=TableStyleInfo(name="TableStyleLight1", showRowStripes=True),
        )
        sheet.tables.add(table)
