"""Workbooks: sheets and drop-downs, round trips, and blind passes."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from clausula.coding.ingest import find_text, ingest
from clausula.coding.submit import submit
from clausula.coding.workbook_write import make_workbook
from clausula.core.findings import CouldNotRun
from clausula.core.package import open_package
from clausula.core.tables import read_tables
from tests.coding.practice import (
    NORTH,
    RAW,
    SOURCE,
    TEXT,
    coding,
    leaves,
    rows_of_other_pass,
    state,
    submission,
    table,
    validation_findings,
)
from tests.coding.workbooks import FORM, change, codes_by_cell, fill, make, place
from tests.shared import once


@pytest.fixture(scope="module")
def ingested(empty: Path, filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:

    def ingest_filled(folder: Path) -> None:
        root = Path(shutil.copytree(empty, folder / "project"))
        ingested_book = ingest(root, filled, TEXT)
        assert ingested_book.outcome.report.findings == []
        assert ingested_book.outcome.imported

    return once(tmp_path_factory, "ingested-book", ingest_filled) / "project"


def test_a_workbook_is_the_same_bytes_each_time(empty: Path, blank: Path, tmp_path: Path) -> None:
    assert make(empty, tmp_path / "again.xlsx").read_bytes() == blank.read_bytes()
    with zipfile.ZipFile(blank) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_there_is_a_sheet_for_each_table_and_for_the_text(blank: Path) -> None:
    book = openpyxl.load_workbook(blank)
    assert book.sheetnames[0] == "Read me"
    assert {sheet.name for sheet in FORM} | {"Read me", "Text", "Lists", "About"} == set(book.sheetnames)
    assert [book[name].sheet_state for name in ("Lists", "About", "Text")] == ["hidden", "hidden", "visible"]
    assert book["Text"]["B9"].value == "3. Neither side lays new mines."
    assert book["Text"]["A9"].value == "8"


def test_headers_have_titles_stars_and_codebook_notes(blank: Path) -> None:
    page = openpyxl.load_workbook(blank)["provisions"]
    head = {cell.value: cell for cell in page[1]}
    assert "Modality *" in head
    assert "Note" in head
    assert "prohibition: " in head["Modality *"].comment.text
    assert head["Modality *"].comment.text.endswith("Codebook: modality")
    assert page.freeze_panes == "B2"


def drop_downs(page: Any) -> dict[str, Any]:
    return {str(rule.sqref).split(":")[0]: rule for rule in page.data_validations.dataValidation}


def test_drop_downs_offer_values_with_labels(blank: Path) -> None:
    book = openpyxl.load_workbook(blank)
    rule = drop_downs(book["provisions"])[place("provisions", "modality", 2).split("!")[1]]
    sheet, _, area = rule.formula1.partition("!")
    values = [row[0].value for row in book[sheet][area.replace("$", "")]]
    assert values[:2] == ["obligation (Obligation)", "prohibition (Prohibition)"]
    assert rule.showErrorMessage
    topics = drop_downs(book["provisions"])[place("provisions", "topic_id", 2).split("!")[1]]
    listed = [row[0].value for row in book["Lists"][topics.formula1.partition("!")[2].replace("$", "")]]
    assert "ceasefire (Ceasefire)" in listed
    assert not any(value.startswith("security (") for value in listed)
    assert not topics.showErrorMessage
    local = drop_downs(book["provision_actors"])["A2"]
    assert (local.formula1, local.showErrorMessage) == ("provisions!$A$2:$A$49", False)


def test_actors_are_listed_by_name_with_their_aliases(coded: Path, tmp_path: Path) -> None:
    path = coded / "data/actor_aliases.csv"
    row = dict.fromkeys(path.read_text(encoding="utf-8").strip().split(","), "")
    row |= {"actor_id": NORTH, "alias": "The Northerners", "kind": "spelling", "source_id": SOURCE}
    path.write_text("\n".join([",".join(row), ",".join(row.values()), ""]), encoding="utf-8")
    book = openpyxl.load_workbook(make(coded, tmp_path / "new.xlsx"))
    listed = drop_down_of(book, "provision_actors", "Actor")
    names = [one.partition(" (")[2].casefold() for one in listed]
    assert len(names) > 3 and names == sorted(names)
    assert f"{NORTH} (Council of the North Bank; The Northerners)" in listed


def test_long_cells_are_wide_and_wrapped(blank: Path) -> None:
    page = openpyxl.load_workbook(blank)["provisions"]
    width = {cell.value: page.column_dimensions[cell.column_letter].width for cell in page[1]}
    assert width["Summary *"] > width["Topic *"] > page.column_dimensions["A"].width
    assert all(cell.alignment.wrap_text for row in page["A1:H3"] for cell in row)


def test_rows_can_be_added_sorted_and_deleted(blank: Path) -> None:
    book = openpyxl.load_workbook(blank)
    page = book["provisions"]
    assert not page.protection.sheet
    assert [page.cell(n, 1).value for n in (2, 3, 49)] == ["p001", "p002", "p048"]
    assert {cell.number_format for cell in page[2]} == {"@"}
    assert {page.column_dimensions[letter].number_format for letter in "ABC"} == {"@"}
    assert all(str(rule.sqref).endswith("1048576") for rule in page.data_validations.dataValidation)
    assert book["Text"].protection.sheet
    assert [book[name]["A2"].value for name in ("reactions", "events", "evidence", "disputes")] == [
        "r001",
        "v001",
        "e001",
        "d001",
    ]


def test_text_that_looks_like_a_formula_stays_text(empty: Path, tmp_path: Path) -> None:
    raw = '=HYPERLINK("http://example.org")\n+1\n-2\n@x\n#REF!\n2014-01-01\nA\x0bB \x00\n'
    root = Path(shutil.copytree(empty, tmp_path / "project"))
    path = root / "data" / "sources.csv"
    import hashlib

    digest = hashlib.sha256(RAW.encode()).hexdigest()
    path.write_text(
        path.read_text(encoding="utf-8").replace(digest, hashlib.sha256(raw.encode()).hexdigest()), encoding="utf-8"
    )
    content = make_workbook(read_tables(open_package(root)), SOURCE, "a", raw)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    assert not any(b't="e"' in sheet or b't="n"><v>' in sheet for sheet in sheets)
    formulas = [found for sheet in sheets for found in re.findall(rb"<f>(.*?)</f>|<f[ /]", sheet)]
    assert formulas and all(one.startswith(b"IF(INDEX(") for one in formulas), "only those of the lists"
    page = openpyxl.load_workbook(io.BytesIO(content))["Text"]
    assert [page.cell(n, 2).value for n in range(2, 8)] == raw.splitlines()[:6]
    assert page["B2"].quotePrefix
    assert page["B2"].data_type == "s"


def test_a_filled_workbook_gives_a_clean_package(ingested: Path) -> None:
    assert validation_findings(ingested) == []
    assert len(table(ingested, "provisions")) == 9
    assert len(table(ingested, "absences")) == len(leaves()) - 9


def test_a_workbook_and_a_submission_give_the_same_tables(empty: Path, ingested: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(empty, tmp_path / "project"))
    submit(root, submission(coding()), RAW)
    assert {k: sorted(v.splitlines()) for k, v in state(root).items()} == {
        k: sorted(v.splitlines()) for k, v in state(ingested).items()
    }


@pytest.mark.exhaustive
def test_importing_twice_changes_nothing(coded: Path, filled: Path) -> None:
    before = {path: path.read_bytes() for path in coded.rglob("*") if path.is_file()}
    ingested_book = ingest(coded, filled, TEXT)
    assert (ingested_book.outcome.imported, ingested_book.outcome.files) == (True, [])
    assert {path: path.read_bytes() for path in coded.rglob("*") if path.is_file()} == before


def test_importing_a_new_workbook_unchanged_changes_nothing(coded: Path, tmp_path: Path) -> None:
    before = state(coded)
    book = make(coded, tmp_path / "new.xlsx")
    page = openpyxl.load_workbook(book)["provisions"]
    assert page["A2"].value == "p001"
    assert page[place("provisions", "modality", 2).split("!")[1]].value == "obligation (Obligation)"
    ingested_book = ingest(coded, book, TEXT)
    assert (ingested_book.outcome.report.findings, ingested_book.outcome.files) == ([], [])
    assert state(coded) == before


@pytest.mark.exhaustive
def test_a_row_cleared_in_a_new_workbook_is_removed(coded: Path, tmp_path: Path) -> None:
    book = make(coded, tmp_path / "new.xlsx")
    wanted = {place("provision_places", name, 2): None for name in ("provision_id", "place_id", "relation")}
    ingested_book = ingest(coded, change(book, wanted, tmp_path / "less.xlsx"), TEXT)
    assert (ingested_book.outcome.report.findings, ingested_book.outcome.imported) == ([], True)
    assert [row["relation"] for row in table(coded, "provision_places")] == ["from"]


@pytest.mark.exhaustive
def test_a_changed_workbook_can_be_imported_again(coded: Path, filled: Path, tmp_path: Path) -> None:
    edits = {place("provisions", "strength", 3): "2 (Substantive)", place("instruments", "title", 2): "The Salt Accord"}
    ingested_book = ingest(coded, change(filled, edits, tmp_path / "later.xlsx"), TEXT)
    assert (ingested_book.outcome.report.findings, ingested_book.outcome.imported) == ([], True)
    assert table(coded, "provisions")[1]["strength"] == "2"
    assert table(coded, "instruments")[0]["title"] == "The Salt Accord"


@pytest.mark.exhaustive
def test_a_conflict_is_reported_at_its_cell(coded: Path, filled: Path, tmp_path: Path) -> None:
    path = coded / "data" / "provisions.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("lay no further mines", "stop mining"), encoding="utf-8")
    cell = place("provisions", "summary", 4)
    found = codes_by_cell(coded, change(filled, {cell: "Nobody lays mines."}, tmp_path / "later.xlsx"))
    assert found == {cell: {"merge-conflict"}}


def test_pass_b_is_blind(coded: Path, tmp_path: Path) -> None:
    path = make(coded, tmp_path / "b.xlsx", "b")
    book = openpyxl.load_workbook(path)
    assert not {"absences", "coding_log", "provision_links", "disputes", "instruments"} & set(book.sheetnames)
    words = " ".join(str(cell.value) for page in book for row in page.iter_rows() for cell in row if cell.value)
    for row in table(coded, "provisions"):
        assert row["summary"] not in words
        assert row["provision_id"] not in words
    assert "north-bank-council (" not in words and "bridge-is-open" not in words
    rows = rows_of_other_pass(coding())
    rows["actors"] = rows["places"] = []
    before = state(coded)
    ingested_book = ingest(coded, fill(path, rows), TEXT)
    assert (ingested_book.outcome.report.findings, ingested_book.outcome.imported) == ([], True)
    changed = {name for name, content in state(coded).items() if content != before[name]}
    assert changed == {"coding_passes.csv", "coding_units.csv", "codings.csv"}


def test_the_text_is_found_by_its_source_id(tmp_path: Path) -> None:
    with pytest.raises(CouldNotRun) as caught:
        find_text(SOURCE, None, [tmp_path])
    assert caught.value.finding.code == "text-not-found"
    (tmp_path / "texts").mkdir()
    shutil.copy(TEXT, tmp_path / "texts" / f"{SOURCE}.txt")
    assert find_text(SOURCE, None, [tmp_path]) == RAW
    assert find_text("other", TEXT, []) == RAW


def test_no_workbook_for_an_unknown_source_or_edition(empty: Path) -> None:
    tables = read_tables(open_package(empty))
    for source, raw, code in (("none", RAW, "unknown-source"), (SOURCE, RAW + "x", "different-edition")):
        with pytest.raises(CouldNotRun) as caught:
            make_workbook(tables, source, "a", raw)
        assert caught.value.finding.code == code


def drop_down_of(book: openpyxl.Workbook, sheet: str, title: str) -> list[str]:
    """Return the entries of the drop-down of a column."""
    page = book[sheet]
    (letter,) = (cell.column_letter for cell in page[1] if str(cell.value).removesuffix(" *") == title)
    (rule,) = (one for one in page.data_validations.dataValidation if f"{letter}2" in one.sqref)
    name, _, cells = rule.formula1.partition("!")
    assert len(rule.formula1) < 255
    if joined := re.match(r"OFFSET\(Lists!\$([A-Z]+)\$2,", rule.formula1):
        listed = [str(cell.value) for cell in book["Lists"][joined[1]][1:] if cell.value is not None]
        return [value for value in listed if not value.startswith("=")]
    return [str(cell.value) for (cell,) in book[name][cells.replace("$", "")]]


def test_drop_downs_of_propositions_dependencies_and_currencies(coded: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(make(coded, tmp_path / "new.xlsx"))
    for sheet in ("provision_propositions", "reaction_targets"):
        assert drop_down_of(book, sheet, "Proposition") == [
            "bridge-is-open (The Lowgate Bridge is open to the North Bank.)"
        ]
    assert drop_down_of(book, "provision_dependencies", "Depends on")[:3] == ["p001", "p002", "p003"]
    currencies = drop_down_of(book, "provision_quantities", "Currency")
    (listed,) = (column.choices for column in FORM["provision_quantities"].columns if column.name == "currency")
    assert currencies == [code for code, _ in listed]
    assert len(currencies) > 150
    page = book["provision_dependencies"]
    assert [[cell.value for cell in row] for row in page["A2:C5"]] == [
        ["p004", "1", "p001"],
        ["p005", "1", "p001"],
        ["p008", "1", "p002"],
        ["p008", "2", None],
    ]
    assert not {"Since", "Codebook version"} & {
        cell.value for name in ("propositions", "absences") for cell in book[name][1]
    }
