"""Workbooks with faults: findings on bad cells, sheets and files, and the copy that marks them."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from clausula.coding import workbook_safety
from clausula.coding.ingest import ingest
from clausula.coding.submit import Mode
from clausula.coding.workbook_marks import AUTHOR, report_copy
from clausula.core.findings import CouldNotRun
from tests.coding.practice import (
    TEXT,
    state,
)
from tests.coding.workbooks import change, codes_by_cell, make, place
from tests.command import clausula


def refused(root: Path, path: Path) -> str:
    with pytest.raises(CouldNotRun) as caught:
        ingest(root, path, TEXT)
    return caught.value.finding.code


BAD: dict[str, tuple[Any, str]] = {
    place("provisions", "summary", 2): ("=1+1", "formula"),
    place("provisions", "due", 2): (dt.datetime(2033, 4, 10), "spreadsheet-date"),
    place("provisions", "due", 3): (dt.time(12, 0), "spreadsheet-date"),
    place("provisions", "topic_id", 4): ("#REF!", "spreadsheet-error"),
    place("provisions", "modality", 2): ("duty (Duty)", "enum"),
    place("provisions", "strength", 3): (2.5, "type"),
    place("provisions", "summary", 3): ("One.\nTwo.", "pattern"),
    place("provision_quantities", "value", 3): ("6.0", "type"),
    place("provision_quantities", "unit", 2): ("km (Kilometres)", "unit-measure-mismatch"),
    place("provision_actors", "actor_id", 2): ("nobody (Nobody)", "foreign-key"),
    place("evidence", "record", 2): ("p099", "unknown-local-name"),
    place("evidence", "quote", 3): ("Within 15 days each side takes its guns", "quote-mismatch"),
    place("evidence", "occurrence", 4): ("2", "invalid-occurrence"),
    "reactions!A2": ("x1", "invalid-local-name"),
    place("reactions", "summary", 2): ("Something", ""),
    "events!A3": ("v001", "duplicate-row"),
    place("events", "summary", 3): ("Something", ""),
    "provisions!ZZ5": ("outside the table", "cell-without-header"),
    "provisions!XFD1048576": ("at the end of the sheet", "cell-without-header"),
}


def test_all_bad_cells_are_reported_at_once(empty: Path, filled: Path, tmp_path: Path) -> None:
    found = codes_by_cell(
        empty, change(filled, {cell: value for cell, (value, _) in BAD.items()}, tmp_path / "bad.xlsx")
    )
    assert [cell for cell, (_, code) in BAD.items() if code and code not in found.get(cell, set())] == []


def test_spreadsheet_numbers_are_accepted(empty: Path, filled: Path, tmp_path: Path) -> None:
    edits = {
        place("provisions", "strength", 2): 3,
        place("provision_quantities", "value", 2): 80.0,
        place("actors", "unnamed", 2): False,
        place("provisions", "due", 2): "2033-04-10  ",
        place(
            "evidence", "quote", 2
        ): "‘Both Councils’ stop all shooting along the Salt Road – at midnight on 10 April 2033.",
    }
    found = codes_by_cell(empty, change(filled, edits, tmp_path / "numbers.xlsx"))
    assert found == {place("provisions", "due", 2): {"surrounding-whitespace"}}


def test_changes_to_sheets_and_headers_are_reported(empty: Path, filled: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(filled)
    del book["events"]
    book["provisions"]["E1"].value = "What it says"
    book["evidence"]["C1"].value = book["evidence"]["D1"].value
    book["actors"].cell(1, 30).value, book["actors"].cell(2, 30).value = "My thoughts", "hm"
    book["places"].merge_cells("B20:C21")
    book.create_sheet("Notes")["A1"].value = "mine"
    book.save(tmp_path / "bad.xlsx")
    ingested_book = ingest(empty, tmp_path / "bad.xlsx", TEXT, Mode(dry_run=True))
    found = {(f.cell, f.code) for f in ingested_book.outcome.report.findings}
    assert {
        ("events", "missing-sheet"),
        ("provisions!E1", "missing-column"),
        ("evidence!D1", "duplicate-header"),
        ("actors!AD1", "unknown-column"),
        ("places!B20:C21", "merged-cells"),
        ("Notes", "unknown-sheet"),
    } <= found
    assert isinstance(report_copy(ingested_book.book, ingested_book.outcome.report), bytes)


def test_a_renamed_header_is_one_finding_and_all_counts_are_the_same(empty: Path, filled: Path, tmp_path: Path) -> None:
    bad = change(filled, {"provisions!E1": "What it says"}, tmp_path / "bad.xlsx")
    read = ingest(empty, bad, TEXT, Mode(dry_run=True))
    assert [(f.cell, f.code) for f in read.outcome.report.findings] == [("provisions!E1", "missing-column")]
    assert not ingest(empty, bad, TEXT, Mode(dry_run=True, partial=True)).outcome.files
    copy = tmp_path / "marked.xlsx"
    run = clausula("code", "ingest", str(bad), "--text", str(TEXT), "--dry-run", "--report", str(copy), cwd=empty)
    assert read.outcome.report.numbers() in run.stdout
    assert openpyxl.load_workbook(copy)["Read me"]["B1"].value == read.outcome.report.numbers()


def test_missing_columns_are_one_finding_each(empty: Path, filled: Path, tmp_path: Path) -> None:
    renamed = {"provisions!E1": "What it says", "provisions!D1": "Where it is"}
    read = ingest(empty, change(filled, renamed, tmp_path / "bad.xlsx"), TEXT, Mode(dry_run=True))
    found = sorted((f.cell or "", f.code) for f in read.outcome.report.findings)
    assert [code for _, code in found] == ["missing-column"] * 2 + ["unknown-column"] * 2, found


def test_a_missing_sheet_does_not_count_as_cleared_rows(coded: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(make(coded, tmp_path / "new.xlsx"))
    del book["coding_log"]
    book.save(tmp_path / "less.xlsx")
    before = state(coded)
    ingested_book = ingest(coded, tmp_path / "less.xlsx", TEXT, Mode(partial=True))
    assert not ingested_book.outcome.imported
    assert state(coded) == before


def rezip(path: Path, out: Path, parts: dict[str, bytes | None]) -> Path:
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            if entry.filename not in parts:
                target.writestr(entry.filename, source.read(entry))
        for name, content in parts.items():
            if content is not None:
                target.writestr(name, content)
    return out


def test_files_that_are_not_workbooks_are_refused(
    empty: Path, filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "bad.xlsx"
    out.write_bytes(b"provisions,modality\n")
    assert refused(empty, out) == "not-a-workbook"
    out.write_bytes(b"")
    assert refused(empty, out) == "not-a-workbook"
    out.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    assert refused(empty, out) == "protected-workbook"
    out.write_bytes(filled.read_bytes()[:4000])
    assert refused(empty, out) == "not-a-workbook"
    assert refused(empty, rezip(filled, out, {"xl/workbook.xml": None})) == "not-a-workbook"
    assert refused(empty, rezip(filled, out, {"xl/vbaProject.bin": b"x"})) == "macros"
    assert (
        refused(empty, rezip(filled, out, {"xl/externalLinks/externalLink1.xml": b"<x/>"})) == "external-workbook-links"
    )
    assert (
        refused(empty, rezip(filled, out, {"xl/styles.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}))
        == "unsafe-xml"
    )
    assert refused(empty, rezip(filled, out, {"xl/worksheets/sheet3.xml": b"<worksheet"})) == "unreadable-workbook"
    monkeypatch.setattr(workbook_safety, "MAX_UNPACKED_BYTES", 1 << 20)
    assert refused(empty, rezip(filled, out, {"xl/bomb.xml": b"0" * (1 << 21)})) == "workbook-too-large"
    monkeypatch.undo()
    openpyxl.Workbook().save(out)
    assert refused(empty, out) == "not-a-coding-workbook"
    with pytest.raises(FileNotFoundError):
        ingest(empty, tmp_path / "nowhere.xlsx", TEXT)


@pytest.mark.exhaustive
def test_the_marked_copy_marks_the_cells(empty: Path, filled: Path, tmp_path: Path) -> None:
    cell, head = place("provisions", "modality", 2), "provisions!E1"
    bad = change(filled, {cell: "duty", head: "What it says"}, tmp_path / "bad.xlsx")
    ingested_book = ingest(empty, bad, TEXT, Mode(dry_run=True))
    copy = tmp_path / "report.xlsx"
    copy.write_bytes(report_copy(ingested_book.book, ingested_book.outcome.report))
    book = openpyxl.load_workbook(copy)
    marked = book["provisions"][cell.split("!")[1]]
    assert marked.comment.author == AUTHOR
    assert "Use one of obligation" in marked.comment.text
    assert marked.fill.fgColor.rgb == "FFFF9999"
    assert "its header is now" in book["provisions"]["E1"].comment.text
    assert book["Read me"]["B1"].value == ingested_book.outcome.report.numbers()
    corrected = change(copy, {cell: "obligation (Obligation)", head: "Summary *"}, tmp_path / "corrected.xlsx")
    again = ingest(empty, corrected, TEXT, Mode(dry_run=True))
    assert again.outcome.report.findings == []
    clean = tmp_path / "clean.xlsx"
    clean.write_bytes(report_copy(again.book, again.outcome.report))
    book = openpyxl.load_workbook(clean)
    assert book["provisions"][cell.split("!")[1]].comment is None
    assert book["Read me"]["B1"].value == "0 errors, 0 warnings"
    assert [book["Read me"].cell(n, 2).value for n in range(2, 6)] == [None] * 4


def test_units_whose_quotes_are_not_found_have_no_finding_of_their_own(
    empty: Path, filled: Path, tmp_path: Path
) -> None:
    sheet = openpyxl.load_workbook(filled)["evidence"]
    column = next(cell.column for cell in sheet[1] if str(cell.value).startswith("Quote"))
    lines = [line for line in range(2, sheet.max_row + 1) if sheet.cell(line, column).value]
    wrong = {place("evidence", "quote", line): "Nothing of the kind is in the text." for line in lines}
    found = ingest(empty, change(filled, wrong, tmp_path / "wrong.xlsx"), TEXT).outcome.report.findings
    assert {f.code for f in found} <= {"quote-not-found", "quote-mismatch", "uncoded-sentence"}
