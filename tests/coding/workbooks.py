"""Helpers that fill workbooks as a coder does, with openpyxl."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl

from clausula.coding.form import Form
from clausula.coding.workbook_format import header
from clausula.core.schemas import load_model
from tests.coding.practice import Rows
from tests.conftest import ROOT

FORM = Form(load_model(ROOT / "schemas"))


def columns(page: Any, table: str) -> dict[str, int]:
    """Return the numbers of columns by their names in the form."""
    titles = {cell.value: cell.column for cell in page[1]}
    return {column.name: titles[header(column)] for column in FORM[table].columns}


def fill(path: Path, rows: Rows, out: Path | None = None) -> Path:
    """Enter rows into a workbook: at their local name, at their topic, or from the first row on."""
    book = openpyxl.load_workbook(path)
    for table, own in rows.items():
        page = book[table]
        at = columns(page, table)
        key = "topic_id" if table == "absences" else "id"
        lines = {_bare(page.cell(n, at[key]).value): n for n in range(2, page.max_row + 1)} if key in at else {}
        for number, row in enumerate(own, 2):
            line = lines[row[key]] if key in at else number
            for name, value in row.items():
                page.cell(line, at[name]).value = value
    target = out or path
    book.save(target)
    return target


def _bare(value: str | None) -> str:
    return (value or "").split(" ")[0]


def change(path: Path, edits: dict[str, Any], out: Path) -> Path:
    """Save a copy of a workbook with some cells changed, for example `provisions!C2`."""
    book = openpyxl.load_workbook(path)
    for place, value in edits.items():
        sheet, at = place.split("!")
        book[sheet][at].value = value
    book.save(out)
    return out


def place(table: str, name: str, line: int) -> str:
    """Return the cell of a column in a row."""
    number = [column.name for column in FORM[table].columns].index(name) + 1
    return f"{table}!{openpyxl.utils.get_column_letter(number)}{line}"
