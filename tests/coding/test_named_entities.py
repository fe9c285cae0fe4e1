"""Entities that passes name: one row for one actor, whatever the passes call it, and no pass sees those of another."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from clausula.adjudication.decisions import Decision
from clausula.adjudication.open_conflicts import open_adjudication
from clausula.adjudication.resolve import record
from clausula.coding.answer_submit import ReadAnswer, submit_answer
from clausula.coding.blind import visible_tables
from clausula.coding.form import Form
from clausula.coding.named_entities import unite
from clausula.coding.submit import Outcome
from clausula.core.package import open_package
from clausula.core.tables import Tables, read_tables
from tests.coding.answers import answer, unit
from tests.coding.practice import LEAGUE, RAW, SOURCE, Rows, coding, rows_of_other_pass, submission, table

PILOTS = {"actor_id": "sea-pilots", "name": "Pilots of the sea", "kind": "group", "unnamed": False}


def blind(**actor: Any) -> dict[str, Any]:
    """Return an answer of pass b that adds an actor and gives it a role in p003."""
    value = answer(rows_of_other_pass(coding()), "b")
    added = {**PILOTS, **actor}
    value["actors"].append(added)
    unit(value, "p003")["actors"].append({"actor_id": added["actor_id"], "role": "implementer", "basis": "named"})
    return value


def submitted(root: Path, value: dict[str, Any]) -> Outcome:
    outcome = submit_answer(root, ReadAnswer(value, SOURCE, value["pass"]), RAW)
    assert outcome.imported, [f.message for f in outcome.report.findings]
    return outcome


def actors(root: Path) -> dict[str, str]:
    return {row["actor_id"]: row["name"] for row in table(root, "actors")}


def seen(root: Path, letter: str) -> set[str]:
    return {row["actor_id"] for row in visible_tables(read_tables(open_package(root)), SOURCE, letter)["actors"]}


@pytest.fixture(scope="module")
def known(ingested: Path) -> Tables:
    """The coded tables with an alias, an alias of another text, a code and an actor with a similar name."""
    tables = read_tables(open_package(ingested))
    aliases = [
        ("League of the Coast", "other-text", "full"),
        ("The League", SOURCE, "short"),
        ("Guild", "other-text", "short"),
    ]
    names = ("alias", "source_id", "kind")
    tables.rows["actor_aliases"] = [dict(zip(names, one, strict=True)) | {"actor_id": LEAGUE} for one in aliases]
    codes = {LEAGUE: {"wikidata_id": "Q77"}}
    tables.rows["actors"] = [row | codes.get(row["actor_id"], {}) for row in tables["actors"]]
    return tables


@pytest.mark.parametrize(
    ("actor", "same"),
    [
        ({"actor_id": "the-coast", "name": "COAST  league"}, True),
        ({"actor_id": "league-of-the-coast", "name": "League of towns"}, True),
        ({"actor_id": "league", "name": "The League"}, True),
        ({"actor_id": "lc", "name": "LC", "wikidata_id": "Q77"}, True),
        ({"actor_id": "guild", "name": "Guild"}, False),
        ({"actor_id": "lc", "name": "LC", "wikidata_id": "Q7"}, False),
        ({"actor_id": "lc", "name": "Road Board", "wikidata_id": "Q77"}, False),
        ({"actor_id": LEAGUE, "name": "Road Board"}, False),
    ],
    ids=["name", "alias in the ID", "alias", "code", "short name elsewhere", "another code", "two rows", "its own ID"],
)
def test_an_actor_under_another_id_is_the_same_row(known: Tables, actor: dict[str, str], same: bool) -> None:
    role = {"provision_id": "p001", "actor_id": actor["actor_id"], "role": "monitor", "basis": "named"}
    rows: Rows = {"actors": [actor], "provision_actors": [role], "provisions": [{"id": "p001"}]}
    given = submission(rows, "b")
    united, findings = unite(known, Form(known.package.model, lead=False), given)
    if not same:
        assert (united, findings) == (given, [])
        return
    assert [(f.code, f.severity, f.cell) for f in findings] == [("united-entity", "warning", "actors!1.actor_id")]
    assert [(row.table, row["actor_id"]) for row in united.rows] == [("provision_actors", LEAGUE), ("provisions", "")]


def test_a_blind_pass_adds_its_actors_for_the_decision(coded: Path) -> None:
    value = blind(actor_id="lc", name="Coast League")
    value["actors"].append(PILOTS)
    unit(value, "p003")["actors"].append({"actor_id": "Pilots of the sea", "role": "implementer", "basis": "named"})
    outcome = submitted(coded, value)
    assert {f.code for f in outcome.report.findings} == {"united-entity", "unused-actor"}
    assert actors(coded)["sea-pilots"] == "Pilots of the sea" and "lc" not in actors(coded)
    roles = {r["item"] for r in table(coded, "codings") if r["pass_id"].endswith(".b") and r["unit"] == "p003"}
    assert {f"{LEAGUE} implementer", "sea-pilots implementer"} <= roles
    value["actors"][-1] = PILOTS | {"name": "Pilots of the Salt Sea"}
    unit(value, "p003")["actors"][-1]["actor_id"] = "sea-pilots"
    assert submitted(coded, value).files == ["data/actors.csv"]
    adjudication = open_adjudication(open_package(coded), SOURCE)
    (conflict,) = [one for one in adjudication.open if one.variable == "provision_actors.implementer"]
    assert (conflict.value_a, conflict.value_b) == ("", f"{LEAGUE}; sea-pilots")
    assert record(adjudication, [Decision(conflict, conflict.value_b, "slip")])[0].findings == []
    assert {r["actor_id"] for r in table(coded, "provision_actors") if r["role"] == "implementer"} >= {
        LEAGUE,
        "sea-pilots",
    }


def test_the_leading_pass_names_the_actors_of_a_pass_before_it(fresh: Path) -> None:
    submitted(fresh, blind())
    assert {letter: "sea-pilots" in seen(fresh, letter) for letter in "abc"} == {"a": False, "b": True, "c": False}
    value = json.loads(json.dumps(answer()).replace('"coast-league"', '"the-league"'))
    value["actors"].append({**PILOTS, "name": "Sea pilots"})
    outcome = submitted(fresh, value)
    assert [f.code for f in outcome.report.findings] == ["united-entity", "unused-actor"]
    assert (actors(fresh)[LEAGUE], actors(fresh)["sea-pilots"], len(actors(fresh))) == ("Coast League", "Sea pilots", 9)
    value["actors"].pop()
    submitted(fresh, value)
    assert "sea-pilots" in actors(fresh), "pass b still refers to it"
