"""The marked copy of a workbook: problem cells are coloured and have the findings as notes."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from clausula.coding.workbook_format import README, workbook_bytes
from clausula.core.findings import ERROR, Finding, Report

AUTHOR = "clausula ingest"
_COLOURS = {ERROR: "FFFF9999", "other": "FFFFE699"}
_CELL = re.compile(r"([A-Z]{1,3})?([0-9]+)(?::[A-Z]{1,3}[0-9]+)?")


def _target(book: Any, place: str) -> Any:
    """Return the cell of a finding, or the first cell of its row or sheet; None if the sheet does not exist."""
    name, _, at = place.partition("!")
    if name not in book.sheetnames:
        return None
    match = _CELL.fullmatch(at)
    return book[name][f"{match[1] or 'A'}{match[2]}" if match else "A1"]


def _clear(book: Any) -> None:
    """Remove the marks of an earlier report."""
    from openpyxl.styles import PatternFill

    for page in book.worksheets:
        for cell in list(page._cells.values()):
            if cell.comment is not None and cell.comment.author == AUTHOR:
                cell.comment = None
                cell.fill = PatternFill()


def report_copy(book: Any, report: Report) -> bytes:
    """Return the workbook with its findings marked.

    Parameters
    ----------
    book : openpyxl.Workbook
        The workbook as it was read; it is changed in place.
    report : Report
        Its numbers of findings are on the sheet `Read me`, as the command prints them, with all findings that it lists.
    """
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    _clear(book)
    by_cell: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    lines = []
    for finding in report.sorted():
        lines.append(f"{finding.place}: {finding.message} -> {finding.hint}")
        cell = _target(book, finding.cell or "")
        if cell is not None:
            by_cell[cell.parent.title, cell.coordinate].append(finding)
    for (name, at), cell_findings in by_cell.items():
        cell = _anchor(book[name], at)
        worst = ERROR if any(f.severity == ERROR for f in cell_findings) else "other"
        kept = f"\n\n{cell.comment.text}" if cell.comment is not None else ""
        note = Comment("\n".join(f"{f.message}\n-> {f.hint}" for f in cell_findings) + kept, AUTHOR)
        note.width, note.height = 360, 160
        cell.comment, cell.fill = note, PatternFill("solid", fgColor=_COLOURS[worst])
    _list_findings(book, [report.numbers(), *lines, *report.unlisted()])
    return workbook_bytes(book)


def _anchor(page: Any, at: str) -> Any:
    """Return the cell, or the first cell of its merged area."""
    area = next((area for area in page.merged_cells.ranges if at in area), None)
    return page.cell(area.min_row, area.min_col) if area else page[at]


def _list_findings(book: Any, lines: list[str]) -> None:
    """List all findings in column B of the sheet `Read me`."""
    if README not in book.sheetnames:
        return
    page = book[README]
    for number in range(1, page.max_row + 1):
        page.cell(number, 2).value = None
    for number, line in enumerate(lines, 1):
        cell = page.cell(number, 2)
        cell.value, cell.data_type, cell.quotePrefix = line[:32_000], "s", True
    page.column_dimensions["B"].width = 110
