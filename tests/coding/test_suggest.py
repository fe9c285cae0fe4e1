"""Suggestions: what they are made from, that a blind pass gets none unasked, and that a pass records them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clausula.coding.form import Form
from clausula.coding.page_api import MalformedRequest, PageApi
from clausula.coding.submit import submit
from clausula.coding.suggest import Suggester
from clausula.core.package import open_package
from clausula.core.tables import read_tables
from tests.coding.practice import LEAGUE, NORTH, RAW, SOURCE, coding, rows_of_other_pass, submission, table
from tests.coding.test_page_server import page_rows
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def suggester() -> Suggester:
    tables = read_tables(open_package(ROOT))
    return Suggester(tables, Form(tables.package.model))


def values(found: list[Any], column: str) -> list[str]:
    return [one.cells[column] for one in found if column in one.cells]


@pytest.mark.parametrize(
    ("span", "topic"),
    [
        ("The parties shall withdraw all heavy weapons by equal distances.", "weapons-withdrawal"),
        ("All hostages and unlawfully held persons shall be released and exchanged.", "prisoner-release"),
        ("Mines and minefields shall be cleared; laying mines is prohibited.", "mines"),
    ],
)
def test_topics_come_from_the_codebook_and_from_earlier_coding(suggester: Suggester, span: str, topic: str) -> None:
    found = suggester.suggest("provisions", span)
    assert topic in values(found, "topic_id")[:2]
    assert values(found, "commitment_verb") in (["shall"], [])
    assert all(one.why for one in found)


def test_nothing_is_suggested_for_words_that_say_nothing(suggester: Suggester) -> None:
    assert suggester.suggest("provisions", "xqzv zzqk") == []
    assert suggester.suggest("reactions", "The Coast League") == []


def test_actors_and_quantities_come_from_the_span(ingested: Path) -> None:
    tables = read_tables(open_package(ingested))
    found = Suggester(tables, Form(tables.package.model)).suggest(
        "provisions",
        "Within 14 days the Coast League and the Council of the North\n Bank move 1,200 persons 6 kilometres.",
    )
    assert values(found, "actor_id") == [NORTH, LEAGUE]
    quantities = [(one.cells["value"], one.cells["unit"]) for one in found if one.table == "provision_quantities"]
    assert quantities == [("14", "day"), ("1200", "person"), ("6", "km")]


def ask(root: Path, letter: str, suggestions: bool) -> list[dict[str, Any]]:
    page = PageApi(root, SOURCE, letter, RAW, suggestions=suggestions)
    start = RAW.index("Neither side lays new mines.")
    found = page.suggest({"table": "provisions", "spans": [[start, start + 28]], "summary": "No mines."})
    return list(found["suggestions"])


def test_a_blind_pass_sees_nothing_of_the_other_pass(coded: Path) -> None:
    assert ask(coded, "b", False) == []
    mines = next(row for row in table(coded, "provisions") if row["topic_id"] == "mines")
    assert any(mines["summary"] in one["why"] for one in ask(coded, "a", True))
    assert not any(mines["summary"] in one["why"] or SOURCE in one["why"] for one in ask(coded, "b", True))


@pytest.mark.parametrize("wrong", [{}, {"table": "actors"}, {"summary": 1}, {"spans": [[1]]}, {"spans": "1-2"}])
def test_malformed_requests_are_rejected(coded: Path, wrong: dict[str, Any]) -> None:
    usual = {"table": "provisions", "spans": [[0, 4]], "summary": ""}
    with pytest.raises(MalformedRequest):
        PageApi(coded, SOURCE, "a", RAW, suggestions=True).suggest({**usual, **wrong} if wrong else wrong)


def test_a_pass_records_that_suggestions_were_offered(coded: Path) -> None:
    rows = rows_of_other_pass(coding())
    rows |= {"actors": [], "places": []}
    assert submit(coded, submission(rows, "b"), RAW).imported
    given = {row["pass_id"]: row["suggestions"] for row in table(coded, "coding_passes")}
    assert given == {f"{SOURCE}.a": "", f"{SOURCE}.b": ""}
    page = PageApi(coded, SOURCE, "b", RAW, suggestions=True)
    sent = {"mode": "all", "rows": page_rows(rows), "shown": page_rows(rows)}
    assert page.submit(sent)["files"] == []
    assert page.suggest({"table": "provisions", "spans": [[0, len(RAW)]], "summary": ""})["suggestions"]
    page.draft({"revision": "", "content": {"rows": sent["rows"], "shown": [], "next": 999, "saved": ""}})
    later = PageApi(coded, SOURCE, "b", RAW)
    assert later.form()["draft"]["content"]
    assert later.submit(sent)["imported"]
    given = {row["pass_id"]: row["suggestions"] for row in table(coded, "coding_passes")}
    assert given == {f"{SOURCE}.a": "", f"{SOURCE}.b": "true"}
