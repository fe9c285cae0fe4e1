"""Every fault of a foreign package is a finding of its own, with its line, key and column, whatever `--shown`."""

from __future__ import annotations

import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clausula.core.constraints import CELL_KINDS, TABLE_KINDS
from clausula.validation.run import validate
from scripts.findings_page import modules_by_code
from tests.command import clausula
from tests.foreign.packages import V1, package, table

A, N = {"name": "a", "type": "string"}, {"name": "n", "type": "integer"}
TWO = [A, N]
FINE = "a,n\nx,1\n"

Place = tuple[str | None, int | None, int | None, str | None]
"""The file, the line, the column and the key of a finding."""

Case = tuple[list[dict[str, Any]], dict[str, bytes | str], list[Place], dict[str, Any]]


def both(content: bytes | str, *places: Place, ending: str = "csv", **more: Any) -> Case:
    """Return the case of two tables with the same fault at the same places."""
    files: dict[str, bytes | str] = {f"{name}.{ending}": content for name in ("t", "u")}
    tables = [table(TWO, name, f"{name}.{ending}", **more) for name in ("t", "u")]
    found = [(f"{name}.{ending}", line, column, key) for name in ("t", "u") for _, line, column, key in places]
    return tables, files, found, {}


def one(content: bytes | str, *places: Place, fields: list[dict[str, Any]] = TWO, **more: Any) -> Case:
    return [table(fields, **more)], {"t.csv": content}, [(file or "t.csv", *rest) for file, *rest in places], {}


def parquet(**columns: list[Any]) -> bytes:
    target = io.BytesIO()
    pq.write_table(pa.table(columns), target)
    return target.getvalue()


def constrained(kind: str, constraints: dict[str, Any], bad: str, good: str = "1") -> Case:
    """Return the case of a cell constraint that two rows and two fields violate."""
    fields = [A, {"name": "m", "type": kind, "constraints": constraints}, {"name": "n", "type": kind, **{}}]
    fields[2]["constraints"] = constraints
    rows = [("x", bad, good), ("y", good, good), ("z", bad, bad)]
    text = "a,m,n\n" + "".join(f"{','.join(row)}\n" for row in rows)
    return one(text, *((None, *rest) for rest in ((2, 2, "a=x"), (4, 2, "a=z"), (4, 3, "a=z"))), fields=fields)


def keyed(schema: dict[str, Any]) -> Case:
    places = ((None, 3, 1, "a=x"), (None, 5, 1, "a=x"), (None, 6, 1, "a=y"))
    return one("a,n\nx,1\nx,1\ny,2\nx,1\ny,2\n", *places, schema=schema)


HERE: Place = (None, None, None, None)
DESCRIPTOR: Place = ("datapackage.json", None, None, None)
MISSING = {"name": "m", "type": "string"}
OTHER = {"name": "other", "path": "other.pdf"}
REFERENCE = {"fields": "a", "reference": {"resource": "other", "fields": "a"}}
JSON_FIELD = {"name": "a", "type": "object", "constraints": {"jsonSchema": {"required": ["k"]}}}

