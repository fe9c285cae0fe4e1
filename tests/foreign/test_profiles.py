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
