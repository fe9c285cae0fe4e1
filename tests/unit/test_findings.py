"""The registry of finding codes: every entry can be filled in, every code in the source is registered and used."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from clausula.core.constraints import CELL_KINDS, TABLE_KINDS
from clausula.core.findings import ERROR, INFO, WARNING, CouldNotRun, Finding, finding, registry
from clausula.core.rules import RULES, read_rules
from scripts.findings_page import EXPECTATIONS, modules_by_code, page, uses
from scripts.rooms import SOURCE
from tests.conftest import ROOT

REGISTRY = registry()
PLACES = {one.name for one in fields(Finding)} - {"code", "message", "hint"}

UNCONVERTED = ("core/findings",)
"""The module of the registry, whose functions take any code."""


def converted() -> Iterator[Path]:
    for path in sorted(SOURCE.rglob("*.py")):
        if not path.relative_to(SOURCE).as_posix().startswith(UNCONVERTED):
            yield path


@pytest.mark.parametrize("name", REGISTRY)
def test_an_entry_is_complete(name: str) -> None:
    template = REGISTRY[name]
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", template.code)
    assert template.title and template.means.endswith(".") and template.do
    assert template.severity in (ERROR, WARNING, INFO)
    assert set(template.example) == template.parameters
    found = finding(name, **template.example)
    assert (found.code, found.severity) == (template.code, template.severity)
    assert found.message and not found.message.endswith(".")
    assert found.hint.endswith((".", "?"))
    assert "{" not in (found.message + found.hint).replace("{+", "")


def test_the_registry_is_sorted() -> None:
    codes = list(dict.fromkeys(template.code for template in REGISTRY.values()))
    assert codes == sorted(codes)


def test_no_two_codes_have_one_text() -> None:
    messages = [(template.says, template.do) for template in REGISTRY.values() if template.says != "{error}"]
    assert len(messages) == len(set(messages))
    titles = {template.code: template.title for template in REGISTRY.values()}
    assert len(set(titles.values())) == len(titles)


def test_every_registered_code_is_used() -> None:
    assert [name for name, modules in modules_by_code().items() if not modules] == []


def test_every_code_in_the_source_is_registered_with_its_parameters() -> None:
    wrong = []
    for path in converted():
        for use in uses(path):
            template = REGISTRY.get(use.code)
            if template is None:
                wrong.append(f"{use.module}:{use.line}: {use.code} is not registered")
            elif use.keywords is not None and use.function in ("finding", "of"):
                if missing := template.parameters - use.keywords:
                    wrong.append(f"{use.module}:{use.line}: {use.code} lacks {missing}")
                if unknown := use.keywords - template.parameters - PLACES:
                    wrong.append(f"{use.module}:{use.line}: {use.code} has no {unknown}")
    assert wrong == []


def test_no_finding_has_texts_of_its_own() -> None:
    for path in converted():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding":
                # the codes of constraints and rules, and those of a library, are not literals
                assert not (node.args and isinstance(node.args[0], ast.Constant)), (
                    f"{path}:{node.lineno}: use finding()"
                )


def test_the_registry_does_not_repeat_rules_expectations_and_constraints() -> None:
    codes = {template.code for template in REGISTRY.values()}
    suites = json.loads((ROOT / EXPECTATIONS).read_text(encoding="utf-8"))["suites"]
    expectations = {one["code"] for suite in suites for one in suite["expectations"]}
    assert not codes & {rule.code for rule in read_rules(ROOT / RULES)}
    assert not codes & (expectations | set(CELL_KINDS) | set(TABLE_KINDS))
    listed = page()
    assert [code for code in codes | expectations if f"`{code}`" not in listed] == []


@pytest.mark.parametrize(
    "value", ["{", "}", "{0}", "{name}", "{name.__class__}", "{{}}", "{:>9999999}", "%s", "", "\0"]
)
def test_braces_in_a_value_are_text(value: str) -> None:
    found = finding("duplicate-header", name=value, field=value, line=1)
    assert found.message == f"the column {value!r} is duplicated"
    assert found.field == value
    assert (
        CouldNotRun.of("not-csv", file=value, error=value).finding.message == f"{value} cannot be read as CSV: {value}"
    )


def test_an_unknown_code_a_missing_and_an_unknown_parameter_are_mistakes_at_once() -> None:
    with pytest.raises(KeyError):
        finding("no-such-code")
    with pytest.raises(KeyError):
        finding("unsafe-path:no-such-variant", name="x")
    with pytest.raises(KeyError):
        finding("hash:release", name="x")
    with pytest.raises(TypeError, match="no parameter sum"):
        finding("hash:release", name="x", sums="y", sum="z")
    with pytest.raises(TypeError, match="no parameter code"):
        finding("hash:release", name="x", sums="y", code="z")


def test_places_are_attributes_and_the_severity_can_be_given() -> None:
    found = finding("missing-column", field="kind", line=1, layers=("duckdb",), severity=INFO)
    assert (found.message, found.field, found.line) == ("the column 'kind' is missing", "kind", 1)
    assert (found.severity, found.layers, found.code) == (INFO, ("duckdb",), "missing-column")


def test_a_run_without_findings_does_not_read_the_registry() -> None:
    code = "import sys, clausula, clausula.core.package; clausula.load('places'); print('tomllib' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
