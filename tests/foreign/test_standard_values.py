"""Values as the standard defines them, in keys, bounds, references and formats: no reader's opinion decides."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.foreign.packages import check, locations, package, single_table, table

SAME = {
    "datetime": ("2020-01-01T12:00:00+02:00", "2020-01-01T10:00:00Z", "2020-01-01T12:00:00Z"),
    "time": ("04:57:37+02:00", "02:57:37Z", "04:57:37Z"),
    "number": ("1.50", "15e-1", "1.500000000000000001"),
    "integer": ("+7", "007", "70"),
    "boolean": ("true", "1", "false"),
    "duration": ("P1Y2DT1.50S", "P12MT48H1.5S", "-P1Y2DT1.5S"),
}
"""For each type, two spellings of one value, and another value."""

UNIQUE: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "unique": ({"constraints": {"unique": True}}, {}, "unique"),
    "primary key": ({}, {"primaryKey": ["x"]}, "primary-key"),
    "unique key": ({}, {"uniqueKeys": [["x"]]}, "unique-key"),
}


def test_durations_are_compared_by_months_and_seconds(tmp_path: Path) -> None:
    field = {"name": "x", "type": "duration", "constraints": {"enum": ["P1Y", "PT0S"]}}
    content = "x,b\nP12M,\n-P0D,\nP365D,\nP99999999999999999999Y,\nPT0.1234567891S,\nP1,\n"
    report = check(single_table(tmp_path, [field, {"name": "b"}], content))
    assert locations(report) == {
        ("enum", "t", 4, "x"),
        ("enum", "t", 5, "x"),
        ("enum", "t", 6, "x"),
        ("type", "t", 7, "x"),
    }


@pytest.mark.parametrize("name", UNIQUE)
@pytest.mark.parametrize("kind", SAME)
def test_keys_are_compared_by_value(tmp_path: Path, kind: str, name: str) -> None:
    more, schema, code = UNIQUE[name]
    fields = [{"name": "x", "type": kind, **more}, {"name": "b"}]
    content = "x,b\n" + "".join(f"{text},\n" for text in SAME[kind])
    assert locations(check(single_table(tmp_path, fields, content, schema=schema))) == {(code, "t", 3, "x")}


@pytest.mark.parametrize("kind", SAME)
def test_references_are_compared_by_value(tmp_path: Path, kind: str) -> None:
    key = {"foreignKeys": [{"fields": "x", "reference": {"resource": "u", "fields": "x"}}]}
    fields, (first, second, other) = [{"name": "x", "type": kind}, {"name": "b"}], SAME[kind]
    resources = [table(fields, schema=key), table(fields, "u", "u.csv")]
    files: dict[str, bytes | str] = {"t.csv": f"x,b\n{second},\n{other},\n", "u.csv": f"x,b\n{first},\n"}
    assert locations(check(package(tmp_path, resources, files))) == {("foreign-key", "t", 3, "x")}


def test_numbers_of_seventeen_digits_are_two_keys(tmp_path: Path) -> None:
    texts = ["0.12345678901234567", "0.12345678901234568", "90071992547409931", "90071992547409932", "0.1", "1e-1"]
    content = "x,b\n" + "".join(f"{text},\n" for text in texts)
    fields = [{"name": "x", "type": "number"}, {"name": "b"}]
    report = check(single_table(tmp_path, fields, content, schema={"primaryKey": ["x"]}))
    assert locations(report) == {("primary-key", "t", 7, "x")}


@pytest.mark.parametrize(
    ("limit", "good", "bad"),
    [
        ("0.1", "0.1", "0.10000000000000001"),
        ("0.10000000000000001", "0.10000000000000001", "0.10000000000000002"),
        ("123456789012345.1", "123456789012345.1", "123456789012345.1001"),
        ("99999999.5", "99999999.5", "99999999.50000000000000000001"),
    ],
)
def test_bounds_of_numbers_are_exact(tmp_path: Path, limit: str, good: str, bad: str) -> None:
    fields = [{"name": "x", "type": "number", "constraints": {"maximum": limit}}, {"name": "b"}]
    report = check(single_table(tmp_path, fields, f"x,b\n{good},\n{bad},\n-{bad},\n"))
    assert locations(report) == {("maximum", "t", 3, "x")}


@pytest.mark.parametrize("text", ["nan", "NaN", "NAN", "INF", "inf", "-Inf", "-inf"])
def test_nan_and_infinity_are_numbers_in_any_case(tmp_path: Path, text: str) -> None:
    fields = [{"name": "x", "type": "number"}, {"name": "b"}]
    assert check(single_table(tmp_path, fields, f"x,b\n{text},\n")).findings == []


@pytest.mark.parametrize(("kind", "bound"), [("minimum", -5), ("maximum", 5)])
def test_not_a_number_is_beyond_every_bound(tmp_path: Path, kind: str, bound: int) -> None:
    fields = [{"name": "x", "type": "number", "constraints": {kind: bound}}, {"name": "b"}]
    beyond = "-INF" if kind == "minimum" else "INF"
    report = check(single_table(tmp_path, fields, f"x,b\nNaN,\n0,\n{beyond},\n"))
    assert locations(report) == {(kind, "t", 2, "x"), (kind, "t", 4, "x")}


OWN_FORMAT: dict[str, tuple[dict[str, Any], Any, str, str]] = {
    "a date": ({"type": "date", "format": "%d.%m.%Y"}, "02.01.2020", "02.01.2020", "01.01.2020"),
    "a number": ({"type": "number", "decimalChar": ","}, "1,5", "1,5", "1,4"),
    "a datetime": (
        {"type": "datetime", "format": "%d/%m/%y %H:%M"},
        "02/01/20 10:00",
        "02/01/20 10:00",
        "02/01/20 9:59",
    ),
    "a time": ({"type": "time", "format": "%H.%M"}, "10.30", "10.30", "10.29"),
}


@pytest.mark.parametrize("name", OWN_FORMAT)
def test_bounds_can_be_spelt_in_the_format_of_the_field(tmp_path: Path, name: str) -> None:
    field, bound, good, bad = OWN_FORMAT[name]
    fields = [{"name": "x", **field, "constraints": {"minimum": bound}}, {"name": "b"}]
    content = f'x,b\n"{good}",\n"{bad}",\n'
    assert locations(check(single_table(tmp_path, fields, content))) == {("minimum", "t", 3, "x")}


@pytest.mark.parametrize("text", [" 31.01.2020", "31.01.2020 ", "\t31.01.2020", "31.01.2020\u00a0", "31.01.2020x"])
def test_nothing_is_allowed_around_a_date_with_a_format(tmp_path: Path, text: str) -> None:
    fields = [{"name": "x", "type": "date", "format": "%d.%m.%Y"}, {"name": "b"}]
    report = check(single_table(tmp_path, fields, f'x,b\n31.01.2020,\n"{text}",\n'))
    assert locations(report) == {("type", "t", 3, "x")}


def test_long_durations_are_compared_exactly(tmp_path: Path) -> None:
    texts = ["P99999999999999999999Y", "P99999999999999999999Y", "P1M", "P30D", "PT0.1234567891S", "PT0.1234567892S"]
    texts += ["P9223372036854775807Y", "P9223372036854775807D", "PT0.12345678910S"]
    content = "x,b\n" + "".join(f"{text},\n" for text in texts)
    fields = [{"name": "x", "type": "duration", "constraints": {"unique": True}}, {"name": "b"}]
    assert locations(check(single_table(tmp_path, fields, content))) == {
        ("unique", "t", 3, "x"),
        ("unique", "t", 10, "x"),
    }


def test_a_reference_of_which_one_part_is_empty_is_not_checked(tmp_path: Path) -> None:
    key = {"foreignKeys": [{"fields": ["a", "b"], "reference": {"resource": "u", "fields": ["a", "b"]}}]}
    fields = [{"name": "a"}, {"name": "b"}]
    resources = [table(fields, schema=key), table(fields, "u", "u.csv")]
    files: dict[str, bytes | str] = {"t.csv": "a,b\n1,2\n1,\n,2\n9,\n9,2\n", "u.csv": "a,b\n1,2\n"}
    assert locations(check(package(tmp_path, resources, files))) == {("foreign-key", "t", 6, "a")}


@pytest.mark.parametrize("match", ["superset", "partial"])
def test_a_required_column_may_not_be_absent(tmp_path: Path, match: str) -> None:
    fields: list[dict[str, Any]] = [{"name": "a"}, {"name": "b"}, {"name": "c", "constraints": {"required": True}}]
    root = single_table(tmp_path, fields, "a\n1\n", schema={"fieldsMatch": match})
    assert locations(check(root)) == {("missing-column", "t", 1, "c")}
    keyed = {"fieldsMatch": match, "primaryKey": ["b"]}
    report = check(single_table(tmp_path, fields, "a,c\n1,2\n", schema=keyed))
    assert locations(report) == {("missing-column", "t", 1, "b")}


def test_the_end_of_a_day_is_the_start_of_the_next_one(tmp_path: Path) -> None:
    fields = [{"name": "x", "type": "datetime", "constraints": {"unique": True}}, {"name": "b"}]
    content = "x,b\n2020-12-31T24:00:00Z,\n2021-01-01T01:00:00+01:00,\n2020-12-31T00:00:00Z,\n"
    assert locations(check(single_table(tmp_path, fields, content))) == {("unique", "t", 3, "x")}
