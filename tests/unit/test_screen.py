"""The screening condition of the first scan: true for every cell that violates a constraint, and for no typical one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import duckdb
import pytest

from clausula.core.constraints import CELL_KINDS, constraints_of
from clausula.core.findings import Report
from clausula.core.model import Field, Model, Table, table_from_descriptor
from clausula.core.package import Package, Resource
from clausula.core.schemas import load_model
from clausula.derive.dialect import DUCKDB
from clausula.derive.plain import as_glob
from clausula.derive.screen import ENUM_FROM, screening_condition
from clausula.derive.sql import Cell, is_valid, violation
from clausula.validation import duckdb_engine, schema_layer
from tests.conftest import ROOT
from tests.poisoned.mutate import TEXTS

MODEL = load_model(ROOT / "schemas")
FIELDS = [
    {"type": "integer", "constraints": {"minimum": -2, "exclusiveMaximum": 9}},
    {"type": "integer", "groupChar": ",", "constraints": {"minimum": 1}},
    {"type": "integer", "constraints": {"enum": [1, 2, 3, 4, 5, 6, 7, 8, 9]}},
    {"type": "number", "constraints": {"minimum": 0, "maximum": 1.5}},
    {"type": "number", "constraints": {"maximum": 1}},
    {"type": "number"},
    {"type": "integer", "constraints": {"minimum": -2, "maximum": 2}},
    {"type": "integer", "constraints": {"minimum": 0, "maximum": 2000}},
    {"type": "number", "decimalChar": ",", "constraints": {"exclusiveMinimum": 0}},
    {"type": "date", "constraints": {"minimum": "2000-01-01", "maximum": "2031-12-31"}},
    {"type": "date", "constraints": {"minimum": "10000-01-01"}},
    {"type": "date", "constraints": {"minimum": "2001", "exclusiveMaximum": "2031-05"}},
    {"type": "date", "format": "%d/%m/%Y", "constraints": {"minimum": "2000-01-01"}},
    {"type": "datetime", "constraints": {"maximum": "2031-05-01T00:00:00"}},
    {"type": "boolean"},
    {"type": "year", "constraints": {"minimum": 1990}},
    {"type": "string", "constraints": {"enum": ["NA", "it's", "x ", "", "é", "a\nb", "T", "U", "V"]}},
    {"type": "string", "constraints": {"pattern": "r[0-9]{3}"}},
    {"type": "string", "constraints": {"minLength": 2, "maxLength": 4, "pattern": "[a-z]*"}},
]
FOREIGN = table_from_descriptor("t", {"fields": [{"name": f"f{n}", **field} for n, field in enumerate(FIELDS)]})


def texts() -> list[str]:
    own = [f"{n}" for n in range(-3, 12)] + [
        "0.5",
        "1.5",
        "+1",
        "1,000",
        "0,5",
        "1999-12-31",
        "2000-01-01",
        "01/02/2003",
    ]
    own += ["1.2.3", "+-1", "--1", "-.5", "1e", "e1", "1e-3", "1E5", ".", "-", "1.", "-0", "00", "r012", "r01", "R012"]
    return [*TEXTS, *own, "2031-05-01T00:00:00", "2031-05-01T00:00:01", "it's", "T", "NaN", "INF", "-INF", "1e400"]


def fields() -> list[tuple[Table, Field]]:
    found = [(table, field) for table in MODEL for field in table.fields]
    distinct = {(f.type, str(f.constraints), str(f.allowed)): (t, f) for t, f in found}
    return [*distinct.values(), *((FOREIGN, field) for field in FOREIGN.fields)]


@pytest.mark.parametrize(("table", "field"), fields(), ids=lambda part: part.name)
def test_every_invalid_cell_meets_the_screening_condition(table: Table, field: Field) -> None:
    con = duckdb.connect()
    con.execute("CREATE TABLE cells (x VARCHAR)")
    values = [*texts(), field.descriptor.get("example"), *map(str, field.allowed), None]
    con.executemany("INSERT INTO cells VALUES (?)", [[v if v is None else str(v)] for v in values])
    constraints = [
        c for c in constraints_of(table) if c.field == field.name and c.kind in CELL_KINDS and c.kind != "required"
    ]
    cell = Cell(table, field, "x")
    screen = screening_condition(constraints, cell, DUCKDB)
    invalid = " OR ".join(f"coalesce({violation(c, cell, DUCKDB)}, false)" for c in constraints) or "false"
    missing = f"({invalid}) AND NOT coalesce({screen or 'false'}, false)"
    query = f"SELECT count(*) FILTER (WHERE {invalid}), count(*) FILTER (WHERE {missing}) FROM cells"
    found, unscreened = con.execute(query).fetchall()[0]
    assert unscreened == 0
    assert found or not constraints
    if "example" in field.descriptor and screen:
        con.execute("DELETE FROM cells WHERE x IS DISTINCT FROM ?", [str(field.descriptor["example"])])
        assert con.execute(f"SELECT count(*) FILTER (WHERE {screen}) FROM cells").fetchall() == [(0,)]


def test_texts_in_the_characters_of_numbers_are_valid_if_the_engine_casts_them() -> None:
    con = duckdb.connect()
    con.execute("CREATE TABLE cells AS SELECT unnest(?) AS x", [list(map("".join, texts_in_number_characters()))])
    read = "TRY_CAST(x AS DOUBLE) IS NOT NULL"
    for options in ({}, {"constraints": {"minimum": -1}}):
        table = table_from_descriptor("t", {"fields": [{"name": "x", "type": "number", **options}]})
        valid = is_valid(Cell(table, table["x"], "x"), DUCKDB)
        assert con.execute(f"SELECT count(*) FROM cells WHERE {read}").fetchall()[0][0] > 1000
        assert con.execute(f"SELECT x FROM cells WHERE {read} AND NOT {valid}").fetchall() == []


def texts_in_number_characters() -> Iterator[tuple[str, ...]]:
    for length in range(1, 7):
        yield from product("01.eE-", repeat=length)


PATTERNS = {
    "r[0-9]{9}": "r" + 9 * "[0-9]",
    "[prv][0-9a-f]{2}": "[prv][0-9a-f][0-9a-f]",
    "Q(?:[a-c]x){2}": "Q[a-c]x[a-c]x",
    "a\\.b[.]": "a.b.",
    "a\\.b": "a.b",
    "[a-z]+": None,
    "[^a]": None,
    "[[:alpha:]]": None,
    "a|b": "[ab]",
    "ab|c": None,
    "(?i)ab": None,
    "\\d": None,
    "a{,2}": None,
    "[a-z]{0}": None,
    "a.": None,
    "[a-]": None,
    "[é]": None,
    "a*": None,
    "a\\*": None,
    "[0-9]{200}": None,
    "": None,
    "(": None,
    "x^": None,
    "[A-z]": "[A-z]",
}


@pytest.mark.parametrize(("pattern", "glob"), PATTERNS.items())
def test_a_fixed_length_pattern_and_its_glob_match_the_same_texts(pattern: str, glob: str | None) -> None:
    assert as_glob(pattern) == glob
    if glob is None:
        return
    con = duckdb.connect()
    con.execute("SELECT setseed(0.5)")
    letters = "pqrv019afQxc.bB_^[]- é\n"
    con.execute(
        "CREATE TABLE cells AS SELECT list_aggregate(list_transform(range(n % 11), lambda _: "
        "$1[1 + (random() * (length($1) - 1))::INT]), 'string_agg', '') AS x FROM range(20000) t(n)",
        [letters],
    )
    good = [*"_^[\\qZé", "r012345678", "r01234567é", "pff", "v00", "Qaxcx", "Qaxdx", "a.b", "a.b.", "aXb"]
    con.execute("INSERT INTO cells SELECT unnest(?)", [[*good, *(one + "\n" for one in good), *TEXTS, ""]])
    other = f"regexp_full_match(x, $1) IS DISTINCT FROM {DUCKDB.matches_glob('x', glob)}"
    assert con.execute(f"SELECT x FROM cells WHERE {other}", [pattern]).fetchall() == []
    assert con.execute("SELECT count(*) FROM cells WHERE regexp_full_match(x, ?)", [pattern]).fetchall()[0][0]


def test_long_lists_are_looked_up() -> None:
    assert any(len(field.allowed) >= ENUM_FROM for _, field in fields())


KEYS = {
    "sorted": [f"k{n:03}" for n in range(400)],
    "sorted with a duplicate": [f"k{min(n, 398):03}" for n in range(400)],
    "a duplicate far from the original": [f"k{n:03}" for n in range(399)] + ["k000"],
    "a duplicate at the start": ["k000", *(f"k{n:03}" for n in range(399))],
    "unsorted": [f"k{n * 7 % 400:03}" for n in range(400)],
    "unsorted with a duplicate": [f"k{n * 8 % 399:03}" for n in range(400)],
    "one empty": [f"k{n:03}" if n != 200 else None for n in range(400)],
    "two empty": [f"k{n:03}" if n % 200 else None for n in range(400)],
}


@pytest.mark.parametrize("keys", KEYS.values(), ids=KEYS)
def test_comparing_neighbours_finds_the_same_duplicates_as_counting(
    tmp_path: Path, keys: list[str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"k": pa.array(keys, pa.string())}), tmp_path / "t.parquet", row_group_size=50)
    table = table_from_descriptor("t", {"fields": [{"name": "k", "type": "string"}], "primaryKey": ["k"]})
    package = Package(tmp_path, {"t": Resource(table, "t.parquet", "parquet")}, Model({"t": table}, {}), False)
    monkeypatch.setattr(duckdb_engine, "SMALL", 0)
    monkeypatch.setattr(duckdb_engine, "PROBE", 50)
    results = []
    for by_neighbours in (True, False):
        if not by_neighbours:
            monkeypatch.setattr(duckdb_engine.DuckDBEngine, "sorted_by", lambda *_: False)
        report, opened = Report(10_000), duckdb_engine.open_engine(package, rules=False)
        assert opened.tables["t"].streamed
        if by_neighbours:
            proven = None not in keys and keys == sorted(set(keys), key=str)
            assert opened.sorted_by("t", ["k"]) == proven
        schema_layer.check(opened, report)
        opened.close()
        results.append([(f.code, f.row, f.key) for f in report.findings])
    assert results[0] == results[1]
    duplicates = len([k for k in keys if k]) - len({k for k in keys if k})
    assert len([one for one in results[0] if one[0] == "primary-key"]) == duplicates
