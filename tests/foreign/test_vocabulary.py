"""Every property, type and format of the standard is enforced, or told, or describes only: none is skipped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clausula.core.findings import CouldNotRun
from tests.foreign.packages import errors, judge, package, unsupported
from tests.foreign.test_types import JUDGED, TOLD
from tests.foreign.vocabulary import DESCRIPTIVE, FORMATS, PROBES, PROPERTIES, REFUSED, TYPES

CASES = [(level, name) for level, probes in PROBES.items() for name in probes]
PLAIN = {"fields": [{"name": "x"}, {"name": "y"}]}


def probe(root: Path, given: dict[str, Any]) -> Path:
    """A package of one table in which one thing is as the probe says."""
    given = dict(given)
    content = given.pop("content", "x,y\na,b\na,b\n")
    schema = {**given.pop("schema", PLAIN), **given.pop("schema_more", {})}
    if "resources" in given:
        return package(root, given["resources"], {})
    entry = {"name": "t", "path": "t.csv", "type": "table", "schema": schema, **given}
    return package(root, [{k: v for k, v in entry.items() if v is not None}], {"t.csv": content})


@pytest.mark.parametrize("level", PROPERTIES)
def test_every_property_is_either_probed_or_descriptive(level: str) -> None:
    assert set(PROBES[level]) | DESCRIPTIVE[level] == PROPERTIES[level]
    assert not set(PROBES[level]) & DESCRIPTIVE[level]


def test_a_plain_package_is_clean(tmp_path: Path) -> None:
    assert judge(probe(tmp_path, {})).findings == []


@pytest.mark.parametrize(("level", "name"), CASES)
def test_a_property_does_what_is_said_of_it(tmp_path: Path, level: str, name: str) -> None:
    state, given = PROBES[level][name]
    root = probe(tmp_path, given)
    if state == REFUSED:
        with pytest.raises(CouldNotRun):
            judge(root)
        return
    report = judge(root)
    assert bool(errors(report)) is (state == "enforced")
    assert bool(unsupported(report)) is (state == "told")


def test_every_type_and_format_has_its_cases() -> None:
    wanted = {(kind, form) for kind in TYPES for form in FORMATS.get(kind, ["default"])}
    assert wanted <= set(JUDGED) | set(TOLD)
    assert not set(JUDGED) & set(TOLD)


@pytest.mark.parametrize("level", DESCRIPTIVE)
def test_what_describes_changes_nothing(tmp_path: Path, level: str) -> None:
    said: dict[str, Any] = dict.fromkeys(DESCRIPTIVE[level], "x")
    given: dict[str, Any] = {}
    match level:
        case "resource":
            given = said
        case "dialect":
            given = {"dialect": said}
        case "schema":
            given = {"schema": {**PLAIN, **said}}
        case "field":
            given = {"schema": {"fields": [{**said, "name": "x"}, {"name": "y"}]}}
    assert judge(probe(tmp_path, given)).findings == []
