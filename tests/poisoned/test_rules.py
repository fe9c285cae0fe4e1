"""Every semantic rule finds and locates its own poisoned rows, and no unexpected finding is reported."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clausula.core.rules import RULES, read_rules
from clausula.validation.layers import FAST
from clausula.validation.run import validate
from tests.conftest import ROOT
from tests.poisoned.tables import Tables

CASES = sorted((Path(__file__).parent / "rules").glob("*.json"))
CODES = [rule.code for rule in read_rules(ROOT / RULES)]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_rule_finds_its_poisoned_rows(mini: Path, path: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    Tables(mini).apply(case["change"])
    report = validate(mini, FAST)
    found = [f for f in report.findings if f.code == case["rule"]]
    assert sorted((f.table, f.field) for f in found) == sorted((e["table"], e["field"]) for e in case["expect"])
    keys = {e["key"] for e in case["expect"] if e["key"]}
    assert keys <= {f.key for f in found}
    assert all(f.line == f.row + 1 and f.column and f.file == f"data/{f.table}.csv" and f.hint for f in found if f.row)
    others = {f.code for f in report.findings} - {case["rule"]}
    assert others == set(case["also"])


def test_every_rule_has_a_poisoned_row() -> None:
    assert {path.name.split(".")[0] for path in CASES} == set(CODES)


def test_every_rule_has_a_message_and_a_hint() -> None:
    rules = read_rules(ROOT / RULES)
    assert len(rules) >= 25
    assert all(rule.says.endswith(".") and rule.do.endswith(".") for rule in rules)
