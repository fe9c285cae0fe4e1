"""Every semantic rule finds and locates its own poisoned rows, and no unexpected finding is reported."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clausula.core.rules import RULES, read_rules
from clausula.validation.layers import FAST
from clausula.validation.run import validate
from tests.conftest import ROOT
from tests.poisoned.reload import ReloadingEngine
from tests.poisoned.tables import Tables

CASES = sorted((Path(__file__).parent / "rules").glob("*.json"))
CODES = [rule.code for rule in read_rules(ROOT / RULES)]
LINK = {"table": "provision_links", "where": {"provision_id": "delta-draft-2032.p01"}}
SAME = dict.fromkeys(("act", "obligor", "number", "time", "monitor", "condition"), "same")
DRAFT = {"provision_id": "delta-draft-2032.p01"}
COPY = {"table": "provisions", "where": DRAFT}
PARTY = {"role": "party", "source_id": "river-accord-2031"}
SEA = {"topic_id": "sea", "parent_topic_id": "river", "label": "Sea", "definition": "The sea.", "leaf": "true"}
FREED = {"provision_id": "river-accord-2031.p07"}
AFTER = {"dependency_no": "1", "relation": "after", "basis": "inferred"}
ALLOWED: dict[str, list[dict[str, Any]]] = {
    "a topic that is younger than all passes": [{"table": "topics", "add": {**SEA, "since": "0.2.0"}}],
    "a topic with a younger version number of two digits": [{"table": "topics", "add": {**SEA, "since": "0.10.0"}}],
    "a younger topic, after a pass over given units": [
        {"table": "topics", "add": {**SEA, "since": "0.2.0"}},
        {
            "table": "coding_passes",
            "where": {"pass_id": "river-accord-2031.a"},
            "set": {"units_given": "true", "codebook_version": "0.3.0"},
        },
    ],
    "a secondary topic that covers a topic": [
        {"table": "topics", "add": {**SEA, "since": "0.1.0"}},
        {"table": "provision_topics", "add": {**FREED, "topic_id": "sea"}},
    ],
    "an absence found with a newer codebook": [
        {"table": "topics", "where": {"topic_id": "amnesty"}, "set": {"since": "0.3.0"}},
        {"table": "absences", "where": {"topic_id": "amnesty"}, "set": {"codebook_version": "0.10.0"}},
    ],
    "an absence that is named in a summary, with a note": [
        {"table": "provisions", "where": FREED, "set": {"summary": "Borland frees 40 fishermen without an amnesty."}},
        {"table": "absences", "where": {"topic_id": "amnesty"}, "set": {"note": "Only named to exclude it."}},
    ],
    "a word that contains the name of an absent topic": [
        {"table": "provisions", "where": FREED, "set": {"summary": "Borland frees 40 amnestied fishermen."}}
    ],
    "a relation that does not follow, with a note": [
        {**LINK, "set": {"relation": "strengthens", "act": "same", "note": "The numbers matter less."}}
    ],
    "a copy by the other party, and one with a note": [
        {**LINK, "set": {**SAME, "relation": "copies", "earlier_provision_id": "river-accord-2031.p05"}},
        {
            "table": "provision_links",
            "where": {"provision_id": "delta-draft-2032.p02"},
            "set": {**SAME, "relation": "copies"},
        },
        {**COPY, "set": {"topic_id": "alliances", "modality": "prohibition"}},
        {
            "table": "provision_actors",
            "where": {**DRAFT, "role": "obligor"},
            "set": {"actor_id": "borland", "basis": "named"},
        },
        {
            "table": "provision_actors",
            "where": {"provision_id": "river-accord-2031.p05", "actor_id": "borland"},
            "delete": True,
        },
        {"table": "provision_propositions", "where": DRAFT, "delete": True},
        {"table": "instrument_actors", "add": {"instrument_id": "river-accord-2031", "actor_id": "arland", **PARTY}},
        {"table": "instrument_actors", "add": {"instrument_id": "delta-draft-2032", "actor_id": "borland", **PARTY}},
    ],
    "a replacement by another act": [{**LINK, "set": {"relation": "replaces"}}],
    "a link between provisions with different due dates, with a note": [
        {**LINK, "set": SAME},
        {**LINK, "set": {"relation": "restates", "note": "The day renews an old promise."}},
        {
            "table": "provisions",
            "where": {"provision_id": "delta-draft-2032.p01"},
            "set": {"due": "2032", "due_from": "2032-01-01", "due_to": "2032-12-31", "timing": "deadline"},
        },
    ],
    "two ways to one provision": [
        {"table": "provision_dependencies", "add": {**AFTER, "provision_id": after, "depends_on_provision_id": first}}
        for after, first in (
            ("river-accord-2031.p04", "river-accord-2031.p01"),
            ("river-accord-2031.p05", "river-accord-2031.p04"),
            ("river-accord-2031.p06", "river-accord-2031.p02"),
        )
    ],
    "a recognition with an obligor and a holder": [
        {"table": "provisions", "where": {"provision_id": "river-accord-2031.p01"}, "set": {"modality": "recognition"}},
        {
            "table": "provision_actors",
            "add": {
                "provision_id": "river-accord-2031.p01",
                "actor_id": "arland",
                "role": "holder",
                "basis": "named",
            },
        },
    ],
    "a quantity of one year": [
        {
            "table": "provision_quantities",
            "where": {"provision_id": "river-accord-2031.p07", "quantity_no": "1"},
            "set": {"period_from": "2031", "period_to": "2031"},
        }
    ],
    "an amount of money": [
        {
            "table": "provision_quantities",
            "where": {"provision_id": "river-accord-2031.p07", "quantity_no": "1"},
            "set": {"measure": "amount", "unit": "currency", "currency": "EUR", "tense": "pledged"},
        }
    ],
    "silence on a topic": [
        {
            "table": "reaction_targets",
            "where": {"reaction_id": "delta-report-2032.r01", "target_no": "2"},
            "set": {"provision_id": "", "topic_id": "prisoners"},
        }
    ],
}
"""Changes that are close to a violation, which no rule must report."""


@pytest.fixture(scope="module")
def engine(built: Path, tmp_path_factory: pytest.TempPathFactory) -> ReloadingEngine:
    return ReloadingEngine(Path(shutil.copytree(built, tmp_path_factory.mktemp("rules") / "package")))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_rule_finds_its_poisoned_rows(engine: ReloadingEngine, path: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    report = engine.check(case["change"])
    found = [f for f in report.findings if f.code == case["rule"]]
    assert sorted((f.table, f.field) for f in found) == sorted((e["table"], e["field"]) for e in case["expect"])
    keys = {e["key"] for e in case["expect"] if e["key"]}
    assert keys <= {f.key for f in found}
    assert all(f.line == f.row + 1 and f.column and f.file == f"data/{f.table}.csv" and f.hint for f in found if f.row)
    others = {f.code for f in report.findings} - {case["rule"]}
    assert others == set(case["also"])


def cases_by_tables() -> list[list[dict[str, Any]]]:
    """Return the changes of the cases, those of the same tables together."""
    groups: dict[frozenset[str], list[dict[str, Any]]] = {}
    for path in CASES:
        case = json.loads(path.read_text(encoding="utf-8"))
        groups.setdefault(frozenset(change["table"] for change in case["change"]), []).append(case)
    return list(groups.values())


def batches(root: Path, cases: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Yield the changes of cases together; a case that needs a row which an earlier one has changed begins anew."""
    tables, batch = Tables(root), list[dict[str, Any]]()
    for case in cases:
        try:
            tables.change(case["change"])
        except AssertionError:
            yield batch
            tables, batch = Tables(root), []
            tables.change(case["change"])
        batch += case["change"]
    yield batch


