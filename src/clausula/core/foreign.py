"""Foreign packages: any Data Package of version 1 or 2, read into the same model as Clausula's own.

Whatever is not supported (remote files, compression, other formats) is reported as a
finding, never skipped silently, and nothing is downloaded. If an unsupported property decides how a file is read, its
table is not checked at all, because the findings could be false.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from clausula.core.csvio import PLAIN, CsvDialect
from clausula.core.findings import Finding, finding
from clausula.core.fixity import known_hash
from clausula.core.model import Descriptor, SchemaError, Table, table_from_descriptor
from clausula.core.paths import require_inside
from clausula.core.schemas import read_json
from clausula.core.standard import (
    ambiguous_name,
    check_schema,
    check_table,
    unsupported_constraints,
    without_own_properties,
)

SUPPORTED = {
    "$schema",
    "name",
    "title",
    "description",
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
"""Properties of a dialect that are supported, or that do not affect how a file is read."""

DEFAULTS: Descriptor = {"headerRows": [1], "headerJoin": " ", "commentRows": [], "skipInitialSpace": False}
"""Properties of a dialect that are supported only with these values, which are the defaults."""

MAX_FIELDS = 2000
"""Largest number of fields in a table: the time to plan its queries grows with the square of the number."""

COMPRESSED = (".gz", ".zip", ".bz2", ".xz", ".zst")


def unsupported(table: str, what: str, file: str | None = None) -> Finding:
    """Return the finding on a part of a package that is not supported."""
    return finding("unsupported", what=what, table=table, file=file)


@dataclass
class ResourceReading:
    """A resource of a descriptor as read: its table (None if it is not checked), its files, format and dialect."""

    name: str
    table: Table | None = None
    path: str = ""
    parts: tuple[str, ...] = ()
    format: str = ""
    dialect: CsvDialect = PLAIN
    descriptor: Descriptor = field(default_factory=dict)
    notes: list[Finding] = field(default_factory=list)

    def note_unsupported(self, what: str) -> ResourceReading:
        """Add a finding on a part that is not supported."""
        self.notes.append(unsupported(self.name, what, self.path or None))
        return self


def _object(value: Any, root: Path, what: str) -> Descriptor | None:
    """Return a part of a descriptor, given in it or in a file of its own; None if the file is remote."""
    if isinstance(value, str):
        if "://" in value:
            return None
        value = read_json(require_inside(root, value))
    if not isinstance(value, dict):
        raise SchemaError(f"{what} is not an object")
    return value


def read_schema(name: str, descriptor: Descriptor) -> Table:
    """Return the table that a schema describes; raise SchemaError if the schema is not valid."""
    check_schema(name, descriptor)
    table = table_from_descriptor(name, without_own_properties(descriptor))
    check_table(table)
    return table


def _encoding(name: str, given: Any) -> str:
    """Return Python's name of a text encoding."""
    try:
        "".encode(str(given))
        return codecs.lookup(str(given)).name
    except (LookupError, ValueError):
        raise SchemaError(f"the encoding of {name}, {given!r:.60}, is not known") from None


def read_dialect(read: ResourceReading, given: Descriptor) -> bool:
    """Set the dialect of a CSV resource; return False if the dialect is not supported in full."""
    inner = given.get("csv")
    given = {**given, **inner} if isinstance(inner, dict) else given
    ignored = [key for key in given if key not in SUPPORTED and key != "csv" and given[key] != DEFAULTS.get(key, given)]
    for key in sorted(ignored):
        read.note_unsupported(f"the property {key} of the dialect")
    delimiter, quote = str(given.get("delimiter", ",")), str(given.get("quoteChar", '"'))
    doubled = given.get("doubleQuote", True) and "escapeChar" not in given
    escape = quote if doubled else str(given.get("escapeChar", quote))
    if any(len(char) != 1 or char in "\r\n\0" for char in (delimiter, quote, escape)) or delimiter in (quote, escape):
        raise SchemaError(f"the dialect of {read.name} has an invalid delimiter, quote or escape character")
    if not all(char.isascii() for char in (delimiter, quote, escape)):
        read.note_unsupported("a delimiter, quote or escape outside ASCII")
        return False
    encoding = _encoding(read.name, read.descriptor.get("encoding", "utf-8"))
    read.dialect = CsvDialect(delimiter, quote, escape, given.get("header", True) is not False, encoding)
    return not ignored


