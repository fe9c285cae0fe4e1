"""Helpers that fill workbooks as a coder does, with openpyxl."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from clausula.coding.form import Form
from clausula.coding.ingest import ingest
from clausula.coding.submit import Mode
from clausula.coding.workbook_format import header
from clausula.coding.workbook_write import make_workbook
from clausula.core.package import open_package
from clausula.core.schemas import load_model
from clausula.core.tables import read_tables
from tests.coding.practice import RAW, SOURCE, TEXT, Rows, coding
from tests.conftest import ROOT
from tests.shared import once

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


def make(root: Path, out: Path, letter: str = "a") -> Path:
    """Write the workbook of a pass of the practice source."""
    out.write_bytes(make_workbook(read_tables(open_package(root)), SOURCE, letter, RAW))
    return out


def codes_by_cell(root: Path, path: Path) -> dict[str | None, set[str]]:
    """Return the codes of the findings on a workbook of the practice source, by cell."""
    found: dict[str | None, set[str]] = {}
    for finding in ingest(root, path, TEXT, Mode(dry_run=True)).outcome.report.findings:
        found.setdefault(finding.cell, set()).add(finding.code)
    return found


@pytest.fixture(scope="session")
def blank(empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an empty workbook; tests must not change it."""
    return once(tmp_path_factory, "blank-book", lambda folder: make(empty, folder / "book.xlsx")) / "book.xlsx"


@pytest.fixture(scope="session")
def filled(blank: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workbook with the practice coding; tests must not change it."""
    return (
        once(tmp_path_factory, "filled-book", lambda folder: fill(blank, coding(), folder / "book.xlsx")) / "book.xlsx"
    )