@pytest.mark.parametrize(
    "cases",
    [
        pytest.param(cases, id=cases[0]["rule"], marks=[pytest.mark.exhaustive] if n % 6 else [])
        for n, cases in enumerate(cases_by_tables())
    ],
)
def test_complete_run_reports_the_same(
    engine: ReloadingEngine, built: Path, tmp_path: Path, cases: list[dict[str, Any]]
) -> None:
    """A run of the layers `duckdb` and `rules` reports what the engine reports that reloads only changed tables.

    What is reloaded and checked again follows from the changed tables, so cases that change the same are run together.
    """
    for number, changes in enumerate(batches(built, cases)):
        report = engine.check(changes)
        root = Path(shutil.copytree(built, tmp_path / f"{number}"))
        Tables(root).apply(changes)
        complete = validate(root, FAST)
        both = [sorted(map(str, (f.as_dict() for f in r.findings))) for r in (report, complete)]
        assert both[0] == both[1] != []


@pytest.mark.parametrize("changes", ALLOWED.values(), ids=ALLOWED)
def test_no_rule_reports_what_is_allowed(engine: ReloadingEngine, changes: list[dict[str, Any]]) -> None:
    assert [(f.code, f.place, f.message) for f in engine.check(changes).findings] == []


def test_codes_in_which_a_copy_differs_are_named(engine: ReloadingEngine) -> None:
    case = json.loads((Path(__file__).parent / "rules" / "copy-coded-apart.json").read_text(encoding="utf-8"))
    (found,) = engine.check(case["change"]).findings
    assert found.message.endswith("Different: conditionality, enforcement, modality, obligor, propositions, strength.")


def test_rule_that_does_not_run_finds_nothing(engine: ReloadingEngine) -> None:
    case = json.loads(CASES[0].read_text(encoding="utf-8"))
    engine.rules, rules = [rule for rule in engine.rules if rule.code != case["rule"]], engine.rules
    try:
        assert case["rule"] not in {f.code for f in engine.check(case["change"]).findings}
    finally:
        engine.rules = rules
    assert engine.check([]).findings == []


def test_every_rule_has_a_poisoned_row() -> None:
    assert {path.name.split(".")[0] for path in CASES} == set(CODES)


def test_every_rule_has_a_message_and_a_hint() -> None:
    rules = read_rules(ROOT / RULES)
    assert len(rules) >= 25
    assert all(rule.says.endswith(".") and rule.do.endswith(".") for rule in rules)
