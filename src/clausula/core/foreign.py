"""Packages that others made: any Data Package of version 1 or 2, read into the same model as our own.

What we do not support (remote files, several parts, compression, other formats) is said as a finding on the resource,
never skipped in silence; nothing is fetched.
"""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import Any

from clausula.core.csvio import CsvDialect
from clausula.core.findings import WARNING, Finding
from clausula.core.model import Descriptor, SchemaError, Table, table_from_descriptor
from clausula.core.paths import require_inside
from clausula.core.schemas import read_json

JUDGED = {
    "required",
    "unique",
    "enum",
    "pattern",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minLength",
    "maxLength",
}
"""Constraints of a field that we judge."""

DIALECT = {
    "$schema",
    "delimiter",
    "quoteChar",
    "doubleQuote",
    "escapeChar",
    "header",
    "lineTerminator",
    "csvddfVersion",
    "caseSensitiveHeader",
    "type",
}
"""Properties of a dialect that we follow, or that change nothing."""


def unsupported(table: str, what: str, file: str | None = None) -> Finding:
    """A part of a package that is not judged."""
    return Finding(
        "unsupported",
        f"{what} is not supported and was not judged",
        "Judge it with another tool.",
        WARNING,
        table=table,
        file=file,
    )


def _object(value: Any, root: Path, what: str) -> Descriptor:
    """A part of a descriptor that stands in it or in a file of its own."""
    if isinstance(value, str):
        value = read_json(require_inside(root, value))
    if not isinstance(value, dict):
        raise SchemaError(f"{what} is no object")
    return value


def read_schema(name: str, schema: Any, root: Path) -> tuple[Table, list[Finding]]:
    """The table that a schema of a descriptor states, and what of it is not judged."""
    descriptor = _object(schema, root, f"the schema of {name}")
    table = table_from_descriptor(name, descriptor)
    notes = []
    for field in table.fields:
        if not isinstance(field.constraints, dict):
            raise SchemaError(f"schema of {name}: the constraints of {field.name} are no object")
        notes += [
            unsupported(name, f"the constraint {key} of {field.name}")
            for key in sorted(set(field.constraints) - JUDGED)
        ]
    if table.fields_match not in ("exact", "equal", "subset", "superset", "partial"):
        raise SchemaError(f"schema of {name}: fieldsMatch is {table.fields_match!r}")
    return table, notes


def read_dialect(name: str, resource: Descriptor, root: Path) -> tuple[CsvDialect, list[Finding]]:
    """The dialect of a CSV resource, and what of it is not followed."""
    given = _object(resource.get("dialect") or {}, root, f"the dialect of {name}")
    inner = given.get("csv")
    given = {**given, **inner} if isinstance(inner, dict) else given
    notes = [unsupported(name, f"the property {key} of the dialect") for key in sorted(set(given) - DIALECT - {"csv"})]
    delimiter, quote = str(given.get("delimiter", ",")), str(given.get("quoteChar", '"'))
    escape = (
        str(given.get("escapeChar", quote)) if not given.get("doubleQuote", True) or "escapeChar" in given else quote
    )
    encoding = str(resource.get("encoding", "utf-8"))
    try:
        encoding = codecs.lookup(encoding).name
    except LookupError:
        raise SchemaError(f"the encoding of {name} is {encoding!r}, which nobody knows") from None
    if any(len(char) != 1 or char in "\r\n" for char in (delimiter, quote, escape)):
        raise SchemaError(f"the dialect of {name} has a delimiter, quote or escape that is no single character")
    return CsvDialect(delimiter, quote, escape, given.get("header", True) is not False, encoding), notes


def _format(resource: Descriptor, path: str) -> str:
    return str(resource.get("format") or path.rsplit(".", 1)[-1]).lower()


def read_resource(resource: Any, root: Path) -> tuple[Table | None, str, str, CsvDialect, list[Finding]]:
    """A resource of a descriptor: table (None if it is not judged), path, format, dialect and notes.

    Raises
    ------
    SchemaError
        If the descriptor is no descriptor.
    CouldNotRun
        If a path leaves the package.
    """
    if not isinstance(resource, dict) or not isinstance(resource.get("name"), str) or not resource["name"]:
        raise SchemaError("a resource of the descriptor has no name")
    name, path = resource["name"], resource.get("path")
    if isinstance(path, list) and len(path) == 1:
        path = path[0]
    if not isinstance(path, str):
        what = "data inside the descriptor" if "data" in resource else "a resource of several parts"
        return None, "", "", CsvDialect(), [unsupported(name, what)]
    if "://" in path:
        return None, path, "", CsvDialect(), [unsupported(name, f"the remote file {path}")]
    require_inside(root, path)
    form = _format(resource, path)
    if form not in ("csv", "tsv", "parquet") or resource.get("compression") not in (None, "no"):
        return None, path, form, CsvDialect(), [unsupported(name, f"the format {form}", path)]
    if "schema" not in resource:
        return None, path, form, CsvDialect(), [unsupported(name, "a table without a schema", path)]
    table, notes = read_schema(name, resource["schema"], root)
    if form == "tsv" and "dialect" not in resource:
        resource = {**resource, "dialect": {"delimiter": "\t"}}
    dialect, more = read_dialect(name, resource, root)
    return table, path, "parquet" if form == "parquet" else "csv", dialect, [*notes, *more]