CASES: dict[str, Case] = {
    "type": constrained("integer", {}, "BAD"),
    "required": constrained("integer", {"required": True}, ""),
    "enum": constrained("string", {"enum": ["1"]}, "2"),
    "pattern": constrained("string", {"pattern": "[0-9]"}, "b"),
    "minimum": constrained("integer", {"minimum": 1}, "0"),
    "maximum": constrained("integer", {"maximum": 1}, "2"),
    "exclusive-minimum": constrained("integer", {"exclusiveMinimum": 0}, "0"),
    "exclusive-maximum": constrained("integer", {"exclusiveMaximum": 2}, "2"),
    "min-length": constrained("string", {"minLength": 2}, "1", "12"),
    "max-length": constrained("string", {"maxLength": 1}, "12"),
    "unique": one(
        "a,n\nx,1\nx,1\ny,2\nx,1\n",
        (None, 3, 1, "a=x"),
        (None, 5, 1, "a=x"),
        fields=[{**A, "constraints": {"unique": True}}, N],
    ),
    "primary-key": keyed({"primaryKey": ["a"]}),
    "unique-key": keyed({"uniqueKeys": [["a", "n"]]}),
    "foreign-key": (
        [table(TWO, schema={"foreignKeys": [REFERENCE]}), table([A], "other", "other.csv")],
        {"t.csv": "a,n\nx,1\nx,2\ny,3\nz,4\n", "other.csv": "a\ny\n"},
        [("t.csv", 2, 1, "a=x"), ("t.csv", 3, 1, "a=x"), ("t.csv", 5, 1, "a=z")],
        {},
    ),
    "json-schema": one(
        'a,n\n{},1\n"{""k"": 1}",2\n{},3\n', (None, 2, 1, "a={}"), (None, 4, 1, "a={}"), fields=[JSON_FIELD, N]
    ),
    "blank-row": one("a,n\nx,1\n\ny,2\n\n\nz,3\n", *((None, line, None, None) for line in (3, 5, 6))),
    "ragged-row": one("a,n\nx\ny,2\nz\nz,1,2\n", *((None, line, None, None) for line in (2, 4, 5))),
    "stray-quote": one('a,n\n"x"y,1\nz,2\n"x"y,3\n', *((None, line, None, None) for line in (2, 4))),
    "nul-byte": both("a,n\nx,1\ny\0,2\n", (None, 3, None, None)),
    "encoding": both(b"a,n\nx,1\n\xff,2\n", (None, 3, None, None)),
    "byte-order-mark": both(b"\xef\xbb\xbfa,n\nx,1\n", (None, 1, None, None)),
    "mixed-line-endings": both("a,n\r\nx,1\ny,2\r\n", HERE),
    "unterminated-quote": both('a,n\nx,1\n"y,2\n', (None, 3, None, None)),
    "field-too-large": both(f"a,n\nx,1\n{'y' * 2_200_000},2\n", (None, 3, None, None)),
    "empty-file": both("", (None, 1, None, None)),
    "missing-column": both("a\nx\n", (None, 1, None, None)),
    "unknown-column": both("a,n,b,c\nx,1,2,3\n", (None, 1, 3, None), (None, 1, 4, None)),
    "unknown-column:delimiter": both("a;n\nx;1\n", (None, 1, 1, None)),
    "duplicate-header": both("a,n,n\nx,1,2\n", (None, 1, 3, None)),
    "column-order": both("n,a\n1,x\n", (None, 1, None, None)),
    "column-type-mismatch": (
        [table([A, N, {"name": "d", "type": "date"}], path="t.parquet")],
        {"t.parquet": parquet(a=["x"], n=["1"], d=[5])},
        [("t.parquet", None, 2, None), ("t.parquet", None, 3, None)],
        {},
    ),
    "missing-file": (
        [table(TWO), table(TWO, "u", "u.csv")],
        {},
        [("t.csv", None, None, None), ("u.csv", None, None, None)],
        {},
    ),
    "special-file": (
        [table(TWO, path="t"), {"name": "u", "path": "u"}],
        {"t/x": "", "u/x": ""},
        [("t", None, None, None), ("u", None, None, None)],
        {},
    ),
    "size": both(FINE, HERE, bytes=3),
    "hash": both(FINE, HERE, hash="sha256:" + 64 * "0"),
    "unreadable-file": both("{", HERE, ending="json"),
    "unreadable-file:compressed": both(b"not gz", HERE, ending="csv.gz"),
    "unreadable-file:parquet-format": both(b"not parquet", HERE, ending="parquet"),
    "unsafe-path": (
        [table(TWO, path="/t.csv"), table(TWO, "u", "../u.csv")],
        {},
        [DESCRIPTOR, DESCRIPTOR],
        {},
    ),
    "invalid-descriptor": (
        [table(TWO)],
        {"t.csv": FINE},
        [DESCRIPTOR, DESCRIPTOR, DESCRIPTOR],
        {"keywords": 5, "sources": 5, "created": "yesterday"},
    ),
    "invalid-descriptor:default": (
        [table(TWO, dialect={"delimiter": ","}), table(TWO, "u", "u.csv", dialect={"delimiter": ","})],
        {"t.csv": FINE, "u.csv": FINE},
        [DESCRIPTOR, DESCRIPTOR],
        V1,
    ),
    "unsupported": (
        [{"name": "s", "path": "s.sav", "type": "table"}, {"name": "u", "path": "u.dta", "type": "table"}],
        {"s.sav": "x", "u.dta": "x"},
        [("s.sav", None, None, None), ("u.dta", None, None, None)],
        {},
    ),
    "unsupported:left-out": (
        [table(TWO, schema={"foreignKeys": [REFERENCE, {**REFERENCE, "fields": "n"}]}), OTHER],
        {"t.csv": FINE, "other.pdf": "x"},
        [DESCRIPTOR, DESCRIPTOR],
        {},
    ),
    "unsupported:remote": (
        [{"name": name, "path": f"{name}.csv", "schema": "https://example.org/s.json"} for name in ("t", "u")],
        {"t.csv": FINE, "u.csv": FINE},
        [("t.csv", None, None, None), ("u.csv", None, None, None)],
        {},
    ),
    "unsupported:profile": (
        [
            table(TWO, profile="https://example.org/a.json"),
            table(TWO, "u", "u.csv", profile="https://example.org/b.json"),
        ],
        {"t.csv": FINE, "u.csv": FINE},
        [DESCRIPTOR, DESCRIPTOR],
        {},
    ),
    "unsupported:profile-error": (
        [table(TWO, profile="a.json"), table(TWO, "u", "u.csv", profile="b.json")],
        {"t.csv": FINE, "u.csv": FINE, "a.json": '{"$ref": "x.json"}', "b.json": '{"$ref": "x.json"}'},
        [DESCRIPTOR, DESCRIPTOR],
        {},
    ),
    "unsupported:part-of-version-2": (
        [table([{**A, "categories": {}}, {**N, "missingValues": ""}])],
        {"t.csv": FINE},
        [("t.csv", None, None, None), ("t.csv", None, None, None)],
        V1,
    ),
}
"""For each code, perhaps with a variant: a package in which it occurs several times, and all places."""

