"""Field and key constraints in foreign packages: each violation is located, and nothing else is reported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.foreign.packages import check, errors, locations, package, single_table, table, unsupported

Case = tuple[dict[str, Any], list[str], dict[int, str]]

CELLS: dict[str, Case] = {
    "required": ({"type": "string", "constraints": {"required": True}}, ["a", ""], {3: "required"}),
    "unique": (
        {"type": "integer", "constraints": {"unique": True}},
        ["1", "2", "+1", "", "", "01"],
        {4: "unique", 7: "unique"},
    ),
    "unique of invalid texts": (
        {"type": "integer", "constraints": {"unique": True}},
        ["x", "y", "1", "1"],
        {2: "type", 3: "type", 5: "unique"},
    ),
    "pattern": (
        {"type": "string", "constraints": {"pattern": "a|bc"}},
        ["a", "bc", "ab", "xbc"],
        {4: "pattern", 5: "pattern"},
    ),
    "enum": ({"type": "string", "constraints": {"enum": ["a", "b"]}}, ["a", "c", ""], {3: "enum"}),
    "enum of numbers": ({"type": "number", "constraints": {"enum": ["1", "2.5"]}}, ["1.0", "2.50", "3"], {4: "enum"}),
    "enum of booleans": ({"type": "boolean", "constraints": {"enum": [True]}}, ["1", "TRUE", "0"], {4: "enum"}),
    "categories": ({"type": "string", "categories": ["a", "b"]}, ["a", "c"], {3: "enum"}),
    "categories with labels": (
        {"type": "integer", "categories": [{"value": 1, "label": "one"}, {"value": 2, "label": "two"}]},
        ["1", "02", "3"],
        {4: "enum"},
    ),
    "categories and enum": (
        {"type": "string", "categories": ["a", "b"], "constraints": {"enum": ["b"]}},
        ["b", "a", "c"],
        {3: "enum", 4: "enum"},
    ),
    "minimum": (
        {"type": "integer", "constraints": {"minimum": 2}},
        ["2", "1", "-99999999999999999999"],
        {3: "minimum", 4: "minimum"},
    ),
    "maximum": (
        {"type": "integer", "constraints": {"maximum": 2}},
        ["2", "3", "99999999999999999999"],
        {3: "maximum", 4: "maximum"},
    ),
    "minimum beyond 64 bits": (
        {"type": "integer", "constraints": {"minimum": -(2**63) - 1}},
        [str(-(2**63) - 1), str(-(2**63) - 2), "-0009", "+1", str(-(10**40)), str(10**40)],
        {3: "minimum", 6: "minimum"},
    ),
    "minimum beyond 64 bits, above zero": (
        {"type": "integer", "constraints": {"minimum": 10**30}},
        [str(10**30), str(10**30 - 1), "5", "x", "-5", str(10**31)],
        {3: "minimum", 4: "minimum", 5: "type", 6: "minimum"},
    ),
    "maximum at the end of 64 bits": (
        {"type": "integer", "constraints": {"maximum": 2**63 - 1}},
        [str(2**63 - 1), str(2**63), "00012", str(-(2**64))],
        {3: "maximum"},
    ),
    "exclusive bounds beyond 64 bits": (
        {"type": "integer", "constraints": {"exclusiveMaximum": str(10**20), "exclusiveMinimum": -(10**20)}},
        [str(10**20 - 1), str(10**20), str(-(10**20)), str(1 - 10**20)],
        {3: "exclusive-maximum", 4: "exclusive-minimum"},
    ),
    "enum beyond 64 bits": (
        {"type": "integer", "constraints": {"enum": [10**20, 1]}},
        [f"+{10**20}", str(10**20 + 1), "01", "2"],
        {3: "enum", 5: "enum"},
    ),
    "value beyond 64 bits and a small enum": (
        {"type": "integer", "constraints": {"enum": [1]}},
        [str(10**20), "1"],
        {2: "enum"},
    ),
    "jsonSchema of an object": (
        {
            "type": "object",
            "constraints": {"jsonSchema": {"required": ["a"], "properties": {"pattern": {"type": "integer"}}}},
        },
        ['"{""a"": 1}"', "{}", "", "{", '"{""a"": 1, ""pattern"": ""x""}"', "{}"],
        {3: "json-schema", 5: "type", 6: "json-schema", 7: "json-schema"},
    ),
    "jsonSchema of an array": (
        {"type": "array", "constraints": {"jsonSchema": {"maxItems": 1, "items": {"enum": [1, "a"]}}}},
        ["[1]", "[]", '"[1,1]"', "[2]", '"[""a""]"'],
        {4: "json-schema", 5: "json-schema"},
    ),
    "exclusiveMinimum": (
        {"type": "number", "constraints": {"exclusiveMinimum": 0}},
        ["0.1", "0"],
        {3: "exclusive-minimum"},
    ),
    "exclusiveMaximum": (
        {"type": "number", "constraints": {"exclusiveMaximum": "1"}},
        ["0.9", "1e0"],
        {3: "exclusive-maximum"},
    ),
    "minimum of a date": (
        {"type": "date", "constraints": {"minimum": "2000-01-02"}},
        ["2000-01-02", "2000-01-01"],
        {3: "minimum"},
    ),
    "bounds of a date with a year of two digits": (
        {"type": "date", "format": "%d/%m/%y", "constraints": {"minimum": "01/01/70", "maximum": "2067-12-31"}},
        ["01/01/70", "31/12/69", "01/01/68", "31/12/67"],
        {3: "minimum", 4: "maximum"},
    ),
    "maximum of a year": ({"type": "year", "constraints": {"maximum": 2000}}, ["2000", "2001"], {3: "maximum"}),
    "maximum of a datetime": (
        {"type": "datetime", "constraints": {"maximum": "2000-01-01T00:00:00Z"}},
        ["1999-12-31T23:59:59Z", "2000-01-01T00:00:01Z"],
        {3: "maximum"},
    ),
    "maximum of a time": (
        {"type": "time", "constraints": {"maximum": "12:00:00"}},
        ["11:59:59", "12:00:01"],
        {3: "maximum"},
    ),
    "minLength": ({"type": "string", "constraints": {"minLength": 2}}, ["ab", "ä"], {3: "min-length"}),
    "maxLength": ({"type": "string", "constraints": {"maxLength": 2}}, ["äö", "abc"], {3: "max-length"}),
}

UNSUPPORTED: dict[str, dict[str, Any]] = {
    "jsonSchema of a text": {"type": "string", "constraints": {"jsonSchema": {"type": "string"}}},
    "jsonSchema with a pattern": {"type": "object", "constraints": {"jsonSchema": {"propertyNames": {"pattern": "a"}}}},
    "jsonSchema with a reference": {
        "type": "array",
        "constraints": {"jsonSchema": {"items": {"$ref": "https://x.org/s"}}},
    },
    "an invalid jsonSchema": {"type": "object", "constraints": {"jsonSchema": {"type": 5}}},
    "minItems": {"type": "array", "constraints": {"minItems": 1}},
    "maxLength of an integer": {"type": "integer", "constraints": {"maxLength": 1}},
    "pattern of an integer": {"type": "integer", "constraints": {"pattern": "1"}},
    "enum of an array": {"type": "array", "constraints": {"enum": ["[1]"]}},
    "minimum of a string": {"type": "string", "constraints": {"minimum": "a"}},
    "maximum of a duration": {"type": "duration", "constraints": {"maximum": "P1Y"}},
    "an invalid bound": {"type": "integer", "constraints": {"minimum": "x"}},
    "an invalid enum value": {"type": "date", "constraints": {"enum": ["2000-02-30"]}},
    "a bound as a text, of a date in an unknown format": {
        **{"type": "date", "format": "%Q", "constraints": {"maximum": "2000-01-01"}},
    },
    "an allowed text of a date in an unknown format": {
        **{"type": "date", "format": "%Q", "constraints": {"enum": ["2000-01-01"]}},
    },
    "a pattern that looks ahead": {"type": "string", "constraints": {"pattern": "(?=a)a"}},
    "a pattern with a back reference": {"type": "string", "constraints": {"pattern": "(a)\\1"}},
    "an invalid pattern": {"type": "string", "constraints": {"pattern": "("}},
}


@pytest.mark.parametrize("name", CELLS)
def test_violations_in_cells_are_found(tmp_path: Path, name: str) -> None:
    field, texts, expected = CELLS[name]
    content = "x,n\n" + "".join(f"{text},1\n" for text in texts)
    report = check(single_table(tmp_path, [{"name": "x", **field}, {"name": "n", "type": "integer"}], content))
    assert locations(report) == {(code, "t", line, "x") for line, code in expected.items()}
    assert report.total() == len(expected)


def test_an_allowed_value_that_is_not_a_category_is_wrong_in_the_descriptor_and_in_cells(tmp_path: Path) -> None:
    field = {"name": "x", "type": "string", "categories": ["a", "b"], "constraints": {"enum": ["b", "c"]}}
    root = single_table(tmp_path, [field, {"name": "n", "type": "integer"}], "x,n\nb,1\na,1\nc,1\n")
    assert locations(check(root)) == {
        ("invalid-descriptor", None, None, None),
        ("enum", "t", 3, "x"),
        ("enum", "t", 4, "x"),
    }


@pytest.mark.parametrize("name", UNSUPPORTED)
def test_unsupported_constraint_is_reported_and_others_are_checked(tmp_path: Path, name: str) -> None:
    fields = [{"name": "x", **UNSUPPORTED[name]}, {"name": "n", "type": "integer"}]
    report = check(single_table(tmp_path, fields, "x,n\n,1\n,y\n"))
    assert len(unsupported(report)) == 1
    assert "x" in unsupported(report)[0]
    assert locations(report) - {("unsupported", "t", None, None)} == {("type", "t", 3, "n")}


PARTS = [{"name": n, "type": "string"} for n in ("a", "b", "c")]
KEYS: dict[str, tuple[dict[str, Any], str, dict[int, tuple[str, str]]]] = {
    "primaryKey, a string": (
        {"primaryKey": "a"},
        "1,,\n2,,\n1,,\n,,\n",
        {4: ("primary-key", "a"), 5: ("required", "a")},
    ),
    "primaryKey, a list": ({"primaryKey": ["a", "b"]}, "1,x,\n1,y,\n1,x,\n", {4: ("primary-key", "a")}),
    "uniqueKeys": (
        {"uniqueKeys": [["a", "b"], ["c"]]},
        "1,x,p\n1,x,q\n2,,p\n2,,\n",
        {3: ("unique-key", "a"), 4: ("unique-key", "c")},
    ),
    "self reference, version 2": (
        {"foreignKeys": [{"fields": ["b"], "reference": {"fields": ["a"]}}]},
        "1,,\n2,1,\n3,9,\n",
        {4: ("foreign-key", "b")},
    ),
    "self reference, version 1": (
        {"foreignKeys": [{"fields": "b", "reference": {"resource": "", "fields": "a"}}]},
        "1,,\n2,1,\n3,9,\n",
        {4: ("foreign-key", "b")},
    ),
    "self reference of several fields": (
        {"foreignKeys": [{"fields": ["b", "c"], "reference": {"fields": ["a", "b"]}}]},
        "1,,\n2,1,\n3,2,1\n4,2,2\n",
        {5: ("foreign-key", "b")},
    ),
}


@pytest.mark.parametrize("name", KEYS)
def test_violations_of_keys_are_found(tmp_path: Path, name: str) -> None:
    schema, rows, expected = KEYS[name]
    report = check(single_table(tmp_path, PARTS, "a,b,c\n" + rows, schema=schema))
    assert locations(report) == {(code, "t", line, field) for line, (code, field) in expected.items()}


REFERENCE = {"foreignKeys": [{"fields": ["o"], "reference": {"resource": "other", "fields": ["i"]}}]}


def test_reference_by_value(tmp_path: Path) -> None:
    """`01` and `1` are the same integer; an invalid text refers to nothing."""
    other = table([{"name": "i", "type": "integer"}], "other", "other.csv")
    here = table([{"name": "o", "type": "integer"}, {"name": "n"}], schema=REFERENCE)
    root = package(tmp_path, [here, other], {"t.csv": "o,n\n1,\n+2,\n3,\nx,\n", "other.csv": "i\n01\n2\n"})
    assert locations(check(root)) == {("foreign-key", "t", 4, "o"), ("foreign-key", "t", 5, "o"), ("type", "t", 5, "o")}


def test_reference_to_unsupported_table_is_reported(tmp_path: Path) -> None:
    here = table([{"name": "o"}, {"name": "n"}], schema=REFERENCE)
    files = {"t.csv": "o,n\n1,\n", "other.pdf": "x"}
    report = check(package(tmp_path, [here, {"name": "other", "path": "other.pdf"}], files))
    assert unsupported(report) == ["the foreign key of o to other was not checked: other is not checked as a table"]
    assert errors(report) == []
    assert report.checked["resources"]["t"]["state"] == "in part"
    assert report.exit_status() == 3


def test_reference_into_a_table_that_cannot_be_read_is_reported(tmp_path: Path) -> None:
    here = table([{"name": "o"}, {"name": "n"}], schema=REFERENCE)
    other = table([{"name": "i"}, {"name": "n"}], "other", "other.csv")
    report = check(package(tmp_path, [here, other], {"t.csv": "o,n\n1,\n"}))
    assert {(f.code, f.table) for f in report.findings} == {("missing-file", "other"), ("unsupported", "t")}
    assert [one["state"] for one in report.checked["resources"].values()] == ["in part", "not judged"]


INVALID_SCHEMAS: dict[str, dict[str, Any]] = {
    "a reference to an unknown resource": {
        "foreignKeys": [{"fields": "a", "reference": {"resource": "x", "fields": "a"}}]
    },
    "a reference to an unknown field": {"foreignKeys": [{"fields": "a", "reference": {"fields": "x"}}]},
    "a reference from two fields to one": {"foreignKeys": [{"fields": ["a", "b"], "reference": {"fields": ["a"]}}]},
    "a key of an unknown field": {"primaryKey": "x"},
    "an unknown fieldsMatch": {"fieldsMatch": "some"},
    "fields is not a list": {"fields": {}},
    "a field without a name": {"fields": [{"type": "string"}]},
    "a field is not an object": {"fields": ["a"]},
    "constraints is not an object": {"fields": [{"name": "a", "constraints": []}]},
    "enum is not a list": {"fields": [{"name": "a", "constraints": {"enum": "ab"}}]},
    "an empty enum": {"fields": [{"name": "a", "constraints": {"enum": []}}]},
    "categories and enum without a common value": {
        "fields": [{"name": "a", "categories": ["x"], "constraints": {"enum": ["y"]}}]
    },
    "a length is not a number": {"fields": [{"name": "a", "constraints": {"minLength": "2"}}]},
    "missingValues is not a list": {"missingValues": "NA"},
}


@pytest.mark.parametrize("name", INVALID_SCHEMAS)
def test_invalid_schema_is_reported_and_the_other_table_is_judged(tmp_path: Path, name: str) -> None:
    whole = [{**field, "type": "integer"} for field in PARTS]
    resources = [table(PARTS, schema=INVALID_SCHEMAS[name]), table(whole, "u", "u.csv")]
    report = check(package(tmp_path, resources, {"t.csv": "a,b,c\n", "u.csv": "a,b,c\nx,,\n"}))
    assert {(f.code, f.table) for f in report.findings if f.table != "u"} <= {
        ("invalid-descriptor", "t"),
        ("invalid-descriptor", None),
    }
    assert ("type", "u", 2, "a") in locations(report)
    states = [one["state"] for one in report.checked["resources"].values()]
    assert states == ["in part" if name.startswith(("a reference", "a key")) else "not judged", "judged"]


def test_fields_of_the_same_name_are_judged_by_their_place(tmp_path: Path) -> None:
    """Version 1 allows them, so that a validator must not refuse them."""
    fields = [{"name": "a", "type": "integer"}, {"name": "a", "type": "date"}, {"name": "A", "type": "year"}]
    report = check(single_table(tmp_path, fields, "a,a,A\n1,2000-01-01,2000\nx,y,z\n"))
    assert {(f.code, f.line, f.column) for f in report.findings} == {("type", 3, 1), ("type", 3, 2), ("type", 3, 3)}
