"""Random descriptors, schemas and CSV files quickly end in findings, and nothing outside the package is accessed.

`CLAUSULA_EXAMPLES=3000 pytest tests/hostile/test_random_packages.py` tests more packages than CI does.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.foreign.vocabulary import PROPERTIES, TYPES
from tests.hostile.sandbox import Sandbox

FEW, MANY = 10, int(os.environ.get("CLAUSULA_EXAMPLES", "150"))
"""How many packages are tested by `make test` and by `make test-exhaustive`."""

NASTY = [
    "",
    "\0",
    "'",
    '"',
    "\\",
    "../x",
    "/etc/passwd",
    "https://x.org",
    "(a+)+$",
    "[",
    "%Y",
    "t.csv",
    "d.json",
    "é\u202e",
]
TEXT = st.one_of(st.sampled_from(NASTY), st.text(st.characters(exclude_categories=["Cs"]), max_size=8))
NUMBERS = st.one_of(st.integers(), st.sampled_from([0, -1, 2**63, 10**40, 0.5, 1e308]))
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXT),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXT, inner, max_size=3)),
    max_leaves=6,
)


def properties(level: str, **likely: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Generate an object of the standard with some of its properties, most of them of the right type."""
    anything = st.dictionaries(st.sampled_from(sorted(PROPERTIES[level])), JSON, max_size=2)
    return st.builds(lambda plain, more: {**plain, **more}, st.fixed_dictionaries({}, optional=likely), anything)


CONSTRAINTS = properties("constraint", required=st.booleans(), unique=st.booleans(), pattern=TEXT, minimum=NUMBERS)
FIELD = properties(
    "field",
    type=st.sampled_from([*TYPES, "x"]),
    constraints=CONSTRAINTS,
    categories=st.lists(TEXT, max_size=3),
    missingValues=st.lists(TEXT, max_size=3),
    format=TEXT,
)
FIELDS = st.tuples(FIELD, FIELD).map(lambda two: [{"name": "a", **two[0]}, {"name": "b", **two[1]}])
KEYS = st.sampled_from(["a", ["a", "b"], [], ["c"]])
SCHEMA = properties(
    "schema", primaryKey=KEYS, uniqueKeys=st.lists(KEYS, max_size=2), missingValues=st.lists(TEXT, max_size=3)
)
DIALECT = properties("dialect", delimiter=st.sampled_from([",", ";", "'", "\t", ""]), header=st.booleans())
RESOURCE = properties("resource", encoding=st.sampled_from(["utf-8", "utf-16", "latin-1", "x"]), dialect=DIALECT)
CELLS = st.one_of(st.sampled_from(["1", "01", "x", "", "2000-01-01", "{}", "[", '"']), TEXT)
ROWS = st.lists(st.lists(CELLS, min_size=1, max_size=3), max_size=4)
BYTES = st.one_of(
    ROWS.map(lambda rows: ("a,b\n" + "".join(",".join(row) + "\n" for row in rows)).encode()),
    st.binary(max_size=60),
    st.binary(max_size=20).map(lambda more: b"a,b\n1,2\n" + more),
)


def examples(number: int) -> settings:
    return settings(
        max_examples=number,
        derandomize="CLAUSULA_EXAMPLES" not in os.environ,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


@st.composite
def files(draw: st.DrawFn) -> tuple[bytes, Any]:
    """Generate the bytes of a table and a descriptor: of a package with this table, or any other JSON."""
    entry = {"name": "t", "path": "t.csv", "schema": {"fields": draw(FIELDS), **draw(SCHEMA)}, **draw(RESOURCE)}
    other = draw(st.one_of(st.none(), st.none(), JSON))
    return draw(BYTES), {"resources": [entry]} if other is None else other


def ends_in_findings(sandbox: Sandbox, folder: Path, content: bytes, descriptor: Any) -> None:
    root = folder / "p"
    root.mkdir()
    (root / "t.csv").write_bytes(content)
    (root / "d.json").write_text("{}")
    (root / "datapackage.json").write_text(json.dumps(descriptor))
    try:
        sandbox.validate(root, "duckdb", "frictionless")
    finally:
        shutil.rmtree(root)


@examples(FEW)
@given(package=files())
def test_a_few_packages_end_in_findings(
    sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory, package: tuple[bytes, Any]
) -> None:
    ends_in_findings(sandbox, tmp_path_factory.mktemp("random"), *package)


@pytest.mark.exhaustive
@examples(MANY)
@given(package=files())
def test_any_package_ends_in_findings(
    sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory, package: tuple[bytes, Any]
) -> None:
    ends_in_findings(sandbox, tmp_path_factory.mktemp("random"), *package)
