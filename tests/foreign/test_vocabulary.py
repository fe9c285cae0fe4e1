"""Every property, type and format of the standard is enforced, reported as unsupported, or only descriptive."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clausula.core.findings import CouldNotRun
from tests.foreign.packages import check, errors, package, unsupported
from tests.foreign.test_types import CHECKED, UNSUPPORTED
from tests.foreign.vocabulary import DESCRIPTIVE, FORMATS, PROBES, PROPERTIES, REFUSED, TYPES

CASES = [(level, name) for level, probes in PROBES.items() for name in probes]
PLAIN = {"fields": [{"name": "x"}, {"name": "y"}]}


def probe(root: Path, given: dict[str, Any]) -> Path:
    """Write a package with one table and the property of the probe."""
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


def test_plain_package_is_clean(tmp_path: Path) -> None:
    assert check(probe(tmp_path, {})).findings == []


@pytest.mark.parametrize(("level", "name"), CASES)
def test_property_has_its_stated_effect(tmp_path: Path, level: str, name: str) -> None:
    state, given = PROBES[level][name]
    root = probe(tmp_path, given)
    if state == REFUSED:
        with pytest.raises(CouldNotRun):
            check(root)
        return
    report = check(root)
    assert bool(errors(report)) is (state == "enforced"), report.findings
    assert bool(unsupported(report)) is (state == "unsupported")


def test_every_type_and_format_has_its_cases() -> None:
    expected = {(kind, form) for kind in TYPES for form in FORMATS.get(kind, ["default"])}
    assert expected <= set(CHECKED) | set(UNSUPPORTED)
    assert not set(CHECKED) & set(UNSUPPORTED)


@pytest.mark.parametrize("level", DESCRIPTIVE)
def test_descriptive_properties_change_nothing(tmp_path: Path, level: str) -> None:
    texts = {"homepage": "https://example.org", "sources": [{"title": "x"}], "licenses": [{"name": "x"}]}
    texts |= {"keywords": ["x"], "example": "x", "categoriesOrdered": True, "mediatype": "text/csv"}
    stated = DESCRIPTIVE[level] - {"$schema", "profile"}
    properties: dict[str, Any] = {name: texts.get(name, "x") for name in stated}
    given: dict[str, Any] = {}
    match level:
        case "resource":
            given = properties
        case "dialect":
            given = {"dialect": properties}
        case "schema":
            given = {"schema": {**PLAIN, **properties}}
        case "field":
            given = {"schema": {"fields": [{**properties, "name": "x"}, {"name": "y"}]}}
    assert check(probe(tmp_path, given)).findings == []
