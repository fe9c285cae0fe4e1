"""Descriptors are judged by the official profile of their version, and by profiles of others if a copy is at hand."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from clausula.core import profiles
from clausula.validation.run import validate
from tests.foreign.packages import V2, check, errors, package, table, unsupported

FIELDS = [{"name": "a", "type": "string"}, {"name": "n", "type": "integer"}]
FILES = {"t.csv": "a,n\nx,1\n"}
FIRST = {"$schema": "https://datapackage.org/profiles/1.0/datapackage.json"}

DIGESTS = {
    ("1.0", "datapackage"): "c9b0e581c5b941d3",
    ("1.0", "tabledialect"): "06933fc3ec3b7370",
    ("1.0", "tableschema"): "62603d24cc51c8a4",
    ("2.0", "datapackage"): "a9ef0fc168b3402a",
    ("2.0", "tabledialect"): "54e884a84e499b9f",
    ("2.0", "tableschema"): "a67779642acc7f51",
}
"""The first characters of the SHA-256 of the profiles as they were published."""

FAULTS: dict[str, tuple[dict[str, Any], dict[str, Any], list[str]]] = {
    "a name with a space, version 1": (FIRST | {"name": "My Data"}, {}, ["/name"]),
    "a name with a space, version 2": (V2 | {"name": "My Data"}, {}, []),
    "a licence": (V2 | {"licenses": [{"title": "x"}]}, {}, ["/licenses/0"]),
    "a time": (V2 | {"created": "2020-01-01"}, {}, ["/created"]),
    "an address": (V2 | {"homepage": "not an address"}, {}, ["/homepage"]),
    "a slash and a tilde in a name": (V2 | {"a/b~c": 1}, {}, []),
    "a type that does not exist": (
        V2,
        {"schema": {"fields": [{"name": "a", "type": "text"}, FIELDS[1]]}},
        ["/resources/0/schema/fields/0/type"],
    ),
    "a constraint of a field": (
        V2,
        {"schema": {"fields": [FIELDS[0], {"name": "n", "type": "integer", "constraints": {"required": "yes"}}]}},
        ["/resources/0/schema/fields/1/constraints/required"],
    ),
    "several at once": (
        V2 | {"title": 5, "keywords": "x"},
        {"bytes": "9", "mediatype": "csv"},
        ["/keywords", "/resources/0/bytes", "/resources/0/mediatype", "/title"],
    ),
    "no place for the data": (V2, {"path": None}, ["/resources/0"]),
    "fieldsMatch, as in the standard": (V2, {"schema": {"fields": FIELDS, "fieldsMatch": "equal"}}, []),
    "a list, as in the standard": (V2, {"schema": {"fields": [{"name": "a", "type": "list"}, FIELDS[1]]}}, []),
    "a path named url, as in the standard": (V2, {"path": None, "url": "t.csv"}, []),
    "a path named url, version 1": (FIRST, {"path": None, "url": "t.csv"}, []),
    "a url that is not a text": (V2, {"path": None, "url": 5}, ["/resources/0"]),
    "a missing value twice": (
        V2,
        {"schema": {"fields": FIELDS, "missingValues": ["", "-", "-"]}},
        ["/resources/0/schema/missingValues/2"],
    ),
    "a missing value twice, version 1": (FIRST, {"schema": {"fields": FIELDS, "missingValues": ["-", "-"]}}, []),
    "missing values of two kinds": (
        V2,
        {"schema": {"fields": [FIELDS[0] | {"missingValues": ["-", {"value": "."}]}, FIELDS[1]]}},
        ["/resources/0/schema/fields/0/missingValues"],
    ),
    "a label of missing values twice": (
        V2,
        {"schema": {"fields": FIELDS, "missingValues": [{"value": v, "label": "none"} for v in "-."]}},
        ["/resources/0/schema/missingValues/1"],
    ),
    "categories and labels twice": (
        V2,
        {
            "schema": {
                "fields": [
                    FIELDS[0] | {"categories": ["x", "y", "x"]},
                    FIELDS[1] | {"categories": [{"value": 1, "label": "l"}, {"value": 2, "label": "l"}, {"value": 3}]},
                ]
            }
        },
        ["/resources/0/schema/fields/0/categories/2", "/resources/0/schema/fields/1/categories/1"],
    ),
    "an allowed value that is not a category": (
        V2,
        {"schema": {"fields": [FIELDS[0] | {"categories": ["x"], "constraints": {"enum": ["x", "z"]}}, FIELDS[1]]}},
        ["/resources/0/schema/fields/0/constraints/enum/1"],
    ),
    "tabular data without a schema": (FIRST | {"profile": "tabular-data-package"}, {"schema": None}, ["/resources/0"]),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_at_its_pointer(tmp_path: Path, name: str) -> None:
    metadata, more, expected = FAULTS[name]
    resource = {k: v for k, v in {**table(FIELDS), **more}.items() if v is not None}
    if metadata.get("$schema") == FIRST["$schema"]:
        resource.pop("type", None)
    report = check(package(tmp_path, [resource], FILES, **metadata))
    found = [f for f in errors(report) if f.code == "invalid-descriptor"]
    assert sorted(f.message.partition(":")[0] for f in found) == expected, report.findings
    assert all(f.file == "datapackage.json" for f in found)


def test_a_resource_that_is_not_an_object_is_one_fault(tmp_path: Path) -> None:
    report = check(package(tmp_path, ["x", table(FIELDS)], FILES))  # type: ignore[list-item]
    assert [f.message for f in report.findings] == ["/resources/0: 'x' is not an object"]
    assert [one["state"] for one in report.checked["resources"].values()] == ["not judged", "judged"]


def test_the_profiles_are_as_they_were_published() -> None:
    folder = Path(profiles.__file__).parent / "official"
    for (version, kind), digest in DIGESTS.items():
        assert hashlib.sha256((folder / version / f"{kind}.json").read_bytes()).hexdigest()[:16] == digest
    assert "Unlicense" in (folder / "NOTICE").read_text(encoding="utf-8")


def test_schema_and_dialect_in_files_of_their_own(tmp_path: Path) -> None:
    files = {
        **FILES,
        "s.json": json.dumps({"fields": FIELDS, "missingValues": [5], "title": "x"}),
        "d.json": json.dumps({"header": "yes"}),
    }
    root = package(tmp_path, [table(FIELDS, dialect="d.json") | {"schema": "s.json"}], files)
    found = {(f.file, f.message.partition(":")[0]) for f in errors(check(root))}
    assert found == {("s.json", "/missingValues/0"), ("d.json", "/header")}


def test_listed_values_of_a_schema_in_a_file_of_its_own(tmp_path: Path) -> None:
    schema = {"fields": [FIELDS[0] | {"categories": ["x", "x"]}, FIELDS[1]]}
    root = package(tmp_path, [table(FIELDS) | {"schema": "s.json"}], {**FILES, "s.json": json.dumps(schema)})
    assert [(f.file, f.message) for f in errors(check(root))] == [
        ("s.json", "/fields/0/categories/1: the value 'x' is duplicated")
    ]


PROFILE = {"type": "object", "required": ["region"], "properties": {"name": {"maxLength": 3}}}


@pytest.mark.parametrize("stated", ["https://example.org/p.json", "p.json"])
def test_profiles_of_others(tmp_path: Path, stated: str) -> None:
    root = package(tmp_path / "p", [table(FIELDS)], FILES, profile=stated)
    report = validate(root, ["duckdb"])
    assert (len(unsupported(report)), errors(report)) == (1, [])
    copy = (tmp_path if "://" in stated else root) / "p.json"
    copy.write_text(json.dumps(PROFILE), encoding="utf-8")
    report = validate(root, ["duckdb"], schemas=tmp_path)
    assert sorted(f.message for f in errors(report)) == [
        "/: the property 'region' is missing",
        "/name: 'foreign' is too long",
    ]


def test_a_profile_that_refers_elsewhere_is_never_downloaded(tmp_path: Path) -> None:
    refers = {"allOf": [{"$ref": "https://datapackage.org/profiles/2.0/datapackage.json"}, {"$ref": "https://x.org/y"}]}
    root = package(tmp_path, [table(FIELDS)], {**FILES, "p.json": json.dumps(refers)}, profile="p.json")
    (message,) = unsupported(check(root))
    assert "https://x.org/y" in message
    only = {"allOf": refers["allOf"][:1], "required": ["region"]}
    (root / "p.json").write_text(json.dumps(only), encoding="utf-8")
    assert [f.message for f in check(root).findings] == ["/: the property 'region' is missing"]


def test_profile_of_a_resource(tmp_path: Path) -> None:
    files = {**FILES, "p.json": json.dumps({"required": ["region"]})}
    report = check(package(tmp_path, [table(FIELDS, profile="p.json")], files))
    assert [f.message for f in report.findings] == ["/resources/0: the property 'region' is missing"]
