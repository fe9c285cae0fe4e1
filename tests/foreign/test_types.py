"""Every type and format of Table Schema: valid texts pass, invalid ones are found, or it is reported as unsupported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clausula.core.csvio import write_rows
from tests.foreign.packages import check, errors, single_table, unsupported

UUID = "123e4567-e89b-12d3-a456-426614174000"
CHECKED: dict[tuple[str, str], tuple[list[str], list[str]]] = {
    ("string", "default"): (["x", " y ", "ä"], []),
    ("string", "email"): (["a@b.org"], ["a@b", "ab.org", "a b@c.org"]),
    ("string", "uri"): (["https://a.org/x?y#z", "urn:x:y"], ["a.org", "://a"]),
    ("string", "uuid"): ([UUID, UUID.upper()], [UUID[1:], f"{UUID}0", "x"]),
    ("string", "binary"): (["aGk=", "aGkh"], ["aGk", "a*=="]),
    ("integer", "default"): (["0", "-3", "+7", "007"], ["1.0", "1e3", "0x7C6", "1_990", "١٩٩٠", " 1", "x"]),
    ("number", "default"): (
        ["0", "-1.5", "1e3", ".5", "NaN", "nan", "INF", "-inf"],
        ["1,5", "0x1", "1_0", "x", "infinity", "+INF", "--1"],
    ),
    ("boolean", "default"): (["true", "True", "TRUE", "1", "false", "False", "FALSE", "0"], ["yes", "t", "TrUe"]),
    ("date", "default"): (["2000-02-29"], ["2000-1-1", "2000/01/01", "2001-02-29", "20000101", "2000-01-01T00:00:00"]),
    ("date", "%d.%m.%Y"): (
        ["01.02.2000", "1.2.2000"],
        ["2000-02-01", "31.02.2000", " 1.2.2000", "1.2.2000 ", "1.2.20", "x"],
    ),
    ("datetime", "%Y-%m-%dT%H:%M:%S%z"): (
        ["2020-05-30T02:57:37Z", "2020-05-30T02:57:37+02:00", "2020-05-30T02:57:37-0230"],
        ["2020-05-30T02:57:37", "2020-02-30T02:57:37Z", "2020-05-30T02:57:37+25:00", "2020-05-30T02:57:37+0260"],
    ),
    ("datetime", "default"): (
        [
            *["2000-01-01T12:30:00Z", "2000-01-01T12:30:00", "2000-01-01T12:30:00+14:00", "2000-01-01T12:30:00-13:59"],
            *["2000-01-01T24:00:00", "2000-01-01T24:00:00.0Z"],
        ],
        [
            *["2000-01-01 12:30:00", "2000-02-30T01:00:00Z", "2000-01-01T12:30:00+14:01", "2000-01-01T12:30:00+01:60"],
            *["2000-01-01T24:00:01", "2000-01-01T24:00:00.1", "2000-01-01T25:00:00"],
        ],
    ),
    ("datetime", "%d.%m.%Y %H:%M"): (["01.02.2000 23:59"], ["01.02.2000 24:61", "x"]),
    ("time", "default"): (["12:30:00", "23:59:59Z"], ["12:30", "24:00:00", "12:60:00", "12:30:00+25:00"]),
    ("time", "%H:%M"): (["12:30"], ["12:60", "x"]),
    ("year", "default"): (["2000", "-0044", "-10000", "12345", "2000Z"], ["02000", "200", "MM", "2000+15:00"]),
    ("yearmonth", "default"): (["2000-12", "12020-01", "2000-01Z"], ["2000-13", "2000-1", "2000", "2000-01+15:00"]),
    ("list", "default"): (["a,b", "a"], []),
    ("geopoint", "array"): (["[90.5, 45.5]"], ["[90.5]", "[90.5, 45.5,]", "[NaN, 1]", '["a", 1]', "90.5, 45.5"]),
    ("geopoint", "object"): (['{"lon": 1, "lat": 2}'], ['{"lon": 1}', '{"lon": "a", "lat": 2}', "x"]),
    ("duration", "default"): (["P1Y2M3DT10H30M", "PT0.5S", "-P2D"], ["1Y", "P1H", "x", "P", "P1YT", "P2W"]),
    ("geopoint", "default"): (["90.50, 45.50", "-1,2"], ["90.50", "a, b", "90.5; 45.5"]),
    ("object", "default"): (
        ['{"a": 1}', "{}", '{"NaN": ",}", "b": "\\\\"}', '{"a\\"": ",]"}'],
        ["[1]", "{", "1", "x", '{"a": 1,}', '{"a": NaN}', '{"a": -Infinity}', '{"a": "\\"", "b": [1, ]}'],
    ),
    ("array", "default"): (
        ["[1, 2]", "[]", '["inf", ",]"]'],
        ["{}", "[1", "1,2", "[1,]", "[1,\t]", "[nan]", '["x", inf]'],
    ),
    ("geojson", "default"): (
        [
            '{"type": "Point", "coordinates": [1, 2]}',
            '{"type": "Point", "coordinates": []}',
            '{"type": "LineString", "coordinates": [[1, 2], [3, 4, 5]]}',
            '{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}',
            '{"type": "MultiPolygon", "coordinates": [[[[0, 0], [1, 0], [1, 1], [0, 0]]]], "bbox": [0, 0, 1, 1]}',
            '{"type": "Feature", "geometry": null, "properties": {"a": 1}, "id": 7}',
            '{"type": "FeatureCollection", "features": []}',
            '{"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [1.5, -2e1]}]}',
        ],
        [
            *['{"a": 1}', '{"type": "Topology"}', "[1]", "x", '{"type": "Point"}', '{"type": "FeatureCollection"}'],
            '{"type": "Point", "coordinates": "1, 2"}',
            '{"type": "Point", "coordinates": [1]}',
            '{"type": "Point", "coordinates": [true, 2]}',
            '{"type": "LineString", "coordinates": [[1, 2]]}',
            '{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]}',
            '{"type": "MultiPoint", "coordinates": [1, 2]}',
            '{"type": "Feature", "geometry": {"type": "Point", "coordinates": [1, 2]}}',
            '{"type": "Feature", "geometry": {"type": "Feature"}, "properties": null}',
            '{"type": "FeatureCollection", "features": [{"type": "Point", "coordinates": [1, 2]}]}',
            '{"type": "GeometryCollection", "geometries": [{"type": "Point"}]}',
            '{"type": "Point", "coordinates": [1, 2],}',
        ],
    ),
    ("geojson", "topojson"): (
        ['{"type": "Topology", "objects": {}, "arcs": []}'],
        ['{"type": "Point"}', "x", '{"type": "Topology"}'],
    ),
    ("any", "default"): (["x", "1", "[]"], []),
}
"""Valid and invalid texts for each type and format."""

UNSUPPORTED = [
    *[("date", "any"), ("datetime", "any"), ("time", "any"), ("date", "%Q"), ("time", "%z %H:%M")],
    *[("string", "iban"), ("integer", "hex"), ("year", "short")],
    *[("yearmonth", "short"), ("duration", "short"), ("geojson", "other"), ("object", "xml"), ("array", "csv")],
    *[("boolean", "yesno"), ("number", "roman")],
]

OPTIONS: list[tuple[dict[str, Any], list[str], list[str]]] = [
    ({"type": "number", "decimalChar": ",", "groupChar": "."}, ["1.234,5", "1234"], ["1,234.5", "1..23,4", ".1,4"]),
    ({"type": "number", "groupChar": " ", "decimalChar": ","}, ["1 234,5"], ["1  234", "1_234"]),
    ({"type": "number", "groupChar": "'"}, ["1'234.5"], ["1''234"]),
    ({"type": "integer", "groupChar": ","}, ["1,234", "12", "1,00,000"], ["1,,2", "1.234", "1,"]),
    ({"type": "number", "bareNumber": False}, ["€ 1.5", "95%", "7"], ["€", "1.5.5"]),
    ({"type": "integer", "bareNumber": False}, ["€ 15", "95%", "-7"], ["€", "x"]),
    ({"type": "boolean", "trueValues": ["ja"], "falseValues": ["nein"]}, ["ja", "nein"], ["true", "0"]),
]


def field(kind: str, form: str) -> dict[str, Any]:
    return {"name": "x", "type": kind, **({} if form == "default" else {"format": form})}


def content(texts: list[str]) -> bytes:
    return write_rows(["x", "n"], [[text, "1"] for text in texts])


def reported_lines(root: Path, given: dict[str, Any], texts: list[str]) -> list[int | None]:
    """Return the lines on which an invalid text is reported."""
    report = check(single_table(root, [given, {"name": "n", "type": "integer"}], content(texts)))
    assert unsupported(report) == []
    assert {f.code for f in errors(report)} <= {"type"}
    assert all(f.field == "x" and f.column == 1 for f in errors(report))
    return sorted(f.line for f in errors(report))


@pytest.mark.parametrize(("kind", "form"), CHECKED)
def test_values_pass_and_others_are_found(tmp_path: Path, kind: str, form: str) -> None:
    good, bad = CHECKED[kind, form]
    expected = [len(good) + 2 + n for n in range(len(bad))]
    assert reported_lines(tmp_path, field(kind, form), [*good, *bad]) == expected


@pytest.mark.parametrize("case", OPTIONS, ids=lambda case: str(sorted(case[0].items())))
def test_options_of_types(tmp_path: Path, case: tuple[dict[str, Any], list[str], list[str]]) -> None:
    given, good, bad = case
    assert reported_lines(tmp_path, {"name": "x", **given}, [*good, *bad]) == [
        len(good) + 2 + n for n in range(len(bad))
    ]


@pytest.mark.parametrize(("kind", "form"), UNSUPPORTED)
def test_unsupported_type_is_reported(tmp_path: Path, kind: str, form: str) -> None:
    given = [{**field(kind, form), "constraints": {"required": True}}]
    report = check(
        single_table(tmp_path, given, content(["x", ""]).replace(b"x,n", b"x,n"), schema={"fieldsMatch": "subset"})
    )
    assert len(unsupported(report)) == 1
    assert "(x)" in unsupported(report)[0]
    assert [f.line for f in errors(report) if f.code == "required"] == [3]
    assert {f.code for f in errors(report)} <= {"required", "invalid-descriptor"}
    assert report.checked["resources"]["t"]["state"] == "in part"


def test_texts_that_only_some_readers_accept_are_found(tmp_path: Path) -> None:
    """Integers, dates and booleans that some reader accepts and the standard does not."""
    fields = [{"name": n, "type": t} for n, t in (("i", "integer"), ("d", "date"), ("b", "boolean"))]
    rows = [["1_990", "2000-1-1", "yes"], ["1990.0", "2000/01/01", "on"], ["0x7C6", "01.01.2000", "t"]]
    report = check(single_table(tmp_path, fields, write_rows(["i", "d", "b"], rows)))
    assert {(f.code, f.line, f.field) for f in report.findings} == {
        ("type", line, name) for line in (2, 3, 4) for name in "idb"
    }
