"""The frictionless layer: does the published package of Clausula conform to its descriptor?

It checks the CSV resources of `datapackage.json`: descriptor, headers, encodings, sizes, hashes, types, keys. DuckDB
matches the patterns, because the library's engine can take exponential time. docs/validation.md explains what the
library enforces and what it ignores. Its findings use our codes, so that a fault that two layers find is one finding.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from clausula.core.constraints import RANGES
from clausula.core.findings import Finding, Report, finding
from clausula.core.model import Descriptor
from clausula.core.package import Resource
from clausula.core.resource_reading import unsupported
from clausula.validation import schema_layer
from clausula.validation.duckdb_engine import DuckDBEngine
from clausula.validation.frictionless_descriptor import LAYER, fault, read, with_references

MAX_ERRORS = 1000
"""Number of errors after which frictionless stops reading a resource."""

MAX_COLUMNS = 1000
"""Files with more columns are not passed to frictionless, whose run time grows with the square of their number."""

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
"""Our codes for the error types of the library; constraint errors are distinguished by their note."""

HINTS = {
    "hash": "If the table was changed on purpose, run `clausula build`.",
    "size": "If the table was changed on purpose, run `clausula build`.",
}


def _code(error: Any) -> str:
    if error.type == "constraint-error":
        match = re.match(r'constraint "(\w+)"', error.note)
        return RANGES.get(match[1], match[1]) if match else "constraint"
    return CODES.get(error.type, str(error.type))


def _finding(engine: DuckDBEngine, name: str, error: Any) -> Finding:
    code, resource = _code(error), engine.package.resources[name]
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
        return replace(found, file=resource.path)
    record = dict(zip(engine.tables[name].scan.header, cells or [], strict=False))
    key = {k: record.get(k) for k in resource.table.primary_key}
    value = getattr(error, "cell", None) or (record.get(field) if field else None) or None
    return engine.locate(replace(found, row=row_number - 1, value=value), key)


def check(engine: DuckDBEngine, report: Report, only: set[str] | None = None) -> None:
    """Validate the published package with frictionless; `only` restricts the check to the named resources."""
    import frictionless

    descriptor = read(engine.package)
    if isinstance(descriptor, Finding):
        report.add(descriptor)
        return
    try:
        package = frictionless.Package.from_descriptor(descriptor, basepath=str(engine.package.root))
    except frictionless.FrictionlessException as error:
        for problem in error.reasons or [error.error]:
            report.add(fault("invalid-descriptor:published", error=problem.message))
        return
    except Exception as error:  # a property of the wrong kind can make the library raise any exception
        report.add(fault("invalid-descriptor:published", error=f"{type(error).__name__}: {error}"))
        return
    if only is None:
        _compare_names(engine, {resource.name for resource in package.resources}, report)
    for name in package.resource_names:
        known = engine.package.resources.get(name)
        if known is None or known.format != "csv" or (only is not None and name not in only):
            continue
        if reasons := _skipped(engine, known):
            report.extend(reasons)
            continue
        schema_layer.check_patterns(engine, report, LAYER, [known.table])
        for problem in _errors(engine, descriptor, name):
            report.add(problem if isinstance(problem, Finding) else _finding(engine, name, problem))


def _skipped(engine: DuckDBEngine, resource: Resource) -> list[Finding]:
    """Return the findings that explain why a file is not passed to frictionless: no file, or too many columns."""
    loaded = engine.tables[resource.name]
    if loaded.path is None:
        return [replace(f, layers=(LAYER,)) for f in engine.findings if f.table == resource.name]
    if max(len(loaded.header), len(resource.table.fields)) > MAX_COLUMNS:
        return [replace(unsupported(resource.name, f"a file with more than {MAX_COLUMNS:,} columns"), layers=(LAYER,))]
    return []


def _compare_names(engine: DuckDBEngine, listed: set[str], report: Report) -> None:
    """Report each table that is not a resource, and each resource that is not a table."""
    for name in engine.package.resources:
        if name not in listed:
            report.add(fault("missing-resource", name=name))
    for name in sorted(listed - set(engine.package.resources)):
        report.add(fault("unknown-resource", name=name))


def _errors(engine: DuckDBEngine, descriptor: Descriptor, name: str) -> list[Any]:
    """Return the errors that frictionless finds in a resource, or a finding if frictionless itself fails."""
    import frictionless

    try:
        alone = with_references(descriptor, name)
        resource = frictionless.Package.from_descriptor(alone, basepath=str(engine.package.root)).get_resource(name)
        return [error for task in resource.validate(limit_errors=MAX_ERRORS).tasks for error in task.errors]
    except Exception as error:  # schemas and cells can make the library raise any exception
        kind = type(error).__name__
        return [finding("failed-layer", kind=kind, error=error, table=name, layers=(LAYER,))]
