"""Every value of a rich descriptor replaced by values of other kinds: what the profile refuses is never clean."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from clausula.core.findings import ERROR, WARNING, CouldNotRun, Report
from clausula.core.package import Package, open_any
from clausula.core.profiles import official
from clausula.validation.run import validate
from tests.foreign.packages import V2

RICH: dict[str, Any] = {
    **V2,
    "name": "rich",
    "id": "x",
    "title": "Rich",
    "description": "d",
    "homepage": "https://example.org",
    "version": "1.0",
    "created": "2020-01-01T00:00:00Z",
    "keywords": ["a"],
    "image": "i.png",
    "licenses": [{"name": "CC0-1.0", "path": "https://example.org/l", "title": "L"}],
    "sources": [{"title": "S", "path": "https://example.org", "email": "a@b.org"}],
    "contributors": [{"title": "C", "path": "https://example.org", "email": "a@b.org", "roles": ["author"]}],
    "resources": [
        {
            "name": "t",
            "path": "t.csv",
            "type": "table",
            "title": "T",
            "description": "d",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "bytes": 21,
            "hash": "sha256:0",
            "sources": [{"title": "S"}],
            "licenses": [{"name": "CC0-1.0"}],
            "dialect": {
                "delimiter": ",",
                "quoteChar": '"',
                "doubleQuote": True,
                "header": True,
                "headerRows": [1],
                "headerJoin": " ",
                "commentChar": "#",
                "commentRows": [9],
                "nullSequence": "NULL",
                "lineTerminator": "\n",
                "skipInitialSpace": False,
            },
            "schema": {
                "fields": [
                    {"name": "a", "type": "integer", "title": "A", "constraints": {"minimum": 0, "required": True}},
                    {
                        "name": "b",
                        "type": "string",
                        "format": "default",
                        "constraints": {"enum": ["x", "y"], "pattern": "[a-z]", "minLength": 1, "unique": True},
                    },
                    {"name": "c", "type": "number", "decimalChar": ".", "groupChar": ",", "bareNumber": True},
                    {"name": "d", "type": "boolean", "trueValues": ["yes"], "falseValues": ["no"]},
                    {"name": "e", "type": "date", "format": "%d.%m.%Y", "missingValues": ["-"]},
                ],
                "missingValues": ["", "NA"],
                "primaryKey": ["a"],
                "uniqueKeys": [["b", "c"]],
                "foreignKeys": [{"fields": ["b"], "reference": {"resource": "u", "fields": ["i"]}}],
            },
        },
        {"name": "u", "path": ["u.csv"], "schema": {"fields": [{"name": "i", "type": "string"}]}},
        {"name": "v", "data": [{"i": 1}], "schema": {"fields": [{"name": "i", "type": "integer"}]}},
    ],
}

WRONG: list[Any] = [
    *[None, True, False, 0, 1, -1, 5.5, 1e308, 10**30, "", " ", "x", "a" * 5000, "../x", "https://example.org/x"],
    *["\0", "é\u202e", [], [None], [[]], [{}], ["a", "a"], {}, {"a": 1}, {"fields": "a"}],
]
FILES = {"t.csv": "a,b,c,d,e\n1,x,1.5,yes,-\n", "u.csv": "i\nx\n"}


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the place of every value in a descriptor."""
    if path:
        yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield from paths(part, (*path, key))


PATHS = list(paths(RICH))


def replaced(path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    descriptor = copy.deepcopy(RICH)
    at: Any = descriptor
    for part in path[:-1]:
        at = at[part]
    at[path[-1]] = value
    return descriptor


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("rich")
    for name, content in FILES.items():
        (root / name).write_text(content, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def known() -> set[str]:
    """The tables that a test of this worker has judged, as `what_is_judged` returns them."""
    return set()


def what_is_judged(package: Package) -> str:
    """Return all that decides how the tables of a package are judged, and how the report describes it."""
    metadata = [package.model.metadata.get(name) for name in ("title", "name", "version")]
    return repr((dict(package.resources), package.model.tables, package.states, metadata))


def judge(root: Path, descriptor: Any, known: set[str] | None = None) -> Report | None:
    """Validate a package; return what opening it finds if the same tables have been judged before.

    Most damages of the metadata leave the tables as they are, and many damages of a table have the same effect.
    """
    (root / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    try:
        if known is not None:
            package = open_any(root)
            judged = what_is_judged(package)
            if judged in known:
                report = Report()
                report.extend(package.notes)
                return report
            known.add(judged)
        return validate(root, ["duckdb"])
    except CouldNotRun as error:
        assert error.finding.code in ("invalid-descriptor", "package-not-found")
        return None


KNOWN = jsonschema.Draft7Validator(official("2.0", "datapackage"))
TEXT_COUNTS = ("fieldsMatch", "dialect", "missingValues")
"""Properties in which the text of the standard allows what the profile refuses; see docs/validation.md."""


def is_refused(descriptor: Any) -> bool:
    """Return whether the official profile refuses a descriptor, not counting where the standard contradicts it."""
    errors = KNOWN.iter_errors(descriptor)
    return any(not set(TEXT_COUNTS) & set(error.absolute_path) for error in errors)


def check(root: Path, path: tuple[Any, ...], value: Any, known: set[str] | None = None) -> None:
    descriptor = replaced(path, value)
    report = judge(root, descriptor, known)
    if report is None:
        return
    codes = {f.code for f in report.findings}
    assert "internal-error" not in codes, (path, value, report.findings)
    if "invalid-descriptor" in codes:
        assert report.total(ERROR) + report.total(WARNING) > 0
        assert report.exit_status() in (1, 2), (path, value)
    else:
        assert not is_refused(descriptor), (path, value)


def test_the_descriptor_is_valid(folder: Path) -> None:
    report = judge(folder, RICH)
    assert report is not None
    assert {f.code for f in report.findings} == {"hash", "size"}
    assert report.complete
    assert not is_refused(RICH)


@pytest.mark.parametrize("part", range(4))
def test_one_wrong_value_at_every_place(folder: Path, part: int) -> None:
    """Every second place, and another kind of value at each."""
    for number, path in list(enumerate(PATHS))[2 * part :: 8]:
        check(folder, path, WRONG[(number * 7) % len(WRONG)])


def test_damages_that_leave_the_tables_as_they_are_have_the_same_findings(folder: Path) -> None:
    """That is why the exhaustive test judges the same tables once, for the first damage that leads to them."""
    clean, judged = judge(folder, RICH), what_is_judged(open_any(folder))
    assert clean is not None
    for path in (("homepage",), ("contributors", 0, "roles"), ("resources", 0, "licenses")):
        damaged = replaced(path, 5)
        report = judge(folder, damaged)
        package = open_any(folder)
        assert report is not None and what_is_judged(package) == judged
        faults = [note for note in package.notes if note.code == "invalid-descriptor"]
        assert faults and {f.identity for f in report.findings} == {f.identity for f in [*clean.findings, *faults]}
        again = judge(folder, damaged, {judged})
        assert again is not None and {f.code for f in again.findings} == {f.code for f in report.findings}


def test_a_text_that_is_too_long_for_a_path(folder: Path) -> None:
    for path in [
        ("$schema",),
        ("profile",),
        ("resources", 0, "path"),
        ("resources", 0, "schema"),
        ("resources", 1, "path"),
    ]:
        check(folder, path, WRONG[12])


@pytest.mark.exhaustive
@pytest.mark.parametrize("wrong", range(len(WRONG)))
def test_every_wrong_value_at_every_place(folder: Path, known: set[str], wrong: int) -> None:
    for path in PATHS:
        check(folder, path, WRONG[wrong], known)
