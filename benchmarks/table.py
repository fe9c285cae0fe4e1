"""The table that all contestants check: similar to `reactions`, of any length, the same bytes each time.

Three tables form a Frictionless package that states the rules once; every contestant derives its rules from SCHEMAS.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

SOURCES, ACTORS = 2_000, 5_000
FORMS = ["speech", "spoken_statement", "written_statement", "background", "act", "reported"]
BASES = ["stated", "inferred", "publication", "unknown"]
MODALITIES = ["obligation", "prohibition", "permission", "recognition", "constitution", "declaration"]
TOPICS = [f"topic-{n:02}" for n in range(24)]
BLOCK = 99_991
DAY = "[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?[~?%]?"


def _field(name: str, kind: str = "string", **constraints: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "constraints": constraints}


SCHEMAS: dict[str, dict[str, Any]] = {
    "sources": {"fields": [_field("source_id", required=True)], "primaryKey": "source_id"},
    "actors": {"fields": [_field("actor_id", required=True)], "primaryKey": "actor_id"},
    "reactions": {
        "fields": [
            _field("reaction_id", required=True, pattern="r[0-9]{9}"),
            _field("source_id", required=True),
            _field("claimant_id", required=True),
            _field("form", required=True, enum=FORMS),
            _field("stance", "integer", required=True, minimum=-2, maximum=2),
            _field("date", pattern=f"(?:{DAY}|{DAY}/{DAY})", maxLength=30),
            _field("date_from", "date", minimum="1900-01-01", maximum="2100-12-31"),
            _field("date_to", "date", minimum="1900-01-01", maximum="2100-12-31"),
            _field("date_basis", required=True, enum=BASES),
            _field("topic", required=True, enum=TOPICS),
            _field("modality", enum=MODALITIES),
            _field("conditional", "boolean", required=True),
            _field("weight", "number", minimum=0, maximum=1),
            _field("place", pattern="[a-z]+(?:-[a-z0-9]+)*"),
            _field("summary", required=True, minLength=3, maxLength=400),
        ],
        "primaryKey": "reaction_id",
        "foreignKeys": [
            {"fields": "source_id", "reference": {"resource": "sources", "fields": "source_id"}},
            {"fields": "claimant_id", "reference": {"resource": "actors", "fields": "actor_id"}},
        ],
    },
}
FIELDS = SCHEMAS["reactions"]["fields"]
TYPES = {"integer": "BIGINT", "number": "DOUBLE", "boolean": "BOOLEAN", "date": "DATE"}
COLUMNS = {f["name"]: TYPES.get(f["type"], "VARCHAR") for f in FIELDS}
"""DuckDB type of each column."""


def _pick(values: list[str], number: str) -> str:
    listed = ", ".join(f"'{value}'" for value in values)
    return f"[{listed}][1 + {number} % {len(values)}]"


MIXED = "(i * 11400714819 % 1099511627776)"
"""A 40-bit number that varies irregularly with `i`. It is not random, so every run has the same rows."""


def _cells(mixed: str = MIXED) -> dict[str, str]:
    """Return the SQL expression of each column for row `i`."""
    day = f"(DATE '1990-01-01' + ({mixed} % 13000)::INTEGER)"
    words = ["the", "party", "rejects", "accepts", "withdrawal", "of", "forces", "and", "asks", "for", "guarantees"]
    text = " || ' ' || ".join(_pick(words, f"({mixed} >> {n})") for n in range(0, 28, 3))
    return {
        "reaction_id": "''",
        "source_id": f"'source-' || lpad(({mixed} % {SOURCES})::VARCHAR, 5, '0')",
        "claimant_id": f"'actor-' || lpad((({mixed} >> 16) % {ACTORS})::VARCHAR, 5, '0')",
        "form": _pick(FORMS, f"({mixed} >> 3)"),
        "stance": f"(({mixed} >> 5) % 5)::BIGINT - 2",
        "date": f"CASE WHEN i % 11 = 0 THEN NULL WHEN i % 7 = 0 THEN strftime({day}, '%Y-%m~') ELSE {day}::VARCHAR END",
        "date_from": f"CASE WHEN i % 11 > 0 THEN {day} END",
        "date_to": f"CASE WHEN i % 11 > 0 THEN {day} + (i % 3)::INTEGER END",
        "date_basis": _pick(BASES, f"({mixed} >> 9)"),
        "topic": _pick(TOPICS, f"({mixed} >> 11)"),
        "modality": f"CASE WHEN i % 5 > 0 THEN {_pick(MODALITIES, f'({mixed} >> 13)')} END",
        "conditional": "i % 9 = 0",
        "weight": f"CASE WHEN i % 13 > 0 THEN (({mixed} >> 15) % 1000) / 1000 END",
        "place": f"CASE WHEN i % 4 > 0 THEN 'place-' || (({mixed} >> 17) % 300)::VARCHAR END",
        "summary": text,
    }


POISON: dict[str, dict[str, str]] = {
    "primary-key": {"reaction_id": "'r000000000'"},
    "foreign-key": {"claimant_id": "'nobody'"},
    "enum": {"form": "'song'"},
    "maximum": {"stance": "7"},
    "minimum": {"date_from": "DATE '1850-01-01'"},
    "pattern": {"place": "'No Place'"},
    "required": {"topic": "NULL"},
    "max-length": {"summary": "repeat('x', 401)"},
    "type": {"date_to": "'2030-02-30'"},
}
"""For each rule, the value of one cell in the middle row that violates it; `type` only if cells are text."""


def _query(rows: int, form: str, poison: str | None, order: str) -> str:
    """Return the query for the rows: cells come from a block of BLOCK rows, except the key and summary of each row."""
    own = {"reaction_id": "'r' || lpad(n::VARCHAR, 9, '0')", "summary": "summary || ' ' || n::VARCHAR"}
    cells = {name: own.get(name, name) for name in COLUMNS}
    for name, bad in POISON.get(poison or "", {}).items():
        cell = f"({cells[name]})::VARCHAR" if form == "csv" else cells[name]
        other = f"({bad})::VARCHAR" if form == "csv" else bad
        cells[name] = f"CASE WHEN n = {rows // 2} THEN {other} ELSE {cell} END"
    listed = ", ".join(f"{cell} AS {name}" for name, cell in cells.items())
    return f"SELECT {listed} FROM range({rows}) t(n) JOIN block ON block.i = t.n % {BLOCK} {order}"


def generate(root: Path, rows: int, form: str, poison: str | None = None, shuffled: bool = False) -> Path:
    """Write the package to a folder, unless a complete one is already there."""
    import duckdb

    if (root / "datapackage.json").exists():
        return root
    root.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect(config={"temp_directory": str(root / "spill"), "memory_limit": "4GB"})
    listed = ", ".join(f"{cell} AS {name}" for name, cell in _cells().items())
    con.execute(f"CREATE TABLE block AS SELECT i, {listed} FROM range({BLOCK}) t(i)")
    queries = {
        "sources": f"SELECT 'source-' || lpad(i::VARCHAR, 5, '0') AS source_id FROM range({SOURCES}) t(i)",
        "actors": f"SELECT 'actor-' || lpad(i::VARCHAR, 5, '0') AS actor_id FROM range({ACTORS}) t(i)",
        "reactions": _query(rows, form, poison, f"ORDER BY {MIXED.replace('i', 'n')}" if shuffled else ""),
    }
    for name, query in queries.items():
        con.execute(f"COPY ({query}) TO '{root / name}.{form}' ({'HEADER' if form == 'csv' else 'FORMAT parquet'})")
    con.close()
    resources = [
        {"name": n, "path": f"{n}.{form}", "format": form, "encoding": "utf-8", "schema": schema}
        for n, schema in SCHEMAS.items()
    ]
    descriptor = json.dumps({"name": "benchmark", "resources": resources}, indent=1)
    (root / "datapackage.json").write_text(descriptor, encoding="utf-8")
    return root


if __name__ == "__main__":
    import sys

    folder, count, kind, mixed = sys.argv[1:]
    generate(Path(folder), int(count), kind, shuffled=bool(mixed))
