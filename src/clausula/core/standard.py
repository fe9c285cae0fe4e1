"""What of a foreign schema we can judge, and whether it is a schema at all.

Data Package names many properties, and a descriptor may say anything about them. A property whose value is of the
wrong kind makes the schema unreadable (SchemaError); one that we do not judge is told; both before any table is read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from clausula.core.model import Descriptor, SchemaError, Table

CONSTRAINTS = {
    "required": bool,
    "unique": bool,
    "enum": list,
    "pattern": str,
    "minimum": (int, float, str),
    "maximum": (int, float, str),
    "exclusiveMinimum": (int, float, str),
    "exclusiveMaximum": (int, float, str),
    "minLength": int,
    "maxLength": int,
}
"""Constraints of a field that we judge, each with the kind of its value."""

FIELD = {
    "name": str,
    "type": str,
    "format": str,
    "missingValues": list,
    "categories": list,
    "trueValues": list,
    "falseValues": list,
    "groupChar": str,
    "decimalChar": str,
    "bareNumber": bool,
    "constraints": dict,
}
"""Properties of a field that bear on what a value is."""

SCHEMA = {"fields": list, "missingValues": list, "uniqueKeys": list, "foreignKeys": list}
"""Properties of a schema that bear on it, and are of one kind only."""

OWN_PROPERTIES = ("scale", "bounds")
"""Properties of ours, outside the standard, that a foreign field may use in another sense."""

MATCHES = ("exact", "equal", "subset", "superset", "partial")
INTERNAL = ("_row", "_ok", "_is")
"""How names begin that the checks use for columns of their own."""


def _require(value: Any, kind: Any, what: str) -> None:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise SchemaError(f"{what} is {value!r:.60}, which cannot be")


def _listed(values: Iterable[Any], what: str) -> None:
    for value in values:
        plain = value.get("value") if isinstance(value, dict) else value
        _require(plain, (str, int, float), f"a value in {what}")


def check_schema(name: str, descriptor: Descriptor) -> None:
    """Refuse a schema whose properties are of the wrong kind."""
    if "fields" not in descriptor:
        raise SchemaError(f"schema of {name}: states no fields")
    for key, kind in SCHEMA.items():
        if key in descriptor:
            _require(descriptor[key], kind, f"schema of {name}: {key}")
    _listed(descriptor.get("missingValues") or (), f"missingValues of {name}")
    for field in descriptor.get("fields") or ():
        _require(field, dict, f"schema of {name}: a field")
        _check_field(name, field)


def _check_field(name: str, field: Descriptor) -> None:
    what = f"schema of {name}, field {field.get('name')!r:.60}"
    _require(field.get("name"), str, f"{what}: name")
    for key, kind in FIELD.items():
        if key in field:
            _require(field[key], kind, f"{what}: {key}")
    for key in ("missingValues", "categories", "trueValues", "falseValues"):
        _listed(field.get(key) or (), f"{key}: {what}")
    constraints = field.get("constraints") or {}
    for key, wanted in CONSTRAINTS.items():
        if key in constraints:
            _require(constraints[key], wanted, f"{what}: {key}")


def plain_schema(descriptor: Descriptor) -> Descriptor:
    """The schema without properties that mean something to us alone."""
    if descriptor.get("canonical"):
        return descriptor
    fields = [{k: v for k, v in field.items() if k not in OWN_PROPERTIES} for field in descriptor.get("fields", [])]
    return {**descriptor, "fields": fields}


def check_table(table: Table) -> None:
    """Refuse a table that contradicts itself."""
    if table.fields_match not in MATCHES:
        raise SchemaError(f"schema of {table.name}: fieldsMatch is {table.fields_match!r:.60}")
    twice = [n for n, count in Counter(table.names).items() if count > 1]
    if twice:
        raise SchemaError(f"schema of {table.name}: two fields are named {twice[0]!r:.60}")
    for field in table.fields:
        if not field.allowed and ("enum" in field.constraints or field.descriptor.get("categories")):
            raise SchemaError(f"schema of {table.name}: {field.name} allows no value at all")
    for key in table.foreign_keys:
        if len(key.fields) != len(key.reference) or not key.fields:
            raise SchemaError(f"schema of {table.name}: a reference pairs {len(key.fields)} and {len(key.reference)}")


def untold(table: Table) -> Iterator[str]:
    """What of the constraints of a table we do not judge."""
    for field in table.fields:
        for key in sorted(set(field.constraints) - set(CONSTRAINTS)):
            yield f"the constraint {key} of {field.name}"


def unnameable(names: Iterable[str], internal: bool) -> str | None:
    """Why SQL cannot tell these names apart; None if it can."""
    seen: dict[str, str] = {}
    for name in names:
        folded = name.casefold()
        if not name or "\0" in name or len(name) > 1000:
            return f"the name {name!r:.60}"
        if internal and folded.startswith(INTERNAL):
            return f"the name {name!r}, which the checks use themselves,"
        if folded in seen:
            return f"the pair of names {seen[folded]!r:.60} and {name!r:.60}, which differ in case only,"
        seen[folded] = name
    return None


def dangling_references(tables: dict[str, Table], entries: Iterable[str]) -> Iterator[tuple[str, str]]:
    """References to tables that are not judged, as (table, what); those that lead nowhere are refused."""
    known = set(entries)
    for table in tables.values():
        for key in table.foreign_keys:
            if key.resource not in known:
                raise SchemaError(f"schema of {table.name}: a reference leads to {key.resource!r:.60}, no resource")
            if key.resource not in tables:
                yield table.name, f"the reference of {'+'.join(key.fields)} to {key.resource}"
            elif missing := set(key.reference) - set(tables[key.resource].names):
                wanted = f"{key.resource}.{sorted(missing)[0]}"
                raise SchemaError(f"schema of {table.name}: a reference leads to {wanted:.60}, no field")
