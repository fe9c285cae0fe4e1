"""Packages that others made: any Data Package of version 1 or 2, read into the same model as our own.

What we do not support (remote files, several parts, compression, other formats) is said as a finding on the resource,
never skipped in silence; nothing is fetched. A part that decides how the file is read, and that we do not follow,
keeps the table from being judged at all: better none than false findings.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from clausula.core.csvio import PLAIN, CsvDialect
from clausula.core.findings import WARNING, Finding
from clausula.core.fixity import known_hash
from clausula.core.model import Descriptor, SchemaError, Table, table_from_descriptor
from clausula.core.paths import require_inside
from clausula.core.schemas import read_json
from clausula.core.standard import check_schema, check_table, plain_schema, unnameable, untold

FOLLOWED = {
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
"""Properties of a dialect that we follow, or that change nothing."""

DEFAULTS: Descriptor = {"headerRows": [1], "headerJoin": " ", "commentRows": [], "skipInitialSpace": False}
"""Properties of a dialect that we follow only where they say what holds anyway."""

MAX_FIELDS = 2000
"""Widest table that is judged: the time to plan its queries grows with the square of its fields."""

PACKED = (".gz", ".zip", ".bz2", ".xz", ".zst")


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


@dataclass
class Read:
    """What a resource of a descriptor was read as: its table (None if it is not judged), its file and its form."""

    name: str
    table: Table | None = None
    path: str = ""
    format: str = ""
    dialect: CsvDialect = PLAIN
    descriptor: Descriptor = field(default_factory=dict)
    notes: list[Finding] = field(default_factory=list)

    def tell(self, what: str) -> Read:
        """Note a part that is not judged."""
        self.notes.append(unsupported(self.name, what, self.path or None))
        return self


def _object(value: Any, root: Path, what: str) -> Descriptor | None:
    """A part of a descriptor that stands in it or in a file of its own; None if that would have to be fetched."""
    if isinstance(value, str):
        if "://" in value:
            return None
        value = read_json(require_inside(root, value))
    if not isinstance(value, dict):
        raise SchemaError(f"{what} is no object")
    return value


def read_schema(name: str, descriptor: Descriptor) -> Table:
    """The table that a schema of a descriptor states; SchemaError if it is no schema."""
    check_schema(name, descriptor)
    table = table_from_descriptor(name, plain_schema(descriptor))
    check_table(table)
    return table


def _encoding(name: str, given: Any) -> str:
    """The name by which Python knows an encoding of text."""
    try:
        "".encode(str(given))
        return codecs.lookup(str(given)).name
    except (LookupError, ValueError):
        raise SchemaError(f"the encoding of {name} is {given!r:.60}, which nobody knows") from None


def read_dialect(read: Read, given: Descriptor) -> bool:
    """Put the dialect of a CSV resource into `read`; False if a part of it is not followed, so that nothing can be."""
    inner = given.get("csv")
    given = {**given, **inner} if isinstance(inner, dict) else given
    told = [key for key in given if key not in FOLLOWED and key != "csv" and given[key] != DEFAULTS.get(key, given)]
    for key in sorted(told):
        read.tell(f"the property {key} of the dialect")
    delimiter, quote = str(given.get("delimiter", ",")), str(given.get("quoteChar", '"'))
    doubled = given.get("doubleQuote", True) and "escapeChar" not in given
    escape = quote if doubled else str(given.get("escapeChar", quote))
    if any(len(char) != 1 or char in "\r\n\0" for char in (delimiter, quote, escape)) or delimiter in (quote, escape):
        raise SchemaError(f"the dialect of {read.name} has a delimiter, quote or escape that cannot be")
    if not all(char.isascii() for char in (delimiter, quote, escape)):
        read.tell("a delimiter, quote or escape outside ASCII")
        return False
    encoding = _encoding(read.name, read.descriptor.get("encoding", "utf-8"))
    read.dialect = CsvDialect(delimiter, quote, escape, given.get("header", True) is not False, encoding)
    return not told


def _found(read: Read, root: Path) -> bool:
    """Whether the resource names one local file of a form that we read; says so if not."""
    resource, path = read.descriptor, read.descriptor.get("path")
    if isinstance(path, list) and len(path) == 1:
        path = path[0]
    if not isinstance(path, str):
        read.tell("data inside the descriptor" if "data" in resource else "a resource of several parts")
        return False
    if "://" in path:
        read.tell(f"the remote file {path}")
        return False
    require_inside(root, path)
    read.path = path
    read.format = str(resource.get("format") or path.rsplit(".", 1)[-1]).lower()
    if resource.get("extrapaths"):
        read.tell("a resource of several parts")
        return False
    if resource.get("compression") not in (None, "no") or path.lower().endswith(PACKED):
        read.tell("a compressed file")
        return False
    if read.format not in ("csv", "tsv", "parquet"):
        read.tell(f"the format {read.format}")
        return False
    return True


def read_resource(resource: Any, root: Path) -> Read:
    """A resource of a descriptor, with a note on every part of it that is not judged.

    Raises
    ------
    SchemaError
        If the descriptor is no descriptor.
    CouldNotRun
        If a path leaves the package.
    """
    if not isinstance(resource, dict) or not isinstance(resource.get("name"), str) or not resource["name"]:
        raise SchemaError("a resource of the descriptor has no name")
    read = Read(resource["name"], descriptor=resource)
    if resource.get("type", "table") != "table":
        return read.tell(f"a resource of the type {resource['type']!r:.60}")
    if not _found(read, root):
        return read
    if "schema" not in resource:
        return read.tell("a table without a schema")
    schema = _object(resource["schema"], root, f"the schema of {read.name}")
    dialect = _object(resource.get("dialect") or {}, root, f"the dialect of {read.name}")
    if schema is None or dialect is None:
        return read.tell("a schema or dialect that would have to be fetched")
    table = read_schema(read.name, schema)
    if read.format == "tsv":
        read.format, dialect = "csv", {"delimiter": "\t", **dialect}
    if read.format == "csv" and not read_dialect(read, dialect):
        return read.tell("a table of this dialect")
    if len(table.fields) > MAX_FIELDS:
        return read.tell(f"a table of more than {MAX_FIELDS} fields")
    if problem := unnameable(table.names, internal=True):
        return read.tell(f"a table with {problem}")
    if "missingValues" in resource:
        read.tell("missingValues outside the schema")
    if "hash" in resource and not (isinstance(resource["hash"], str) and known_hash(resource["hash"])):
        read.tell("the hash")
    for what in untold(table):
        read.tell(what)
    read.table = table
    return read
