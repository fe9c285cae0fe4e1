"""datapackage.json derived from the schemas and the files: a Data Package, version 2.

Resources are the CSV tables, each with its size, SHA-256, encoding and dialect. `frictionless` ignores categories
and anchors a pattern at its outer ends only, so the descriptor says `enum` beside the categories and wraps every
pattern. It judges Parquet files wrongly, so these are not resources of their own but stand in the `alternatives` of
the table that they hold; `data/manifest.json` has their hashes and the proof that their content is the same.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from clausula.core.model import Descriptor, Field, Model, Table
from clausula.core.package import csv_path, parquet_path

OWN = ("tables", "tableDefaults", "dialect", "ships")
"""What `schemas/package.json` says for the making of the package, and not about the data."""


def published_field(field: Field) -> Descriptor:
    """The field as published: with the enumeration and the wrapped pattern that readers need to enforce it."""
    descriptor = dict(field.descriptor)
    constraints = dict(field.constraints)
    if "pattern" in constraints:
        constraints["pattern"] = f"(?:{constraints['pattern']})"
    if field.allowed:
        constraints["enum"] = list(field.allowed)
    if constraints:
        descriptor["constraints"] = constraints
    return descriptor


def published_schema(table: Table) -> Descriptor:
    """The Table Schema of a table as published."""
    schema = {k: v for k, v in table.descriptor.items() if k not in ("name", "title", "description", "grain")}
    return {**schema, "fields": [published_field(field) for field in table.fields]}


def resource(table: Table, dialect: Descriptor, facts: Mapping[str, Any]) -> Descriptor:
    """The resource of a table.

    Parameters
    ----------
    facts : mapping
        The entry of the table in the manifest: rows, and bytes and sha256 of both files.
    """
    return {
        "name": table.name,
        "type": "table",
        "title": table.title,
        "description": f"{table.grain} {table.description}",
        "path": csv_path(table.name),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": facts["csv"]["bytes"],
        "hash": f"sha256:{facts['csv']['sha256']}",
        "rows": facts["rows"],
        "dialect": dialect,
        "schema": published_schema(table),
        "alternatives": [
            {
                "path": parquet_path(table.name),
                "format": "parquet",
                "mediatype": "application/vnd.apache.parquet",
                "bytes": facts["parquet"]["bytes"],
                "hash": f"sha256:{facts['parquet']['sha256']}",
            }
        ],
    }


def descriptor(model: Model, manifest: Mapping[str, Any]) -> Descriptor:
    """The descriptor of the whole package."""
    metadata = {k: v for k, v in model.metadata.items() if k not in OWN}
    metadata["licenses"] = [
        {k: v for k, v in one.items() if k != "scope"} for one in metadata["licenses"] if one["scope"] == "data"
    ]
    dialect = model.metadata["dialect"]
    return {**metadata, "resources": [resource(t, dialect, manifest["tables"][t.name]) for t in model]}


def to_json(value: Any) -> bytes:
    """JSON in the form in which every generated JSON file is committed; nothing invisible stands in it unescaped."""
    text = json.dumps(value, ensure_ascii=False, indent=2) + "\n"
    return "".join(c if c.isprintable() or c == "\n" else f"\\u{ord(c):04x}" for c in text).encode("utf-8")
