"""Generated packages are judged as the standard says, and frictionless says the same where it follows it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clausula.validation.run import validate
from tests.foreign.generated import FIELDS, Made, make

NUMBER = 320
GROUPS = 8

UNREAD = ("arrays", "objects")
"""Features for which the library needs another library that is not installed here."""


def departs(field: dict[str, Any]) -> bool:
    """Return whether frictionless departs from the standard: it ignores the groupChar of integers."""
    return field["type"] == "integer" and "groupChar" in field


def ours(made: Made) -> set[tuple[int, str, str]]:
    report = validate(made.root, ["duckdb"])
    assert report.complete, (made.feature, report.checked["resources"])
    assert report.exit_status() == int(bool(made.verdict))
    assert all(f.severity == "error" for f in report.findings)
    for one in report.findings:
        if one.line is not None and made.feature.partition(",")[0] != "parts":
            assert one.line == made.physical[(one.row or 0) - 1]
    return {(f.row or 0, f.field or "", f.code) for f in report.findings}


def theirs(made: Made) -> set[tuple[int, str]]:
    """Return the rows and fields in which frictionless finds an error; a key has its first field."""
    import frictionless

    package = frictionless.Package.from_descriptor(made.descriptor, basepath=str(made.root))
    found = set[tuple[int, str]]()
    for error in [error for task in package.validate().tasks for error in task.errors]:
        number: Any = getattr(error, "row_number", None)
        assert number is not None, (made.feature, error)
        found.add((made.physical.index(number) + 1, getattr(error, "field_name", "") or "id"))
    return found


@pytest.mark.parametrize("group", range(GROUPS))
def test_generated_packages_are_judged_as_the_standard_says(tmp_path: Path, group: int) -> None:
    compared = 0
    for seed in range(group, NUMBER, GROUPS):
        made = make(tmp_path / str(seed), seed)
        assert ours(made) == made.verdict, (seed, made.feature, made.descriptor)
        if made.feature not in UNREAD:
            fields = made.descriptor["resources"][0]["schema"]["fields"]
            left_out = {field["name"] for field in fields if departs(field)}
            differ = {(row, name) for row, name, _ in made.verdict} ^ theirs(made)
            assert {name for _, name in differ} <= left_out, (seed, made.feature, differ, made.descriptor)
            compared += 1
    assert compared > NUMBER / GROUPS / 2


def test_every_field_is_in_some_package(tmp_path: Path) -> None:
    assert 8 * len(FIELDS) <= NUMBER
    features = {make(tmp_path / str(seed), seed).feature.partition(",")[0] for seed in range(60)}
    assert features == {"csv", "crlf", "gz", "arrays", "objects", "inline", "parts"}
