"""datapackage.json, a Data Package of version 2, derived from the schemas and the files.

The resources are the CSV tables, each with its size, SHA-256, encoding and dialect. `frictionless` ignores categories,
and anchors a pattern only at its outer ends, so the descriptor repeats the categories as an `enum` and wraps every
pattern. It also validates Parquet files incorrectly, so these are not resources but `alternatives` of their CSV table.
`data/manifest.json` contains their hashes, and validation proves that their content is the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from clausula.core.model import Descriptor, Field, Model, Table
from clausula.core.package import csv_path, parquet_path

OWN = ("tables", "tableDefaults", "dialect", "ships", "recorded")
"""Properties of `schemas/package.json` that are used for building and not published."""


def published_field(field: Field) -> Descriptor:
    """Return the published form of a field, with the enum and the wrapped pattern that frictionless needs."""
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
    """Return the published Table Schema of a table."""
    schema = {k: v for k, v in table.descriptor.items() if k not in ("name", "title", "description", "grain")}
    return {**schema, "fields": [published_field(field) for field in table.fields]}


def resource(table: Table, dialect: Descriptor, facts: Mapping[str, Any]) -> Descriptor:
    """Return the resource of a table.

    Parameters
    ----------
    facts : mapping
        Entry of the table in the manifest: rows, and bytes and sha256 of both files.
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
    """Return the descriptor of the package."""
    metadata = {k: v for k, v in model.metadata.items() if k not in OWN}
    metadata["licenses"] = [
        {k: v for k, v in one.items() if k != "scope"} for one in metadata["licenses"] if one["scope"] == "data"
    ]
    dialect = model.metadata["dialect"]
    return {**metadata, "resources": [resource(t, dialect, manifest["tables"][t.name]) for t in model]}


def to_json(value: Any) -> bytes:
    """Return JSON in the format of all generated files: indented, UTF-8, with invisible characters escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=2) + "\n"
    return re.sub(r"[^\n -~]", lambda at: _visible(at[0]), text).encode("utf-8")


def _visible(char: str) -> str:
    return char if char.isprintable() else f"\\u{ord(char):04x}"