NOT_HERE = {
    "date-bounds": "only Clausula's own schemas have them",
    "encoding:foreign": "the case encoding",
    "unreadable-file:library": "needs an environment without a library; see test_files.py",
    "unreadable-file:unchecked": "a query fails; see test_files.py",
    "unreadable-file:rows": "the case unreadable-file",
    "invalid-descriptor:profile": "the case invalid-descriptor",
    "missing-column:all": "one for a file",
    "unsafe-path:outside": "a link; see tests/hostile",
}

MODULES = ("foreign", "resource_reading", "csv", "header", "fixity", "profiles", "store")
LOADING = ("duckdb_loading", "table_loading", "row_loading", "scan_plan", "engine")
FOREIGN = (*(f"core/{name}" for name in MODULES), *(f"validation/{name}" for name in LOADING))
"""The modules that judge packages of others, by their beginning."""


def run(root: Path, *options: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(clausula("validate", str(root), "--json", *options).stdout)
    return found


def place(finding: dict[str, Any]) -> Place:
    return tuple(finding.get(name) for name in ("file", "line", "column", "key"))  # type: ignore[return-value]


def order(places: list[Place]) -> list[Place]:
    return sorted(places, key=str)


@pytest.mark.parametrize("name", CASES)
def test_every_place_is_a_finding_of_its_own(tmp_path: Path, name: str) -> None:
    resources, files, places, metadata = CASES[name]
    code = name.partition(":")[0]
    root = package(tmp_path, resources, files, **metadata)
    whole = run(root)
    found = [one for one in whole["findings"] if one["code"] == code]
    assert order([place(one) for one in found]) == order(places)
    assert len({json.dumps(one, sort_keys=True) for one in found}) == len(places)
    assert not any(name in one["hint"] for one in whole["findings"] for name in ("docs/", "schemas/", "CONTRIBUTING"))
    identities = Counter(one.identity for one in validate(root).findings)
    assert set(identities.values()) == {1}
    assert sum(one["count"] for one in whole["counts"] if one["code"] == code) == len(places)
    for shown in (1, 2):
        some = run(root, "--shown", str(shown))
        assert some["counts"] == whole["counts"]
        assert (some["errors"], some["warnings"]) == (whole["errors"], whole["warnings"])
        listed = Counter((one.get("table"), one.get("field")) for one in some["findings"] if one["code"] == code)
        assert max(listed.values()) <= shown
        assert {json.dumps(one) for one in some["findings"]} <= {json.dumps(one) for one in whole["findings"]}


def test_every_code_of_a_foreign_package_has_a_case() -> None:
    registered = {
        code for code, modules in modules_by_code().items() if any(one.startswith(FOREIGN) for one in modules)
    }
    assert registered | set(CELL_KINDS) | set(TABLE_KINDS) == set(CASES) | set(NOT_HERE)
