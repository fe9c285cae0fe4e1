"""IDs are never given again: those of removed records, anchors and disputes."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from clausula.coding.page_api import PageApi
from clausula.coding.pass_rows import AnchorNumbers
from clausula.coding.submit import submit
from clausula.coding.workbook_write import make_workbook
from clausula.core.package import open_package
from clausula.core.tables import read_tables
from tests.coding.practice import RAW, SOURCE, Rows, table
from tests.coding.projects import as_shown, errors, rows_by_table, shown

DISPUTE = {
    "kind": "differs",
    "provision_id": "p001",
    "coded_source_says": "Ten days.",
    "others_say": "Twelve days.",
    "reported_by": "The League",
    "locator": "Page 3",
}


def save(root: Path, rows: Rows) -> None:
    outcome = submit(root, as_shown(root, rows), RAW)
    assert (errors(outcome), outcome.imported) == (set(), True)


def ids(root: Path, name: str) -> list[str]:
    return [next(iter(row.values())) for row in table(root, name)]


def without_last_provision(rows: Rows) -> Rows:
    kept = {
        **rows,
        **{
            name: [row for row in rows[name] if row[column] != "p009"]
            for name, column in (("provisions", "id"), ("provision_actors", "provision_id"), ("evidence", "record"))
        },
    }
    kept["absences"] = [*rows["absences"], {"instrument_id": SOURCE, "topic_id": "cross-border-cooperation"}]
    quote = "The two Councils recognise the Salt Road as their common heritage."
    kept["coding_log"] = [*rows["coding_log"], {"reason": "preamble", "quote": quote}]
    return kept


def test_the_id_of_a_removed_record_is_not_given_again(coded: Path) -> None:
    rows = rows_by_table(shown(coded))
    save(coded, without_last_provision(rows))
    assert f"{SOURCE}.p09" not in ids(coded, "provisions")
    save(coded, rows)
    assert ids(coded, "provisions")[-1] == f"{SOURCE}.p10"
    assert {(row["retired_id"], row["table_name"]) for row in table(coded, "retired_ids")} >= {
        (f"{SOURCE}.p09", "provisions"),
        (f"{SOURCE}.p09.e1", "evidence"),
    }


@pytest.mark.exhaustive
def test_the_number_of_a_removed_anchor_is_not_given_again(coded: Path) -> None:
    rows = rows_by_table(shown(coded))
    own = [row for row in rows["evidence"] if row["record"] == "p001"]
    other = {"id": "e090", "record": "p001", "bearing": "qualifies", "quote": "Neither side lays new mines."}
    save(coded, {**rows, "evidence": [*rows["evidence"], other]})
    save(coded, rows)
    another = {**other, "quote": "The two Councils recognise the Salt Road as their common heritage."}
    save(coded, {**rows, "evidence": [*rows["evidence"], another]})
    first = len(own) + 1
    assert f"{SOURCE}.p01.e{first}" not in ids(coded, "evidence")
    assert f"{SOURCE}.p01.e{first + 1}" in ids(coded, "evidence")


def test_a_moved_anchor_keeps_its_number() -> None:
    numbers = AnchorNumbers({"p001": {("0", "10"): "1", ("20", "30"): "2"}}, {"p001": ["1", "2", "3"]})
    assert numbers.assign("p001", [("20", "30"), ("5", "12")]) == ["2", "1"]
    assert numbers.assign("p001", [("0", "10"), ("40", "50")]) == ["1", "4"]
    assert numbers.assign("p001", [("12", "18"), ("", "")]) == ["4", "5"]
    assert numbers.assign("p002", [("0", "10")]) == ["1"]


@pytest.mark.exhaustive
def test_the_name_of_a_removed_dispute_is_not_given_again(coded: Path) -> None:
    rows = rows_by_table(shown(coded))
    save(coded, {**rows, "disputes": [{"id": "d001", **DISPUTE}]})
    assert ids(coded, "disputes") == [f"{SOURCE}.d01"]
    save(coded, rows)
    outcome = submit(coded, as_shown(coded, {**rows, "disputes": [{"id": "d001", **DISPUTE}]}), RAW)
    assert errors(outcome) == {("disputes!1.id", "invalid-local-name")}
    tables = read_tables(open_package(coded))
    path = coded / "new.xlsx"
    path.write_bytes(make_workbook(tables, SOURCE, "a", RAW))
    assert openpyxl.load_workbook(path)["disputes"]["A2"].value == "d002"
    assert PageApi(coded, SOURCE, "a", RAW).form()["retired"] == ["d001"]
