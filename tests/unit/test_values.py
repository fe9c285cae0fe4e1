"""Values and their texts: lexical rules in Python and SQL, and EDTF dates."""

from __future__ import annotations

import datetime as dt

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausula.core import edtf
from clausula.core.lexical import PATTERNS, format_value, parse
from clausula.core.model import Field, table_from_descriptor
from clausula.derive.cell import Cell
from clausula.derive.dialect import DUCKDB
from clausula.derive.sql import is_valid, typed
from tests.poisoned.texts import LINES

DISPUTED = [(line.kind, line.text) for line in LINES if line.kind in PATTERNS]
"""Texts that some CSV readers accept as values and others do not; Clausula accepts none of them."""

CANONICAL = [
    ("integer", "0", 0),
    ("integer", "-14", -14),
    ("integer", "1990", 1990),
    ("number", "0.5", 0.5),
    ("number", "-0.25", -0.25),
    ("number", "100000000000", 1e11),
    ("boolean", "true", True),
    ("boolean", "false", False),
    ("date", "2000-02-29", dt.date(2000, 2, 29)),
]


def cell(kind: str) -> Cell:
    table = table_from_descriptor("t", {"canonical": True, "fields": [{"name": "x", "type": kind}]})
    return Cell(table, Field("x", {"type": kind}), "x")


@pytest.mark.parametrize(("kind", "text"), DISPUTED)
def test_disputed_texts_are_invalid_in_python_and_sql(kind: str, text: str) -> None:
    assert parse(kind, text) is None
    valid, value = (
        duckdb.connect()
        .execute(
            f"SELECT {is_valid(cell(kind), DUCKDB)}, {typed(cell(kind), DUCKDB)} FROM (SELECT ?::VARCHAR AS x)", [text]
        )
        .fetchone()
    )
    assert (valid, value) == (False, None)


@pytest.mark.parametrize(("kind", "text", "value"), CANONICAL)
def test_canonical_texts_are_valid_and_survive_a_round_trip(kind: str, text: str, value: object) -> None:
    assert parse(kind, text) == value
    assert format_value(parse(kind, text)) == text
    assert duckdb.connect().execute(
        f"SELECT {typed(cell(kind), DUCKDB)} FROM (SELECT ?::VARCHAR AS x)", [text]
    ).fetchone() == (value,)


@settings(deadline=None)
@given(st.one_of(st.integers(-(10**17), 10**17), st.booleans(), st.dates()))
def test_spell_is_the_inverse_of_parse(value: object) -> None:
    kind = {bool: "boolean", int: "integer", dt.date: "date"}[type(value)]
    assert parse(kind, format_value(value)) == value


@settings(deadline=None)
@given(st.text(max_size=12), st.sampled_from(sorted(PATTERNS)))
def test_python_and_duckdb_agree_on_every_text(text: str, kind: str) -> None:
    if "\0" in text or any(0xD800 <= ord(c) <= 0xDFFF for c in text):
        return
    (valid,) = (
        duckdb.connect()
        .execute(f"SELECT {is_valid(cell(kind), DUCKDB)} FROM (SELECT ?::VARCHAR AS x)", [text])
        .fetchone()
    )
    assert valid == (parse(kind, text) is not None)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025", "2025-01-01", "2025-12-31"),
        ("2025-02", "2025-02-01", "2025-02-28"),
        ("2025-11-20~", "2025-11-20", "2025-11-20"),
        ("2025-22", "2025-06-01", "2025-08-31"),
        ("2025-24", "2025-12-01", "2026-02-28"),
        ("2014/2019-03?", "2014-01-01", "2019-03-31"),
        ("2014/..", "2014-01-01", None),
        ("../2025-11", None, "2025-11-30"),
        ("[2025-11-20..2025-11-21]", "2025-11-20", "2025-11-21"),
        ("[2025-11-20,2025-11-25]", "2025-11-20", "2025-11-25"),
    ],
)
def test_edtf_bounds(text: str, first: str | None, last: str | None) -> None:
    assert edtf.agrees(text, first, last)
    assert not edtf.agrees(text, "1999-01-01", last)


@pytest.mark.parametrize("text", ["", "2025-13", "2025-02-30", "2025-11-21/2025-11-20", "soon", "2025-22-01", "../.."])
def test_texts_outside_the_edtf_subset_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        edtf.bounds(text)
