"""What coders met: quantities by year, measures of a deadline, names of others, and what a pack lists."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from clausula.coding.answer_submit import ReadAnswer, submit_answer
from clausula.coding.pack import PackRequest, make_pack
from clausula.coding.submit import Outcome
from clausula.core.package import open_package
from clausula.core.tables import read_tables
from tests.coding.answers import answer, unit
from tests.coding.practice import NORTH, RAW, SOURCE, coding, rows_of_other_pass, table
from tests.poisoned.tables import Tables


def submitted(root: Path, value: dict[str, Any]) -> Outcome:
    return submit_answer(root, ReadAnswer(value, SOURCE, value["pass"]), RAW)


def errors(outcome: Outcome) -> dict[str, str]:
    return {f.code: f"{f.message} {f.hint}" for f in outcome.report.findings if f.severity == "error"}


def amount(value: int, **years: int) -> dict[str, Any]:
    whole = {"measure": "amount", "item": "road fund", "unit": "currency", "currency": "EUR", "qualifier": "exactly"}
    return {**whole, "value": value, "tense": "pledged", **years}


def test_sums_for_two_years_and_an_open_period_are_accepted(fresh: Path) -> None:
    value = answer()
    sums = [amount(50, period_from=2034, period_to=2034), amount(70, period_from=2035)]
    unit(value, "p003")["quantities"] = sums
    outcome = submitted(fresh, value)
    assert (errors(outcome), outcome.imported) == ({}, True)
    stored = [row for row in table(fresh, "provision_quantities") if row["item"] == "road fund"]
    assert [(r["value"], r["period_from"], r["period_to"]) for r in stored] == [
        ("50", "2034", "2034"),
        ("70", "2035", ""),
    ]
    unit(value, "p003")["quantities"] = [amount(50, period_from=2034), amount(70, period_from=2034)]
    assert set(errors(submitted(fresh, value))) == {"duplicate-quantity"}
    unit(value, "p003")["quantities"] = [amount(50, period_to=2034)]
    assert set(errors(submitted(fresh, value))) == {"reversed-period"}


def test_a_deadline_names_the_measures_that_it_accepts(fresh: Path) -> None:
    value = answer()
    notice = {"measure": "notice_period", "item": "notice", "value": 6, "unit": "month", "qualifier": "exactly"}
    unit(value, "p003").update({"timing": "deadline", "quantities": [notice]})
    message = errors(submitted(fresh, value))["due-date-mismatch"]
    assert "`deadline` or `start`" in message
    assert "`notice_period`" in message


def test_a_list_of_actors_that_is_older_than_the_tables_shows_no_name(coded: Path) -> None:
    """The coder of a blind pass names an actor that somebody has added meanwhile under another name."""
    Tables(coded).apply(
        [
            {
                "table": "actors",
                "add": {"actor_id": "sea-guard", "name": "Guard of the Sea", "kind": "igo", "unnamed": "false"},
            },
            {
                "table": "affiliations",
                "add": {"actor_id": "sea-guard", "organisation_id": "coast-league", "relation": "body"},
            },
        ]
    )
    value = answer(rows_of_other_pass(coding()), "b")
    value["actors"] = [
        *value.get("actors", []),
        {"actor_id": "sea-guard", "name": "Sea Guard", "kind": "igo", "unnamed": False},
    ]
    unit(value, "p003")["actors"].append({"actor_id": "sea-guard", "role": "implementer", "basis": "named"})
    outcome = submitted(coded, value)
    assert "merge-conflict" not in errors(outcome)
    assert "Guard of the Sea" not in str(outcome.report.findings)
    assert outcome.imported


def test_a_pack_lists_aliases_and_the_provisions_of_earlier_instruments(coded: Path) -> None:
    Tables(coded).apply(
        [
            {"table": "actor_aliases", "add": {"alias": "The Northerners", "actor_id": NORTH, "source_id": "older"}},
            {"table": "instruments", "add": {"instrument_id": "older", "title": "Older accord", "source_id": "older"}},
            {
                "table": "provisions",
                "add": {"provision_id": "older.p01", "instrument_id": "older", "summary": "The road is open."},
            },
            {
                "table": "instrument_links",
                "add": {"instrument_id": SOURCE, "related_instrument_id": "older", "source_id": "older"},
            },
        ]
    )
    tables = read_tables(open_package(coded))
    for letter in "ab":
        pack = make_pack(tables, RAW, PackRequest(SOURCE, letter))
        assert [NORTH, "Council of the North Bank", "also The Northerners"] in pack["lists"]["actors"]
        assert pack["lists"]["provisions"] == [["older.p01", "The road is open."]]
        assert any("place" in line for line in pack["instructions"])
