"""Tables with one schema are counted together, and the findings are those of each table alone."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from clausula.core.package import open_any
from clausula.validation import table_groups
from clausula.validation.duckdb_engine import DuckDBEngine, open_engine
from tests.foreign.packages import check, package

FIELDS = [
    {"name": "id", "type": "string", "constraints": {"required": True, "pattern": "[a-z][0-9]+"}},
    {"name": "complete", "type": "integer", "constraints": {"minimum": 0, "maximum": 9}},
    {"name": "on", "type": "date"},
    {"name": "kind", "type": "string", "constraints": {"enum": ["a", "b"]}},
]
SCHEMA = {"fields": FIELDS, "primaryKey": ["id"], "uniqueKeys": [["complete", "on"]]}
REFERRING = {**SCHEMA, "foreignKeys": [{"fields": "kind", "reference": {"resource": "kinds", "fields": "kind"}}]}
KINDS = {"name": "kinds", "path": "kinds.csv", "schema": {"fields": [{"name": "kind", "type": "string"}]}}
WRONG = {
    "id": ["", "A1", "a0"],
    "complete": ["x", "-1", "10", "1.5"],
    "on": ["2020-02-30", "x"],
    "kind": ["c", "A"],
}
HEADER = "id,complete,on,kind"


def cells(random: random.Random, row: int) -> list[str]:
    found = [f"a{row}", random.choice(["", *"0123456789"]), f"2020-01-{row + 1:02}", random.choice(["", "a", "b"])]
    if random.random() < 0.2:
        place = random.randrange(4)
        found[place] = random.choice(list(WRONG.values())[place])
    return found


def content(random: random.Random) -> str:
    rows = [",".join(cells(random, row)) for row in range(random.randrange(12))]
    for odd in ("a99", "b1,1,2020-01-01,a,extra", ""):
        if random.random() < 0.1:
            rows.insert(random.randint(0, len(rows)), odd)
    odd_headers = ["id,complete,on", "id,on,complete,kind", f"{HEADER},more"]
    header = HEADER if random.random() < 0.9 else random.choice(odd_headers)
    return "".join(f"{line}\n" for line in [header, *rows])


def made(root: Path, seed: int, schema: dict[str, Any]) -> Path:
    """Write a package of tables with one schema, most of them with faults."""
    chance = random.Random(seed)
    files: dict[str, bytes | str] = {f"t{n}.csv": content(chance) for n in range(chance.randrange(2, 15))}
    resources = [{"name": path[:-4], "path": path, "schema": schema} for path in files]
    twice = {"name": "again", "path": "t0.csv", "schema": schema}
    return package(root, [*resources, twice, KINDS], {**files, "kinds.csv": "kind\na\n"})


def findings(root: Path) -> list[dict[str, Any]]:
    report = check(root)
    assert all(one.code != "internal-error" for one in report.findings)
    return [*sorted((vars(one) for one in report.findings), key=str), {"checked": report.checked}]


@pytest.mark.parametrize("schema", [SCHEMA, REFERRING, {"fields": FIELDS, "fieldsMatch": "partial"}])
@pytest.mark.parametrize("seed", range(4))
def test_the_findings_are_those_of_each_table_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, schema: dict[str, Any]
) -> None:
    root = made(tmp_path, seed, schema)
    together = findings(root)
    monkeypatch.setattr(table_groups, "load_groups", lambda *given: ({}, []))
    assert together == findings(root)
    assert {one.get("code") for one in together} & {"type", "enum", "primary-key", "pattern"}


def counting(monkeypatch: pytest.MonkeyPatch, root: Path) -> int:
    """Return the number of queries that are run for a package."""
    from clausula.validation import duckdb_engine

    asked = []
    fetch, by_number = duckdb_engine._fetch, duckdb_engine._fetch_by_number
    monkeypatch.setattr(duckdb_engine, "_fetch", lambda con, query: asked.append(query) or fetch(con, query))
    monkeypatch.setattr(
        duckdb_engine, "_fetch_by_number", lambda con, query: asked.append(query) or by_number(con, query)
    )
    assert not check(root).findings
    return len(asked)


def test_tables_of_one_schema_share_their_queries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files: dict[str, bytes | str] = {f"t{n}.csv": f"{HEADER}\na{n},1,2020-01-01,a\n" for n in range(60)}
    resources = [{"name": path[:-4], "path": path, "schema": SCHEMA} for path in files]
    assert counting(monkeypatch, package(tmp_path, resources, files)) < 5


def opened(root: Path) -> DuckDBEngine:
    return open_engine(open_any(root), rules=False)


def test_a_file_that_the_parser_rejects_leaves_the_others_together(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {f"t{n}.csv": f"{HEADER}\na{n},1,2020-01-01,a\n" for n in range(16)}
    files["t3.csv"] = f"{HEADER}\na3,1\n"
    resources = [{"name": path[:-4], "path": path, "schema": SCHEMA} for path in files]
    engine = opened(package(tmp_path, resources, files))
    together = sorted(name for group in engine.groups for name in group.tables)
    assert "t3" not in together
    assert len(together) == 15 - 1  # its neighbour is the other half of a pair
    assert [engine.tables[name].rows for name in together] == [1] * 14
    engine.close()


def test_a_group_has_a_limited_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"{HEADER}\na1,1,2020-01-01,a\n"
    monkeypatch.setattr(table_groups, "SMALL", 3 * len(text))
    files: dict[str, bytes | str] = {f"t{n}.csv": text for n in range(7)}
    resources = [{"name": path[:-4], "path": path, "schema": SCHEMA} for path in files]
    engine = opened(package(tmp_path, resources, files))
    assert [len(group.tables) for group in engine.groups] == [3, 3]
    assert list(engine.tables) == [path[:-4] for path in files]
    engine.close()
