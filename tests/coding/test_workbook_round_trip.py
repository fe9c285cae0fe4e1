"""Every workbook that is written can be read back, and imported without a change."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from clausula.coding.candidate import build_candidate
from clausula.coding.workbook_read import read_workbook
from clausula.coding.workbook_write import make_workbook
from clausula.core.package import open_package
from clausula.core.store import Store
from clausula.core.tables import Tables, read_tables
from clausula.evidence.text import Text
from tests.coding.practice import RAW, SOURCE
from tests.conftest import MINI, ROOT, TEXTS
from tests.pairs import chosen

QUICK = ("minsk-protocol-2014", "us-geneva-readout-2025")
"""A source with provisions and one with reactions."""

STORE = Store(open_package(ROOT))
WITH_PROVISIONS = {row["source_id"] for row in STORE.stream("evidence") if row["provision_id"]}
OTHERS = sorted({row["source_id"] for row in STORE.stream("coding_passes")} - WITH_PROVISIONS)
SOURCES = sorted(
    {*WITH_PROVISIONS, *OTHERS[::4], *QUICK, "wh-gaza-plan-reactions-2025", "wh-ukraine-summit-reactions-2025"}
)
"""Every source with provisions, every fourth with reactions only, and the compilations of reactions."""


def changes(tables: Tables, source: str, letter: str, raw: str, path: Path) -> list[object]:
    """Return what importing a new workbook without an edit finds or would change."""
    path.write_bytes(make_workbook(tables, source, letter, raw))
    submission, _ = read_workbook(path, tables.package.model)
    candidate = build_candidate(tables, submission, Text(raw))
    return [*submission.reading_findings, *candidate.findings, *candidate.merged.changes]


@pytest.fixture(scope="module")
def tables() -> Tables:
    return read_tables(open_package(ROOT))


@pytest.mark.texts
@pytest.mark.parametrize("source", chosen(SOURCES, QUICK))
def test_an_unchanged_workbook_of_a_coded_source_changes_nothing(tables: Tables, source: str, tmp_path: Path) -> None:
    path = TEXTS / f"{source}.txt"
    if not path.is_file():
        pytest.skip("the text is not here")
    raw = path.read_bytes().decode("utf-8")
    for letter in "ab":
        assert changes(tables, source, letter, raw, tmp_path / "form.xlsx") == []


def test_a_pass_with_few_values_can_be_written_and_read(mini: Path, tmp_path: Path) -> None:
    raw = (MINI / "texts" / "river-accord-2031.txt").read_bytes().decode("utf-8")
    tables = read_tables(open_package(mini))
    path = tmp_path / "form.xlsx"
    path.write_bytes(make_workbook(tables, "river-accord-2031", "b", raw))
    assert read_workbook(path, tables.package.model)[0].reading_findings == []


def test_quotes_that_are_too_long_for_a_cell_are_read_back(
    coded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clausula.coding.passes.MAX_QUOTE_LENGTH", 20)
    tables = read_tables(open_package(coded))
    path = tmp_path / "form.xlsx"
    assert changes(tables, SOURCE, "a", RAW, path) == []
    cells = [str(cell.value) for cell in openpyxl.load_workbook(path)["coding_log"]["C"]]
    assert any(text.startswith("[span ") for text in cells)


def test_a_shown_row_of_any_length_is_read_back(coded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clausula.coding.workbook_write.ABOUT_CELL_LENGTH", 50)
    assert changes(read_tables(open_package(coded)), SOURCE, "a", RAW, tmp_path / "form.xlsx") == []
