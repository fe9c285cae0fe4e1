"""Decisions while somebody else changes the tables: nothing of theirs is overwritten."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from clausula.adjudication import workbook
from clausula.adjudication.decisions import Decision
from clausula.adjudication.open_conflicts import Adjudication, open_adjudication
from clausula.adjudication.prompts import adjudicate
from clausula.adjudication.resolve import record
from clausula.core.findings import CouldNotRun
from clausula.core.package import open_package
from tests.cli.resolving import SOURCE, row_of
from tests.poisoned.tables import Tables

STRENGTH = "provisions.strength"


def change(root: Path, table: str, where: dict[str, str], **values: str) -> None:
    Tables(root).apply([{"table": table, "where": where, "set": values}])


def decisions(adjudication: Adjudication) -> list[Decision]:
    return [Decision(one, one.value_b, "slip", "", "background") for one in adjudication.open]


def test_a_table_changed_between_prompt_and_answer_keeps_the_change(unresolved: Path) -> None:
    provision = {"provision_id": f"{SOURCE}.p02"}

    def answers() -> Iterator[str]:
        yield "s"
        change(unresolved, "provisions", provision, summary="Changed by somebody.")
        change(unresolved, "actors", {"actor_id": "arland"}, note="Changed by somebody.")
        yield from ("b", "4", "")

    given = answers()
    adjudicate(open_adjudication(open_package(unresolved), SOURCE), lambda _: next(given), lambda _: None)
    row = row_of(unresolved, "provisions", **provision)
    assert (row["summary"], row["strength"]) == ("Changed by somebody.", "2")
    assert row_of(unresolved, "actors", actor_id="arland")["note"] == "Changed by somebody."


def test_a_table_changed_before_a_workbook_is_recorded_keeps_the_change(unresolved: Path, tmp_path: Path) -> None:
    adjudication = open_adjudication(open_package(unresolved), SOURCE)
    path = tmp_path / "conflicts.xlsx"
    assert workbook.write(adjudication, path) == 2
    change(unresolved, "coding_log", {"source_id": SOURCE, "start": "0"}, note="Changed by somebody.")
    report, files = record(adjudication, decisions(adjudication))
    assert (report.findings, "data/resolutions.csv" in files) == ([], True)
    assert row_of(unresolved, "coding_log", source_id=SOURCE, start="0")["note"] == "Changed by somebody."


def test_a_value_that_both_changed_is_a_conflict(unresolved: Path) -> None:
    adjudication = open_adjudication(open_package(unresolved), SOURCE)
    change(unresolved, "provisions", {"provision_id": f"{SOURCE}.p02"}, strength="1")
    decided = [one for one in decisions(adjudication) if one.conflict.variable == STRENGTH]
    report, files = record(adjudication, decided)
    assert ([one.code for one in report.findings], files) == (["merge-conflict"], [])
    assert row_of(unresolved, "provisions", provision_id=f"{SOURCE}.p02")["strength"] == "1"


def test_a_conflict_that_somebody_else_resolved_is_not_resolved_twice(unresolved: Path) -> None:
    one, other = (open_adjudication(open_package(unresolved), SOURCE) for _ in range(2))
    assert record(one, decisions(one))[1]
    report, files = record(other, decisions(other))
    assert ({finding.code for finding in report.findings}, files) == ({"invalid-decision"}, [])
    assert len(Tables(unresolved)["resolutions"]) == 2


def test_a_table_changed_during_the_check_is_not_overwritten(unresolved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    resolve = sys.modules["clausula.adjudication.resolve"]

    def check_rows(*_: object) -> list[object]:
        change(unresolved, "provisions", {"provision_id": f"{SOURCE}.p02"}, summary="Changed by somebody.")
        return []

    monkeypatch.setattr(resolve, "check_rows", check_rows)
    adjudication = open_adjudication(open_package(unresolved), SOURCE)
    with pytest.raises(CouldNotRun) as caught:
        record(adjudication, decisions(adjudication))
    assert caught.value.finding.code == "concurrent-change"
    assert row_of(unresolved, "provisions", provision_id=f"{SOURCE}.p02")["summary"] == "Changed by somebody."
    assert Tables(unresolved)["resolutions"] == []
