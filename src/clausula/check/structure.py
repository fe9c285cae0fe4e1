"""The frictionless layer: does the published package conform to its descriptor?

It judges the CSV resources of `datapackage.json`: descriptor, headers, encodings, sizes, hashes, types, keys. What the
library enforces, and what it ignores, is set out in docs/validation.md; its findings carry our codes, so that one
fault that two layers find is one finding.
"""

from __future__ import annotations

import re
from typing import Any

from clausula.check.store import Store
from clausula.core.findings import Finding, Report
from clausula.core.model import SchemaError
from clausula.core.package import DESCRIPTOR
from clausula.core.paths import inside
from clausula.core.schemas import read_json

LAYER = "frictionless"
LIMIT = 1000

CODES = {
    "type-error": "type",
    "primary-key": "primary-key",
    "foreign-key": "foreign-key",
    "unique-error": "unique",
    "blank-row": "blank-row",
    "extra-cell": "ragged-row",
    "missing-cell": "ragged-row",
    "duplicate-label": "duplicate-header",
    "extra-label": "unknown-column",
    "incorrect-label": "unknown-column",
    "missing-label": "missing-column",
    "encoding-error": "encoding",
    "hash-count": "hash",
    "byte-count": "size",
    "field-count": "ragged-row",
    "source-error": "unreadable-file",
    "scheme-error": "missing-file",
}
"""Our codes for the library's types of errors; constraints are told apart by their note."""

CONSTRAINTS = {
    "required": "required",
    "enum": "enum",
    "pattern": "pattern",
    "minimum": "minimum",
    "maximum": "maximum",
    "minLength": "min-length",
    "maxLength": "max-length",
    "unique": "unique",
}

HINTS = {
    "hash": "Run `clausula build` if the table was meant to change.",
    "size": "Run `clausula build` if the table was meant to change.",
}


def _code(error: Any) -> str:
    if error.type == "constraint-error":
        match = re.match(r'constraint "(\w+)"', error.note)
        return CONSTRAINTS.get(match[1] if match else "", "constraint")
    return CODES.get(error.type, str(error.type))


def _finding(store: Store, name: str, error: Any) -> Finding:
    code, resource = _code(error), store.package.resources[name]
    field = getattr(error, "field_name", None) or None
    row_number = getattr(error, "row_number", None)
    cells = getattr(error, "cells", None)
    if code == "foreign-key":
        field = next(iter(getattr(error, "field_names", []) or []), None)
    if code == "primary-key":
        field = resource.table.primary_key[0]
    hint = HINTS.get(code, "See docs/validation.md for what this layer checks.")
    found = Finding(
        code,
        f"{error.title.lower()}: {error.note}" if error.note else error.message,
        hint,
        table=name,
        field=field,
        layers=(LAYER,),
    )
    if row_number is None:
        return Finding(**{**found.__dict__, "file": resource.path})
    row = row_number - 1
    record = dict(zip(store.tables[name].scan.header, cells or [], strict=False))
    key = {k: record.get(k) for k in resource.table.primary_key}
    found = Finding(
        **{
            **found.__dict__,
            "row": row,
            "value": getattr(error, "cell", None) or (record.get(field) if field else None) or None,
        }
    )
    return store.locate(found, key)


def _fault(code: str, message: str, hint: str) -> Finding:
    return Finding(code, message, hint, file=DESCRIPTOR, layers=(LAYER,))


def _paths(entry: Any) -> list[str]:
    """Every path that a resource of a descriptor names."""
    if not isinstance(entry, dict):
        return []
    named = [entry.get("path"), entry.get("schema"), entry.get("dialect")]
    listed = [
        part for value in (entry.get("path"), entry.get("extrapaths")) if isinstance(value, list) for part in value
    ]
    return [path for path in [*named, *listed] if isinstance(path, str)]


def _safe(store: Store) -> dict[str, Any] | Finding:
    """The descriptor, if it can be read and no path in it leaves the package."""
    try:
        descriptor = read_json(store.package.root / DESCRIPTOR)
    except SchemaError as error:
        return _fault("bad-descriptor", str(error), "Run `clausula build`.")
    entries = descriptor.get("resources")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        return _fault("bad-descriptor", f"{DESCRIPTOR}: resources is no list of objects", "Run `clausula build`.")
    for path in (path for entry in entries for path in _paths(entry)):
        if inside(store.package.root, path) is None:
            hint = "Paths are relative, with forward slashes, without steps up."
            return _fault("unsafe-path", f"the path {path!r} leaves the package", hint)
    return descriptor


def check(store: Store, report: Report, only: set[str] | None = None) -> None:
    """Validate the published package with frictionless; `only` names the resources to look at."""
    import frictionless

    descriptor = _safe(store)
    if isinstance(descriptor, Finding):
        report.add(descriptor)
        return
    try:
        package = frictionless.Package.from_descriptor(descriptor, basepath=str(store.package.root))
    except frictionless.FrictionlessException as error:
        for reason in error.reasons or [error.error]:
            report.add(_fault("bad-descriptor", reason.message, "Run `clausula build`."))
        return
    listed = {resource.name for resource in package.resources}
    for name in store.package.resources:
        if name not in listed and only is None:
            report.add(_fault("missing-resource", f"the descriptor has no resource {name!r}", "Run `clausula build`."))
    for resource in package.resources:
        if only is not None and resource.name not in only:
            continue
        if resource.name not in store.package.resources:
            report.add(
                _fault(
                    "unknown-resource",
                    f"the descriptor has a resource {resource.name!r} that no schema knows",
                    "Run `clausula build`.",
                )
            )
            continue
        for task in resource.validate(limit_errors=LIMIT).tasks:
            for problem in task.errors:
                report.add(_finding(store, resource.name, problem))
