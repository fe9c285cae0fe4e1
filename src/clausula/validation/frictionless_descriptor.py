"""The descriptor that is passed to frictionless: nothing that it would fetch, guess, or read outside the package.

The library follows profiles, controls, pipelines and URLs to any address, and guesses the encoding and dialect if none
is stated. It gets only the properties that describe a table.
"""

from __future__ import annotations

from typing import Any

from clausula.core.findings import Finding, finding
from clausula.core.model import Descriptor, SchemaError
from clausula.core.package import DESCRIPTOR, Package
from clausula.core.paths import exists, inside
from clausula.core.schemas import read_json

LAYER = "frictionless"
PROFILES = "https://datapackage.org/profiles/"
RESOURCE = (
    *("name", "path", "type", "title", "description", "format", "mediatype"),
    *("encoding", "bytes", "hash", "schema", "dialect"),
)
"""Properties of a resource that are passed to frictionless."""


def fault(code: str, **given: Any) -> Finding:
    """Return a finding about the descriptor."""
    return finding(code, file=DESCRIPTOR, layers=(LAYER,), **given)


def paths_of(entry: dict[str, Any]) -> list[str]:
    """Return every path in a resource of a descriptor."""
    single = [entry.get("path"), entry.get("schema"), entry.get("dialect")]
    listed = [
        part for value in (entry.get("path"), entry.get("extrapaths")) if isinstance(value, list) for part in value
    ]
    return [path for path in [*single, *listed] if isinstance(path, str)]


def _without_patterns(schema: Any, package: Package) -> Any:
    """Return a schema without patterns, which can take exponential time in Python, also in the items of arrays."""
    if isinstance(schema, str):
        schema = read_json(package.root / schema)
    if not isinstance(schema, dict) or not isinstance(schema.get("fields"), list):
        return schema

    def without(value: Any, *keys: str) -> Any:
        return {k: v for k, v in value.items() if k not in keys} if isinstance(value, dict) else value

    fields = [without(field, "arrayItem") for field in schema["fields"]]
    for field in fields:
        if isinstance(field, dict) and "constraints" in field:
            field["constraints"] = without(field["constraints"], "pattern")
    return {**schema, "fields": fields}


def _plain_resource(entry: dict[str, Any], package: Package) -> dict[str, Any]:
    """Return a resource without links that the library would follow, and without patterns."""
    kept = {"encoding": "utf-8", "dialect": {}, **{key: entry[key] for key in RESOURCE if key in entry}}
    kept["schema"] = _without_patterns(kept.get("schema"), package)
    if isinstance(kept["dialect"], dict):
        own = ("csv", "delimiter", "quoteChar", "doubleQuote", "escapeChar", "header", "lineTerminator")
        kept["dialect"] = {key: value for key, value in kept["dialect"].items() if key in own}
    return kept


NOTES = ("title", "description", "example", "examples", "rdfType")
"""Properties of a field or a resource that have no effect on which values are valid."""


def with_references(descriptor: Descriptor, name: str) -> Descriptor:
    """Return the descriptor of one resource, and of those that it refers to with nothing but the keys referred to.

    The library reads the metadata and all columns of a referenced table again for each foreign key, although it uses
    only the columns of the key.
    """
    entries = {str(entry.get("name")): entry for entry in descriptor["resources"]}
    wanted: dict[str, list[str]] = {}
    for key in _foreign_keys(entries[name]):
        wanted.setdefault(str(key["reference"].get("resource")), []).extend(_as_list(key["reference"].get("fields")))
    referenced = [_only_keys(entries[other], wanted[other]) for other in wanted if other in entries and other != name]
    return {"name": "package", "resources": [_without_notes(entries[name]), *referenced]}


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _foreign_keys(entry: Descriptor) -> list[Descriptor]:
    keys = entry["schema"].get("foreignKeys") if isinstance(entry.get("schema"), dict) else None
    listed = keys if isinstance(keys, list) else []
    return [key for key in listed if isinstance(key, dict) and isinstance(key.get("reference"), dict)]


def _without_notes(entry: Descriptor) -> Descriptor:
    """Return a resource without properties that explain; they were checked with the whole descriptor."""
    kept = {key: value for key, value in entry.items() if key not in NOTES}
    if isinstance(kept.get("schema"), dict) and isinstance(kept["schema"].get("fields"), list):
        fields = [
            {key: value for key, value in field.items() if key not in NOTES} if isinstance(field, dict) else field
            for field in kept["schema"]["fields"]
        ]
        kept["schema"] = {**kept["schema"], "fields": fields}
    return kept


def _only_keys(entry: Descriptor, names: list[str]) -> Descriptor:
    """Return a resource with only the fields of its keys that are referred to."""
    kept = {key: value for key, value in _without_notes(entry).items() if key not in ("bytes", "hash")}
    schema = kept.get("schema")
    if not isinstance(schema, dict) or not isinstance(schema.get("fields"), list):
        return kept
    fields = [field for field in schema["fields"] if isinstance(field, dict) and field.get("name") in names]
    fields = [{key: value for key, value in field.items() if key != "constraints"} for field in fields]
    missing = {"missingValues": schema["missingValues"]} if "missingValues" in schema else {}
    return {**kept, "schema": {"fields": fields, "fieldsMatch": "superset", **missing}}


def read(package: Package) -> dict[str, Any] | Finding:
    """Return the descriptor for frictionless, or the finding that explains why it cannot be read."""
    try:
        descriptor = read_json(package.root / DESCRIPTOR)
    except SchemaError as error:
        return fault("invalid-descriptor:published", error=error)
    entries = descriptor.get("resources")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        return fault("invalid-descriptor:resources")
    for path in (path for entry in entries for path in paths_of(entry)):
        file = inside(package.root, path)
        if file is None:
            return fault("unsafe-path", name=path)
        if exists(file) and not file.is_file():
            return fault("special-file:descriptor", path=path)
    dropped = ("profile", "$schema", "resources")
    kept = {k: v for k, v in descriptor.items() if k not in dropped}
    if str(descriptor.get("$schema", "")).startswith(PROFILES):
        kept["$schema"] = f"{PROFILES}2.0/datapackage.json"
    try:
        return {**kept, "resources": [_plain_resource(entry, package) for entry in entries]}
    except SchemaError as error:
        return fault("invalid-descriptor:published", error=error)
