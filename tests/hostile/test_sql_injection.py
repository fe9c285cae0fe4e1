"""No text of a package can end a literal or a name in SQL: a successful payload would create a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clausula.core.csvio import write_rows
from tests.foreign.packages import package, table
from tests.hostile.sandbox import Sandbox
from tests.pairs import pairs

PAYLOADS = {
    "a literal": "'; COPY (SELECT 1) TO '{mark}'; DROP TABLE raw.other; --",
    "a doubled quote": "''; COPY (SELECT 1) TO '{mark}'; --",
    "a name": "\"; COPY (SELECT 1) TO '{mark}'; DROP TABLE raw.other; --",
    "a function call": "') OR 1=1 OR regexp_full_match('', '",
    "a list": "x', 'y') OR true OR ('' IN ('",
    "a backslash": "\\'; COPY (SELECT 1) TO '{mark}'; --",
    "a dollar": "$$; COPY (SELECT 1) TO '{mark}'; --",
    "a comment": "/* ' \" */ -- ",
    "a file reader": "x' FROM read_text('/etc/passwd') --",
    "a brace": "', 'x': (SELECT 1)}, header = false, names = {'",
}

OTHER = table([{"name": "k", "type": "integer"}, {"name": "n"}], "other", "other.csv", schema={"primaryKey": "k"})
FILES = {"other.csv": "k,n\n1,x\n1,y\n"}
"""A second table in which one row violates its key; its finding must not change."""


def in_table(p: str) -> tuple[dict[str, Any], bytes]:
    return table([{"name": "a", "type": "integer"}, {"name": "b"}], p), write_rows(
        ["a", "b"], [["1", "x"], ["no", "x"]]
    )


def in_column(p: str) -> tuple[dict[str, Any], bytes]:
    fields = [{"name": p, "type": "integer", "constraints": {"required": True, "unique": True}}, {"name": "b"}]
    return table(fields, schema={"primaryKey": [p]}), write_rows([p, "b"], [["1", "x"], ["no", "x"]])


def in_field(kind: str, at: dict[str, Any], texts: list[str]) -> tuple[dict[str, Any], bytes]:
    return table([{"name": "a", "type": kind, **at}, {"name": "b"}]), write_rows(["a", "b"], [[t, "x"] for t in texts])


def in_reference(p: str) -> tuple[dict[str, Any], bytes]:
    key = {"foreignKeys": [{"fields": [p], "reference": {"resource": "", "fields": ["b"]}}]}
    return table([{"name": p}, {"name": "b"}], schema=key), write_rows([p, "b"], [["x", "x"], ["no", "x"]])


PLACES = {
    "table": in_table,
    "column": in_column,
    "enum": lambda p: in_field("string", {"constraints": {"enum": [p, "x"]}}, [p, "no"]),
    "categories": lambda p: in_field("string", {"categories": [{"value": p, "label": p}, "x"]}, [p, "no"]),
    "a long enum": lambda p: in_field(
        "string", {"constraints": {"enum": [p, *(f"v{i}" for i in range(2000))]}}, [p, "no"]
    ),
    "missingValues": lambda p: in_field("integer", {"missingValues": [p]}, [p, "no"]),
    "trueValues": lambda p: in_field("boolean", {"trueValues": [p]}, [p, "no"]),
    "a cell": lambda p: in_field("string", {"constraints": {"enum": [p]}}, [p, p + "no"]),
    "reference": in_reference,
}
"""Places for a payload. In each, the second row violates a constraint and the first one does not."""

INVALID_PLACES = {
    "pattern": lambda p: in_field("string", {"constraints": {"pattern": p}}, ["x", "y"]),
    "minimum": lambda p: in_field("date", {"constraints": {"minimum": p}}, ["2000-01-01"]),
    "an enum of integers": lambda p: in_field("integer", {"constraints": {"enum": [p]}}, ["1"]),
    "format": lambda p: in_field("date", {"format": p}, ["2000-01-01"]),
    "a format of strptime": lambda p: in_field("date", {"format": p.replace("%", "") + "%Y"}, ["2000"]),
    "type": lambda p: in_field(p, {}, ["x"]),
    "groupChar": lambda p: in_field("number", {"groupChar": p}, ["1"]),
    "decimalChar": lambda p: in_field("number", {"decimalChar": p}, ["1"]),
    "encoding": lambda p: ({**in_table("t")[0], "encoding": p}, b"a,b\n1,x\n"),
    "delimiter": lambda p: ({**in_table("t")[0], "dialect": {"delimiter": p}}, b"a,b\n1,x\n"),
    "a delimiter that is a quote": lambda p: ({**in_table("t")[0], "dialect": {"delimiter": "'"}}, b"a'b\n1'x\n"),
    "quoteChar": lambda p: ({**in_table("t")[0], "dialect": {"quoteChar": "'", "escapeChar": "\\"}}, b"a,b\n'1',x\n"),
    "path": lambda p: ({**in_table("t")[0], "path": p.replace("/", "_") + ".csv"}, b"a,b\n1,x\n"),
}
"""Places in which a payload may be invalid or unsupported."""


def check(sandbox: Sandbox, root: Path, resource: dict[str, Any], content: bytes) -> dict[str, Any]:
    """Return the report of a package with the payload, after checking that the payload was not run."""
    path = resource["path"] if "\0" not in resource["path"] else "t.csv"
    package(root, [OTHER, resource], {**FILES, path: content})
    outcome = sandbox.validate(root, "duckdb", "frictionless")
    assert not list(root.parent.glob("mark*"))
    if outcome.status == 2:
        return {}
    report = outcome.report
    assert report["checked"]["tables"]["other"]["rows"] == 2
    assert "root:" not in outcome.out
    (found,) = [f for f in report["findings"] if f.get("table") == "other"]
    assert (found["code"], found["line"]) == ("primary-key", 3)
    return report


@pytest.mark.parametrize(("payload", "place"), pairs(PAYLOADS, PLACES))
def test_payload_is_treated_as_text(sandbox: Sandbox, tmp_path: Path, payload: str, place: str) -> None:
    text = PAYLOADS[payload].format(mark=tmp_path / "mark") if "{mark}" in PAYLOADS[payload] else PAYLOADS[payload]
    report = check(sandbox, tmp_path / "p", *PLACES[place](text))
    found = [f for f in report["findings"] if f.get("table") != "other" and f["code"] != "invalid-descriptor"]
    lines = {f["line"] for f in found if "duckdb" in f["layers"]}
    assert lines == {3}
    assert sum(t["rows"] for t in report["checked"]["tables"].values()) == 4


@pytest.mark.parametrize(("payload", "place"), pairs(PAYLOADS, INVALID_PLACES))
def test_invalid_payload_is_reported(sandbox: Sandbox, tmp_path: Path, payload: str, place: str) -> None:
    text = PAYLOADS[payload].format(mark=tmp_path / "mark") if "{mark}" in PAYLOADS[payload] else PAYLOADS[payload]
    check(sandbox, tmp_path / "p", *INVALID_PLACES[place](text))
