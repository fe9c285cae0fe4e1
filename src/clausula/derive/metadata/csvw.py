"""CSV on the Web (W3C Recommendation, 2015): the tables with their types and keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from clausula.core.model import Field, Model, Table
from clausula.core.package import csv_path
from clausula.derive.citation import licence
from clausula.derive.metadata import prov
from clausula.derive.metadata.facts import agents, day

BASE = {"string": "string", "integer": "integer", "number": "decimal", "boolean": "boolean", "date": "date"}
LIMITS = {"minLength": "minLength", "maxLength": "maxLength", "minimum": "minimum", "maximum": "maximum"}


def datatype(field: Field) -> str | dict[str, Any]:
    """Return the datatype of a column; a pattern or closed list of texts becomes its format, a regular expression."""
    base = BASE.get(field.type, "string")
    limits = {ours: field.constraints[theirs] for theirs, ours in LIMITS.items() if theirs in field.constraints}
    described: dict[str, Any] = {"base": base, **{k: str(v) if base == "date" else v for k, v in limits.items()}}
    if field.type == "string" and field.allowed:
        described["format"] = "|".join(str(v) for v in field.allowed)
    elif field.type == "string" and "pattern" in field.constraints:
        described["format"] = field.constraints["pattern"]
    return described if len(described) > 1 else base


def _column(table: Table, field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "titles": field.name,
        "dc:title": field.title,
        "dc:description": field.description,
        "datatype": datatype(field),
        "required": table.required(field),
    }


def _table(table: Table, where: Callable[[str], str]) -> dict[str, Any]:
    keys = [
        {
            "columnReference": list(key.fields),
            "reference": {"resource": where(csv_path(key.resource)), "columnReference": list(key.reference)},
        }
        for key in table.foreign_keys
    ]
    schema: dict[str, Any] = {"columns": [_column(table, field) for field in table.fields]}
    if table.primary_key:
        schema["primaryKey"] = list(table.primary_key)
    if keys:
        schema["foreignKeys"] = keys
    return {
        "url": where(csv_path(table.name)),
        "dc:title": table.title,
        "dc:description": f"{table.grain} {table.description}",
        "tableSchema": schema,
    }


def csvw(model: Model, where: Callable[[str], str]) -> dict[str, Any]:
    """Return the table group."""
    metadata = model.metadata
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": metadata["title"],
        "dc:description": metadata["description"],
        "dc:creator": [agent["name"] for agent in agents(metadata)],
        "dc:license": {"@id": licence(metadata)["path"]},
        **prov.generated_by(metadata),
        "dc:issued": {"@value": day(metadata), "@type": "xsd:date"},
        "dialect": {"encoding": "utf-8", "delimiter": ",", "quoteChar": '"', "doubleQuote": True, "header": True},
        "tables": [_table(table, where) for table in model],
    }
