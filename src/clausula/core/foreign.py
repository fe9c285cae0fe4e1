"""Foreign packages: any Data Package of version 1 or 2, read into the same model as Clausula's own.

Each resource is read alone, so that a fault of one never keeps the others from being judged. What cannot be judged is
a finding, never skipped silently, and nothing is downloaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from clausula.core.compression import COMPRESSIONS, SUFFIXES, beginning
from clausula.core.csv_dialect import unique_names
from clausula.core.csvio import scan_header
from clausula.core.findings import finding
from clausula.core.fixity import known_hash
from clausula.core.foreign_dialect import read_dialect, require_kinds
from clausula.core.model import Descriptor, KindError, SchemaError, Table, listed_names, table_from_descriptor
from clausula.core.paths import inside, is_file
from clausula.core.profiles import Profiles
from clausula.core.resource_reading import ResourceReading
from clausula.core.resource_state import NOT_JUDGED, ResourceState
from clausula.core.schemas import read_json
from clausula.core.standard import (
    check_schema,
    check_table,
    unsupported_constraints,
    without_broken_keys,
    without_later_properties,
    without_own_properties,
)

MAX_FIELDS = 2000
"""Largest number of fields in a table: the time to plan its queries grows with the square of the number."""

TABULAR = ("tabular-data-resource", "https://specs.frictionlessdata.io/schemas/tabular-data-resource.json")
"""Profiles of version 1 that make a resource a table."""

FORMATS = {"csv": "csv", "tsv": "csv", "parquet": "parquet", "json": "json", "ndjson": "ndjson", "jsonl": "ndjson"}
FORMATS |= {"xlsx": "xlsx", "ods": "ods"}
"""The formats of tables that are judged, each with its reader."""

FORM = ("csv", "parquet")
"""Readers that judge the form of a table without a schema."""

MEDIA_TYPES = {
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "application/json": "json",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
}


def _object(read: ResourceReading, value: Any, profiles: Profiles, kind: str) -> Descriptor | None:
    """Return a part of a descriptor, given in it or in a file of its own; None if the file is remote.

    A file of its own is judged by its profile here, a part of the descriptor with the whole descriptor.
    """
    what = f"the {kind.removeprefix('table')} of {read.name}"
    if not isinstance(value, str):
        if not isinstance(value, dict):
            raise KindError(f"{what} is not an object")
        return value
    path = profiles.copies.find(value) if "://" in value else inside(profiles.root, value)
    if path is None and "://" in value:
        return None
    if path is None:
        raise SchemaError(f"{what}: the path {value!r:.60} leaves the package")
    part = read_json(path)
    read.notes += [replace(one, table=read.name) for one in profiles.faults(part, kind, value)]
    return part


def renamed(given: list[str]) -> dict[str, str]:
    """Return the name in SQL of each name; of several fields with one name, that of the first."""
    return dict(zip(reversed(given), reversed(unique_names(given)), strict=True))


def _with_renamed_keys(schema: Descriptor, names: Mapping[str, str]) -> Descriptor:
    """Return a schema whose keys name the fields of its table as SQL does; references into other tables are kept."""

    def key(fields: Any) -> list[str]:
        return [names.get(one, one) for one in listed_names(fields)]

    changed = dict(schema)
    if "primaryKey" in schema:
        changed["primaryKey"] = key(schema["primaryKey"])
    if "uniqueKeys" in schema:
        changed["uniqueKeys"] = [key(one) for one in schema["uniqueKeys"] or ()]
    if "foreignKeys" in schema:
        changed["foreignKeys"] = [{**one, "fields": key(one["fields"])} for one in schema["foreignKeys"] or ()]
    return changed


def read_schema(name: str, descriptor: Descriptor) -> Table:
    """Return the table that a schema describes; raise SchemaError if the schema is not valid.

    Fields whose names SQL cannot distinguish get numbers, such as `a (2)`.
    """
    check_schema(name, descriptor)
    plain = without_own_properties(descriptor)
    given = [f["name"] for f in plain["fields"]]
    if (names := unique_names(given)) != given:
        fields = [{**f, "name": name} for f, name in zip(plain["fields"], names, strict=True)]
        plain = {**_with_renamed_keys(plain, renamed(given)), "fields": fields}
    table = table_from_descriptor(name, plain)
    check_table(table)
    return table


def _paths(resource: Descriptor) -> list[str] | None:
    """Return the paths of the files of a resource, in their order; None if there are none or not all are texts."""
    path, more = resource.get("path", resource.get("url")), resource.get("extrapaths") or []
    listed = [*(path if isinstance(path, list) else [path]), *(more if isinstance(more, list) else [more])]
    return listed if listed and all(isinstance(one, str) and one for one in listed) else None


def _plain_name(path: str) -> str:
    """Return a path without the ending of a compression."""
    return next((path[: -len(end)] for end in SUFFIXES if path.lower().endswith(end)), path)


def _set_format(read: ResourceReading) -> None:
    """Set the format and the compression of a resource, as stated or by the names of its files."""
    resource = read.descriptor
    endings = {_plain_name(path).rpartition(".")[2].lower() for path in read.files}
    stated = resource.get("format") or MEDIA_TYPES.get(str(resource.get("mediatype", "")).partition(";")[0].strip())
    read.format = str(stated or min(endings, default="json")).lower().removeprefix(".")
    packed = {path[len(_plain_name(path)) + 1 :].lower() for path in read.files}
    compression = resource.get("compression")
    read.compression = "" if compression in ("no", "") else str(compression or max(packed, default=""))
    if not read.path:
        read.format = read.format if isinstance(read.data, str) else "json"
        read.compression = ""
    elif not stated and len(endings) > 1:
        read.refuse("a resource with files of several formats")
    elif len(packed) > 1 and not compression:
        read.refuse("a resource with some of its files compressed")
    elif read.compression and read.compression not in COMPRESSIONS:
        read.refuse(f"the compression {read.compression}")


def _locate_files(read: ResourceReading, root: Path, told: bool) -> bool:
    """Set the paths and format of a resource; return False if it is not judged for where its data are."""
    resource, paths = read.descriptor, _paths(read.descriptor)
    if paths is None:
        if resource.get("data") is None:
            read.fail(f"the resource {read.name!r:.60} has neither a path nor data", told)
            return False
        _set_format(read)
        return True
    read.path, read.parts = paths[0], tuple(paths) if len(paths) > 1 else ()
    read.state.path = read.path
    remote = next((path for path in paths if "://" in path), None)
    if remote is not None:
        read.refuse(f"the remote file {remote}")
        return False
    for path in paths:
        if inside(root, path) is None:
            read.notes.append(finding("unsafe-path", name=path, table=read.name))
            read.state.restrict(f"the path {path!r:.60} leaves the package", NOT_JUDGED)
            return False
    _set_format(read)
    return True


def _is_table(resource: Descriptor) -> bool:
    """Return whether the descriptor says that a resource is a table."""
    return resource.get("schema") is not None or resource.get("type") == "table" or resource.get("profile") in TABULAR


def _names_of(read: ResourceReading, root: Path) -> list[str]:
    """Return the names of the columns of a table without a schema; none if they cannot be read."""
    path = inside(root, read.path) if read.path else None
    if path is None or not is_file(path):
        return []
    if read.format == "parquet":
        import pyarrow.parquet as pq

        try:
            return list(pq.read_schema(path).names)
        except (OSError, ValueError):
            return []
    inner = read.options.get("innerpath", "")
    return list(scan_header(beginning(path, read.compression, inner), replace(read.dialect, names=())).header)


def _without_schema(read: ResourceReading, root: Path) -> Table:
    """Return a table with the columns of the file, of any type: only the form of the file is judged."""
    read.state.what = "form"
    given = _names_of(read, root)
    if not read.dialect.header:
        given = [f"field{place}" for place in range(1, len(given) + 1)]
    fields = [{"name": name, "type": "any"} for name in unique_names(given)] or [{"name": "field1", "type": "any"}]
    return table_from_descriptor(read.name, {"fields": fields, "fieldsMatch": "exact" if given else "superset"})


def read_resource(name: str, resource: Any, profiles: Profiles, told: bool) -> ResourceReading:
    """Read a resource of a descriptor, with a finding on everything that is wrong or is not supported.

    Parameters
    ----------
    name : str
        Name of the resource, which is unique in the package.
    profiles : Profiles
        The profiles, and copies of remote schemas and dialects.
    told : bool
        Whether the profile of the descriptor has found faults in the resource.
    """
    read, root = ResourceReading(name, state=ResourceState(name)), profiles.root
    if not isinstance(resource, dict):
        return read.fail(f"the resource {name} is not an object", told)
    read.descriptor = resource
    located = _locate_files(read, root, told)
    _check_fixity_properties(read)
    if not _is_table(resource) and FORMATS.get(read.format) not in FORM:
        read.state.what = "file"
        return read
    if not located or read.state.state == NOT_JUDGED:
        return read
    try:
        _read_table(read, profiles, told)
    except SchemaError as error:
        read.fail(str(error), isinstance(error, KindError) and _is_known(read, told))
    return read


def _is_known(read: ResourceReading, told: bool) -> bool:
    """Return whether the profile has told that the descriptor of a resource, or a file of it, is not valid."""
    return told or any(note.code == "invalid-descriptor" for note in read.notes)


def _read_table(read: ResourceReading, profiles: Profiles, told: bool) -> None:
    """Set the table and the dialect of a resource; raise SchemaError if one of them is not valid."""
    resource = read.descriptor
    schema = resource.get("schema")
    if read.format not in FORMATS:
        read.refuse(f"the format {read.format:.60}")
        return
    given = _object(read, resource.get("dialect") or {}, profiles, "tabledialect")
    found = None if schema is None else _object(read, schema, profiles, "tableschema")
    if given is None or (schema is not None and found is None):
        what, address = ("the dialect", resource["dialect"]) if given is None else ("the schema", schema)
        note = finding("unsupported:remote", what=what, address=address, table=read.name, file=read.path or None)
        read.notes.append(note)
        read.state.restrict(f"{what} {address} is not available here", NOT_JUDGED)
        return
    if found is not None:
        found = _sound(read, found, profiles.version, told)
    given = {"delimiter": "\t", **given} if read.format == "tsv" else given
    read.format = FORMATS[read.format]
    encoding = resource.get("encoding", "utf-8")
    read.dialect = read_dialect(read.name, given, "utf-8" if encoding is None else encoding)
    read.options = {**require_kinds(read.name, given), "innerpath": str(resource.get("innerpath") or "")}
    if found is None and (read.format not in FORM or not read.path):
        read.state.what = "file"
        read.state.restrict("without a schema, only the file was judged, not its rows")
        return
    read.table = read_schema(read.name, found) if found is not None else _without_schema(read, profiles.root)
    if len(read.table.fields) > MAX_FIELDS:
        read.refuse(f"a table of more than {MAX_FIELDS} fields")
        return
    names = tuple(read.table.names)
    read.renamed = renamed([field["name"] for field in found["fields"]]) if found is not None else {}
    differ = found is None or list(names) != [field["name"] for field in found["fields"]]
    read.dialect = replace(read.dialect, names=names if differ or read.dialect.ignore_case else ())
    if "missingValues" in resource:
        read.note_unsupported("missingValues outside the schema")
    for what in unsupported_constraints(read.table):
        read.note_unsupported(what)


def _sound(read: ResourceReading, schema: Descriptor, version: str, told: bool) -> Descriptor:
    """Return a schema without the parts that cannot be checked, each with a finding unless the profile has told it."""
    if version == "1.0":
        schema, others = without_later_properties(schema)
        for name, field_name in others:
            note = finding("unsupported:part-of-version-2", name=name, field=field_name, table=read.name)
            read.notes.append(replace(note, file=read.path or None))
            read.state.restrict(f"the property {name} of {field_name} was not checked")
    schema, problems = without_broken_keys(read.name, schema)
    known = _is_known(read, told)
    for problem in problems:
        if not (known and isinstance(problem, KindError)):
            read.notes.append(finding("invalid-descriptor", error=problem, table=read.name))
        read.state.restrict(str(problem))
    return schema


def _check_fixity_properties(read: ResourceReading) -> None:
    """Note where the size or the hash of a resource cannot be compared."""
    resource = read.descriptor
    if read.parts or not read.path:
        where = "with several files" if read.parts else "without a file"
        for what in sorted({"bytes", "hash"} & set(resource)):
            read.note_unsupported(f"the property {what} of a resource {where}")
    elif resource.get("hash") is not None and not (isinstance(resource["hash"], str) and known_hash(resource["hash"])):
        read.note_unsupported("the hash")
