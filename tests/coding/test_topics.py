"""Topics that coders add: no text that was coded before has to account for them, and the list of pending ones grows."""

from __future__ import annotations

import copy
from pathlib import Path

import openpyxl
import pytest

from clausula import data_version
from clausula.coding.answer_submit import ReadAnswer, submit_answer
from clausula.coding.ingest import ingest
from clausula.coding.pack import PackRequest, make_pack
from clausula.coding.page_api import PageApi
from clausula.coding.pending import pending_topics
from clausula.coding.topics import version_of_new_topics
from clausula.coding.workbook_write import make_workbook
from clausula.core.package import open_package
from clausula.core.tables import Tables, read_tables
from tests.coding.answers import answer, unit
from tests.coding.practice import RAW, SOURCE, TEXT, table
from tests.coding.workbooks import columns

CIVIL = {
    "topic_id": "civil-protection",
    "parent_topic_id": "security",
    "label": "Civil protection",
    "definition": "Provisions on help in disasters.",
}
NEXT = f"{data_version.rpartition('.')[0]}.{int(data_version.rpartition('.')[2]) + 1}"


def tables(root: Path) -> Tables:
    return read_tables(open_package(root))


def topic(root: Path, name: str = "civil-protection") -> dict[str, str]:
    return next((row for row in table(root, "topics") if row["topic_id"] == name), {})


def absent(root: Path) -> dict[str, str]:
    return {row["topic_id"]: row["codebook_version"] for row in table(root, "absences")}


def with_topic() -> dict[str, object]:
    value = answer() | {"topics": [dict(CIVIL)]}
    unit(value, "p003")["topic_id"] = "Civil protection"
    return value


def test_an_answer_adds_a_topic_and_uses_it(coded: Path) -> None:
    assert topic(coded) == {}
    was = absent(coded)
    outcome = submit_answer(coded, ReadAnswer(with_topic(), SOURCE, "a"), RAW)
    assert [f.code for f in outcome.report.findings if f.severity == "error"] == []
    assert outcome.imported
    assert topic(coded) == CIVIL | {"leaf": "true", "since": NEXT}
    assert {row["topic_id"] for row in table(coded, "provisions")} >= {"civil-protection"}
    assert set(absent(coded)) >= set(was)
    assert list(pending_topics(tables(coded))) == []
    assert submit_answer(coded, ReadAnswer(with_topic(), SOURCE, "a"), RAW).files == []
    assert topic(coded)["since"] == NEXT


def test_a_new_topic_leaves_coded_texts_pending_until_somebody_searches_them(coded: Path) -> None:
    """An old answer does not claim that its text was searched; an answer to a new pack does."""
    path = coded / "data" / "topics.csv"
    path.write_text(
        path.read_text(encoding="utf-8") + f"{','.join(CIVIL.values())},true,{version_of_new_topics(tables(coded))}\n",
        encoding="utf-8",
    )
    assert [(one.topic_id, one.since, one.searched) for one in pending_topics(tables(coded))] == [
        ("civil-protection", NEXT, data_version)
    ]
    old = submit_answer(coded, ReadAnswer(answer(), SOURCE, "a"), RAW)
    assert [f.code for f in old.report.findings if f.severity == "error"] == []
    assert "civil-protection" not in absent(coded)
    pack = make_pack(tables(coded), RAW, PackRequest(SOURCE, "a"))
    assert pack["codebook_version"] == NEXT
    assert ["civil-protection", "Civil protection", "Provisions on help in disasters."] in pack["lists"]["topics"]
    assert ["security", "Security", ""] in pack["lists"]["topic_groups"]
    new = submit_answer(coded, ReadAnswer(answer() | {"codebook_version": NEXT}, SOURCE, "a"), RAW)
    assert [f.code for f in new.report.findings if f.severity == "error"] == []
    assert absent(coded)["civil-protection"] == NEXT
    assert list(pending_topics(tables(coded))) == []


@pytest.mark.parametrize(
    "change",
    [{"parent_topic_id": "ceasefire"}, {"label": "Ceasefire"}, {"definition": ""}],
    ids=lambda c: next(iter(c)),
)
def test_a_topic_that_does_not_fit_is_refused(coded: Path, change: dict[str, str]) -> None:
    value = copy.deepcopy(with_topic())
    value["topics"] = [CIVIL | change]
    before = (coded / "data" / "topics.csv").read_bytes()
    outcome = submit_answer(coded, ReadAnswer(value, SOURCE, "a"), RAW)
    assert not outcome.imported
    errors = {f.cell for f in outcome.report.findings if f.severity == "error"}
    assert f"/topics/0/{next(iter(change))}" in errors
    assert (coded / "data" / "topics.csv").read_bytes() == before


def test_a_blind_pass_adds_no_topic(coded: Path) -> None:
    pack = make_pack(tables(coded), RAW, PackRequest(SOURCE, "b"))
    assert "topics" not in pack["answer_schema"]["properties"]
    assert "topic_groups" not in pack["lists"]


def test_a_workbook_lists_all_topics_and_takes_new_ones(coded: Path, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(make_workbook(tables(coded), SOURCE, "a", RAW))
    book = openpyxl.load_workbook(path)
    page, known = book["topics"], table(coded, "topics")
    at = columns(page, "topics")
    assert [page.cell(n, at["definition"]).value for n in range(2, len(known) + 2)] == [r["definition"] for r in known]
    assert page.auto_filter.ref.startswith("A1:")
    assert not page.protection.sheet
    line = len(known) + 2
    for name, value in CIVIL.items():
        page.cell(line, at[name]).value = value
    page.delete_rows(3)  # a topic removed in the workbook stays in the codebook
    book.save(path)
    ingested = ingest(coded, path, TEXT)
    assert (ingested.outcome.report.findings, ingested.outcome.files) == ([], ["data/topics.csv"])
    assert topic(coded) == CIVIL | {"leaf": "true", "since": NEXT}
    assert len(table(coded, "topics")) == len(known) + 1
    assert [one.topic_id for one in pending_topics(tables(coded))] == ["civil-protection"]


def test_the_coding_page_lists_all_topics_and_takes_new_ones(coded: Path) -> None:
    page = PageApi(coded, SOURCE, "a", RAW)
    form = page.form()
    assert form["topics"] == [
        [row[name] for name in ("topic_id", "parent_topic_id", "label", "definition")] for row in table(coded, "topics")
    ]
    shown = [{**row, "key": number} for number, row in enumerate(form["rows"], 1)]
    new = {"table": "topics", "key": len(shown) + 1, "cells": CIVIL}
    sent = page.submit({"mode": "all", "rows": [*shown, new], "shown": shown})
    assert (sent["findings"], sent["files"]) == ([], ["data/topics.csv"])
    assert topic(coded) == CIVIL | {"leaf": "true", "since": NEXT}


def test_the_message_names_the_topics_that_are_missing(coded: Path) -> None:
    submit_answer(coded, ReadAnswer(answer(), SOURCE, "a"), RAW)
    missing = sorted(absent(coded))[:2]
    value = answer() | {"absences": [{"instrument_id": SOURCE, "topic_id": one} for one in sorted(absent(coded))[2:]]}
    outcome = submit_answer(coded, ReadAnswer(value, SOURCE, "a"), RAW)
    (found,) = [f.message for f in outcome.report.findings if f.code == "uncoded-topic"]
    assert found.endswith(f"Topics without either: {', '.join(missing)}.")