def _paths(resource: Descriptor) -> list[str] | None:
    """Return the paths of the files of a resource, in their order; None if there are none or not all are texts."""
    path, more = resource.get("path"), resource.get("extrapaths") or []
    listed = [*(path if isinstance(path, list) else [path]), *(more if isinstance(more, list) else [more])]
    return listed if listed and all(isinstance(one, str) for one in listed) else None


def _locate_files(read: ResourceReading, root: Path) -> bool:
    """Set the paths and format of a resource; return False if a file is not local or not in a supported format."""
    resource, paths = read.descriptor, _paths(read.descriptor)
    if paths is None:
        read.note_unsupported("data inside the descriptor" if "data" in resource else "a resource without a path")
        return False
    remote = next((path for path in paths if "://" in path), None)
    if remote is not None:
        read.note_unsupported(f"the remote file {remote}")
        return False
    for path in paths:
        require_inside(root, path)
    read.path, read.parts = paths[0], tuple(paths) if len(paths) > 1 else ()
    formats = {str(resource.get("format") or path.rsplit(".", 1)[-1]).lower() for path in paths}
    read.format = sorted(formats)[0]
    if len(formats) > 1:
        read.note_unsupported("a resource with files of several formats")
        return False
    if resource.get("compression") not in (None, "no") or any(path.lower().endswith(COMPRESSED) for path in paths):
        read.note_unsupported("a compressed file")
        return False
    if read.format not in ("csv", "tsv", "parquet"):
        read.note_unsupported(f"the format {read.format}")
        return False
    return True


def read_resource(resource: Any, root: Path) -> ResourceReading:
    """Read a resource of a descriptor, with a finding on every part that is not supported.

    Raises
    ------
    SchemaError
        If the descriptor is not valid.
    CouldNotRun
        If a path leads out of the package.
    """
    if not isinstance(resource, dict) or not isinstance(resource.get("name"), str) or not resource["name"]:
        raise SchemaError("a resource of the descriptor has no name")
    read = ResourceReading(resource["name"], descriptor=resource)
    if resource.get("type", "table") != "table":
        return read.note_unsupported(f"a resource of the type {resource['type']!r:.60}")
    if not _locate_files(read, root):
        return read
    if "schema" not in resource:
        return read.note_unsupported("a table without a schema")
    schema = _object(resource["schema"], root, f"the schema of {read.name}")
    dialect = _object(resource.get("dialect") or {}, root, f"the dialect of {read.name}")
    if schema is None or dialect is None:
        return read.note_unsupported("a remote schema or dialect")
    table = read_schema(read.name, schema)
    if read.format == "tsv":
        read.format, dialect = "csv", {"delimiter": "\t", **dialect}
    if read.format == "csv" and not read_dialect(read, dialect):
        return read.note_unsupported("a table of this dialect")
    if len(table.fields) > MAX_FIELDS:
        return read.note_unsupported(f"a table of more than {MAX_FIELDS} fields")
    if problem := ambiguous_name(table.names, internal=True):
        return read.note_unsupported(f"a table with {problem}")
    if "missingValues" in resource:
        read.note_unsupported("missingValues outside the schema")
    if read.parts:
        for what in sorted({"bytes", "hash"} & set(resource)):
            read.note_unsupported(f"the property {what} of a resource with several files")
    elif "hash" in resource and not (isinstance(resource["hash"], str) and known_hash(resource["hash"])):
        read.note_unsupported("the hash")
    for what in unsupported_constraints(table):
        read.note_unsupported(what)
    read.table = table
    return read
