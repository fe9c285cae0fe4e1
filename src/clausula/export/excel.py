"""One workbook with a sheet per table, the codebook, and a sheet about the data. No cell is ever a formula."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from clausula.analysis.dataset import Dataset
from clausula.analysis.show import plain
from clausula.coding.workbook_format import workbook_bytes
from clausula.export.sql import about

LIMIT = 32_767
"""Maximum number of characters in a cell of a workbook."""


def _row(sheet: Any, values: Iterable[Any], bold: bool = False) -> list[Any]:
    """Return a row of cells in which text is never read as a formula."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    cells = []
    for value in values:
        cell = WriteOnlyCell(sheet, value=value)
        if isinstance(value, str):
            cell.value = value[:LIMIT]
            cell.data_type = "s"
        if bold:
            cell.font = Font(bold=True)
        cells.append(cell)
    return cells


def _sheet(
    book: Any, title: str, header: Sequence[str], rows: Iterable[Iterable[Any]], notes: Sequence[str] = ()
) -> None:
    from openpyxl.comments import Comment

    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    cells = _row(sheet, header, bold=True)
    for cell, note in zip(cells, notes, strict=False):
        cell.comment = Comment(note, "clausula", height=120, width=320)
    sheet.append(cells)
    for row in rows:
        sheet.append(_row(sheet, row))


def write(data: Dataset, tables: Sequence[str], target: Path) -> None:
    """Write one workbook; dates are ISO 8601 text, so that no program shifts them."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    _sheet(book, "about", ("name", "value"), about(data))
    for name in tables:
        frame = data.load(name)
        rows = (map(plain, row) for row in frame.itertuples(index=False, name=None))
        _sheet(book, name, [str(c) for c in frame.columns], rows, [f.description for f in data.model[name].fields])
    fields = data.codebook()
    chosen = fields[fields["table"].isin(list(tables))]
    _sheet(
        book,
        "codebook",
        [str(c) for c in chosen.columns],
        (map(plain, r) for r in chosen.itertuples(index=False, name=None)),
    )
    categories = [
        (name, f.name, plain(c.value), c.label, c.description)
        for name in tables
        for f in data.model[name].fields
        for c in f.categories or f.scale
    ]
    _sheet(book, "categories", ("table", "field", "value", "label", "definition"), categories)
    target.write_bytes(workbook_bytes(book))
