"""Kinds of packages that are in public repositories and were once judged wrongly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from clausula.core.findings import Report
from tests.foreign.packages import V1, V2, check, errors, locations, package, single_table, table, unsupported

NUMBER = {"name": "n", "type": "integer"}


def states(report: Report) -> list[str]:
    return [one["state"] for one in report.checked["resources"].values()]


BROKEN_KEYS: dict[str, tuple[dict[str, Any], str]] = {
    "a reference without fields": (
        {"foreignKeys": [{"fields": "n", "reference": {"resource": "u"}}]},
        "/resources/0/schema/foreignKeys/1/reference: the property 'fields' is missing",
    ),
    "a reference of a field that the table lacks": (
        {"foreignKeys": [{"fields": "N", "reference": {"resource": "u", "fields": "n"}}]},
        "schema of t: a key names the field 'N', which the table does not have",
    ),
    "a primary key of a field that the table lacks": (
        {"primaryKey": "N"},
        "schema of t: a key names the field 'N', which the table does not have",
    ),
    "a unique key of a field that the table lacks": (
        {"uniqueKeys": [["N"]]},
        "schema of t: a key names the field 'N', which the table does not have",
    ),
    "a reference to more fields": (
        {"foreignKeys": [{"fields": "n", "reference": {"resource": "u", "fields": ["n", "n"]}}]},
        "schema of t: a foreign key has 1 field but refers to 2",
    ),
}


@pytest.mark.parametrize("version", [V1, V2], ids=["v1", "v2"])
@pytest.mark.parametrize("name", BROKEN_KEYS)
def test_a_broken_key_is_left_out_and_the_rest_of_the_table_is_judged(
    tmp_path: Path, name: str, version: dict[str, Any]
) -> None:
    schema, message = BROKEN_KEYS[name]
    sound = {"fields": "n", "reference": {"resource": "u", "fields": "n"}}
    whole = {**schema, "foreignKeys": [sound, *schema.get("foreignKeys", [])]}
    resources = [table([NUMBER], schema=whole), table([NUMBER], "u", "u.csv")]
    files: dict[str, bytes | str] = {"t.csv": "n\n1\nx\n3\n", "u.csv": "n\n1\n"}
    report = check(package(tmp_path, resources, files, **version))
    assert {(f.code, f.line) for f in errors(report)} == {
        ("invalid-descriptor", None),
        ("type", 3),
        *(("foreign-key", line) for line in (3, 4)),
    }
    assert message in [f.message for f in report.findings]
    assert states(report) == ["in part", "judged"]


def test_version_1_allows_properties_of_version_2_in_another_sense(tmp_path: Path) -> None:
    """Public packages name the resource that has the categories. In version 1 that is a property of their own."""
    field = {**NUMBER, "categories": {"resource": "codes"}, "missingValues": "-"}
    resources, content = [table([field, {"name": "b"}])], "n,b\n1,\n"
    report = check(package(tmp_path, resources, {"t.csv": content}, **V1))
    assert [(f.code, f.severity, f.field) for f in report.findings] == [("unsupported", "warning", "n")] * 2
    assert states(report) == ["in part"]
    assert report.exit_status() == 3
    report = check(package(tmp_path, resources, {"t.csv": content + "x,\n"}, **V1))
    assert [(f.code, f.line) for f in errors(report)] == [("type", 3)]
    assert [f.code for f in errors(check(package(tmp_path, resources, {"t.csv": content})))] == [
        "invalid-descriptor"
    ] * 2


@pytest.mark.parametrize(
    ("form", "kind", "good", "bad"),
    [
        ("%x", "date", "09/25/20", "2020-09-25"),
        ("%X", "time", "10:30:00", "10.30"),
        ("%c", "datetime", "Fri Sep 25 10:30:00 2020", "25 Sep 2020"),
        ("%%x %Y-%m-%d", "date", "%x 2020-09-25", "09/25/20 2020-09-25"),
    ],
)
def test_formats_of_the_locale_are_those_of_c(tmp_path: Path, form: str, kind: str, good: str, bad: str) -> None:
    fields = [{"name": "d", "type": kind, "format": form}, {"name": "b"}]
    report = check(single_table(tmp_path, fields, f"d,b\n{good},\n{bad},\n"))
    assert locations(report) == {("type", "t", 3, "d")}
    assert report.complete


@pytest.mark.parametrize("name", [["n"], {"n": 1}, 5, None])
@pytest.mark.parametrize("key", ["n", ["n"], [["n"]], {"n": 1}, 5])
def test_names_and_keys_of_the_wrong_kind_are_errors_of_the_descriptor(tmp_path: Path, name: Any, key: Any) -> None:
    keys = {"primaryKey": key, "uniqueKeys": [key], "foreignKeys": [{"fields": key, "reference": {"fields": key}}, key]}
    resources = [table([{"name": name}, NUMBER], schema=keys), table([NUMBER], "u", "u.csv")]
    report = check(package(tmp_path, resources, {"t.csv": "n\n1\n", "u.csv": "n\nx\n"}))
    assert {f.code for f in report.findings} == {"invalid-descriptor", "type"}
    assert states(report) == ["not judged", "judged"]


@pytest.mark.parametrize("constraints", [{"maximum": "1"}, {"enum": ["1"]}, {"minimum": 1}])
def test_a_number_in_an_unknown_format_keeps_nothing_else_from_being_judged(
    tmp_path: Path, constraints: dict[str, Any]
) -> None:
    field = {"name": "x", "type": "number", "format": "", "constraints": constraints}
    report = check(package(tmp_path, [table([field, NUMBER])], {"t.csv": "x,n\n1,1\n2,y\n"}))
    assert {(f.code, f.line) for f in errors(report)} == {("invalid-descriptor", None), ("type", 3)}
    assert states(report) == ["in part"]


@pytest.mark.parametrize("kind", ["weird", ["integer"], 5, None])
@pytest.mark.parametrize("version", [V1, V2], ids=["v1", "v2"])
def test_a_type_that_is_none_is_named(tmp_path: Path, kind: Any, version: dict[str, Any]) -> None:
    report = check(single_table(tmp_path, [{"name": "n", "type": kind}], "n\n1\n"))
    messages = [f.message for f in errors(report)]
    assert messages == [f"/resources/0/schema/fields/0/type: {kind!r} is not a type of Table Schema"]


@pytest.mark.parametrize("version", [V1, V2], ids=["v1", "v2"])
@pytest.mark.parametrize("example", [52.7, 5, True, "x", None, [1]])
def test_an_example_is_a_value_of_any_type(tmp_path: Path, example: Any, version: dict[str, Any]) -> None:
    """The schemas of Camtrap DP have examples that are numbers, which the profiles refuse and the standard does not."""
    root = package(tmp_path, [table([{**NUMBER, "example": example}])], {"t.csv": "n\n1\n"}, **version)
    assert check(root).findings == []


@pytest.mark.parametrize(
    ("name", "sound", "broken"),
    [
        ("data-package", {"resources": [{"name": "a", "path": "a"}]}, {"resources": 5}),
        ("table-schema", {"fields": [{"name": "a"}]}, {"fields": 5}),
        ("csv-dialect", {"delimiter": ";", "doubleQuote": True}, {"delimiter": 5, "doubleQuote": True}),
    ],
)
def test_a_profile_of_others_can_extend_version_1_at_its_older_address(
    tmp_path: Path, name: str, sound: dict[str, Any], broken: dict[str, Any]
) -> None:
    part = {"properties": {"x": {"$ref": f"https://specs.frictionlessdata.io/schemas/{name}.json"}}}
    files: dict[str, bytes | str] = {"t.csv": "n\n1\n", "profile.json": json.dumps(part)}
    older = {"$schema": V1["$schema"], "profile": "profile.json"}
    assert check(package(tmp_path, [table([NUMBER])], files, x=sound, **older)).findings == []
    found = check(package(tmp_path, [table([NUMBER])], files, x=broken, **older)).findings
    assert [f.code for f in found] == ["invalid-descriptor"]


def test_a_remote_schema_without_a_copy_names_its_address_and_what_to_do(tmp_path: Path) -> None:
    address = "https://example.org/table.json"
    resource = {"name": "t", "path": "t.csv", "schema": address}
    report = check(package(tmp_path, [resource], {"t.csv": "n\n1\n"}))
    assert unsupported(report) == [f"the schema {address} is not available here; the table was not checked"]
    assert [f.hint for f in report.findings] == ["Pass --schemas DIR with a folder that has a copy of it."]
    assert states(report) == ["not judged"]
    assert report.exit_status() == 3
