"""Every semantic rule finds and locates its own poisoned rows, and no unexpected finding is reported."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from clausula.core.rules import RULES, read_rules
from clausula.validation.layers import FAST
from clausula.validation.run import validate
from tests.conftest import ROOT
from tests.poisoned.reload import ReloadingEngine
from tests.poisoned.tables import Tables

CASES = sorted((Path(__file__).parent / "rules").glob("*.json"))
CODES = [rule.code for rule in read_rules(ROOT / RULES)]


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


@pytest.mark.parametrize(
    "path",
    [pytest.param(p, id=p.stem, marks=[pytest.mark.exhaustive] if n % 20 else []) for n, p in enumerate(CASES)],
)
def test_complete_run_reports_the_same(engine: ReloadingEngine, mini: Path, path: Path) -> None:
    """A run of the layers `duckdb` and `rules` reports what the engine reports that reloads only changed tables."""
    case = json.loads(path.read_text(encoding="utf-8"))
    report = engine.check(case["change"])
    Tables(mini).apply(case["change"])
    complete = validate(mini, FAST)
    assert {f.code for f in complete.findings} == {case["rule"], *case["also"]}
    both = [sorted(map(str, (f.as_dict() for f in r.findings))) for r in (report, complete)]
    assert both[0] == both[1]


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
