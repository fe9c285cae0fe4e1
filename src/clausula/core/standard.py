"""Checking of foreign schemas: whether they are valid, and which of their parts are supported.

A descriptor can give the properties of Data Package any value. A value of the wrong kind makes the schema invalid
(SchemaError), and a property that is not supported is reported. Both happen before any table is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Any

from clausula.core.model import Descriptor, KindError, SchemaError, Table, listed_names
from clausula.core.profiles import MATCHES
from clausula.core.wording import count

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
    "jsonSchema": dict,
}
"""Supported constraints of a field, each with the kind of its value."""

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
"""Properties of a field that affect which values are valid, each with the kind of its value."""

SCHEMA = {"fields": list, "missingValues": list, "uniqueKeys": list, "foreignKeys": list}
"""Properties of a schema that affect its checks, each with the kind of its value."""

LATER = ("categories", "missingValues")
"""Properties of a field that version 1 of the standard does not define."""

OWN_PROPERTIES = ("scale", "bounds")
"""Clausula's own field properties, which a foreign schema may use in another sense."""


def _require(value: Any, kind: Any, what: str) -> None:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise KindError(f"{what} is {value!r:.60}, which is not valid")


def _require_values(values: Iterable[Any], what: str) -> None:
    for entry in values:
        value = entry.get("value") if isinstance(entry, dict) else entry
        _require(value, (str, int, float), f"a value in {what}")


def check_schema(name: str, descriptor: Descriptor) -> None:
    """Refuse a schema with a property of the wrong kind."""
    if "fields" not in descriptor:
        raise KindError(f"schema of {name}: has no fields")
    _require(descriptor.get("fieldsMatch", "exact"), (str, list), f"schema of {name}: fieldsMatch")
    for key, kind in SCHEMA.items():
        if key in descriptor:
            _require(descriptor[key], kind, f"schema of {name}: {key}")
    _require_values(descriptor.get("missingValues") or (), f"missingValues of {name}")
    for field in descriptor.get("fields") or ():
        _require(field, dict, f"schema of {name}: a field")
        _check_field(name, field)
    _check_keys(name, descriptor)


def _require_names(value: Any, what: str) -> None:
    """Refuse what is not the name of a field or a list of names."""
    _require(value, (str, list), what)
    for part in value if isinstance(value, list) else ():
        _require(part, str, what)


def _check_keys(name: str, descriptor: Descriptor) -> None:
    what = f"schema of {name}"
    if "primaryKey" in descriptor:
        _require_names(descriptor["primaryKey"], f"{what}: primaryKey")
    for key in descriptor.get("uniqueKeys") or ():
        _require_names(key, f"{what}: a unique key")
        if not key:
            raise SchemaError(f"{what}: a unique key has no fields")
    for key in descriptor.get("foreignKeys") or ():
        _require(key, dict, f"{what}: a foreign key")
        reference = key.get("reference")
        _require(reference, dict, f"{what}: the reference of a foreign key")
        _require_names(key.get("fields"), f"{what}: fields of a foreign key")
        _require_names(reference.get("fields"), f"{what}: fields of a reference")
        _require(reference.get("resource", ""), str, f"{what}: the resource of a reference")


def without_broken_keys(name: str, descriptor: Descriptor) -> tuple[Descriptor, list[SchemaError]]:
    """Return a schema without keys of fields that it lacks and without broken references, and what is wrong with them.

    Everything else of the table can be judged without them.
    """
    fields = descriptor.get("fields")
    names = [one.get("name") for one in fields if isinstance(one, dict)] if isinstance(fields, list) else []
    known = {name for name in names if isinstance(name, str)}
    kept, problems = dict(descriptor), list[SchemaError]()
    for group in ("primaryKey", "uniqueKeys", "foreignKeys"):
        if group not in descriptor:
            continue
        listed = [descriptor[group]] if group == "primaryKey" else descriptor[group]
        sound = []
        for key in listed if isinstance(listed, list) else ():
            try:
                _check_known(name, known, key, group)
                sound.append(key)
            except SchemaError as error:
                problems.append(error)
        if group == "primaryKey":
            kept = {k: v for k, v in kept.items() if k != group or sound}
        elif isinstance(listed, list):
            kept[group] = sound
    return kept, problems


def _check_known(name: str, known: Set[str], key: Any, group: str) -> None:
    """Refuse a foreign key of the wrong form, and a key of fields that the table does not have."""
    if group == "foreignKeys":
        _check_keys(name, {group: [key]})
        fields, others = listed_names(key["fields"]), listed_names(key["reference"]["fields"])
        if len(fields) != len(others) or not fields:
            raise SchemaError(
                f"schema of {name}: a foreign key has {count(len(fields), 'field')} but refers to {len(others)}"
            )
    else:
        fields = listed_names(key) if isinstance(key, (str, list)) else ()
    for field in fields:
        if isinstance(field, str) and field not in known:
            raise SchemaError(f"schema of {name}: a key names the field {field!r}, which the table does not have")


def without_later_properties(descriptor: Descriptor) -> tuple[Descriptor, list[tuple[str, str]]]:
    """Return a schema of version 1 without what only version 2 defines and is not as it says, by property and field.

    Version 1 allows any further properties, so they are not wrong.
    """
    fields, found = [], []
    given = descriptor.get("fields")
    for field in given if isinstance(given, list) else ():
        others = {key for key in LATER if isinstance(field, dict) and not isinstance(field.get(key, []), list)}
        found += [(key, str(field.get("name"))) for key in sorted(others)]
        fields.append({k: v for k, v in field.items() if k not in others} if others else field)
    return ({**descriptor, "fields": fields} if found else descriptor), found


def _check_field(name: str, field: Descriptor) -> None:
    what = f"schema of {name}, field {field.get('name')!r:.60}"
    _require(field.get("name"), str, f"{what}: name")
    for key, kind in FIELD.items():
        if key in field:
            _require(field[key], kind, f"{what}: {key}")
    for key in ("missingValues", "categories", "trueValues", "falseValues"):
        _require_values(field.get(key) or (), f"{key}: {what}")
    constraints = field.get("constraints") or {}
    for key, expected in CONSTRAINTS.items():
        if key in constraints:
            _require(constraints[key], expected, f"{what}: {key}")


def without_own_properties(descriptor: Descriptor) -> Descriptor:
    """Return a foreign schema without the properties that have a meaning only in Clausula's own schemas."""
    if descriptor.get("canonical"):
        return descriptor
    fields = [{k: v for k, v in field.items() if k not in OWN_PROPERTIES} for field in descriptor.get("fields", [])]
    return {**descriptor, "fields": fields}


def check_table(table: Table) -> None:
    """Refuse a table that contradicts itself."""
    if table.fields_match not in MATCHES:
        raise KindError(f"schema of {table.name}: {table.fields_match!r:.60} is not a valid value of fieldsMatch")
    for field in table.fields:
        if not field.allowed and ("enum" in field.constraints or field.descriptor.get("categories")):
            error = SchemaError if field.constraints.get("enum") else KindError
            raise error(f"schema of {table.name}: {field.name} does not allow any value")


def unsupported_constraints(table: Table) -> Iterator[str]:
    """Yield a description of each constraint of a table that is not supported."""
    for field in table.fields:
        for key in sorted(set(field.constraints) - set(CONSTRAINTS)):
            yield f"the constraint {key} of {field.name}"


def reference_problems(tables: dict[str, Table], unread: Mapping[str, str]) -> Iterator[tuple[Table, str, str, bool]]:
    """Yield each foreign key that cannot be checked: its table, what it is, why, and whether the descriptor is wrong.

    Parameters
    ----------
    tables : dict of str to Table
        The tables that are checked.
    unread : mapping of str to str
        The resources that are not checked, with the reason.
    """
    for table in tables.values():
        for key in table.foreign_keys:
            what = f"the foreign key of {'+'.join(key.fields)} to {key.resource:.60}"
            if key.resource in unread:
                yield table, what, unread[key.resource], False
            elif key.resource not in tables:
                yield table, what, "there is no such resource", True
            elif missing := set(key.reference) - set(tables[key.resource].names):
                yield table, what, f"it has no field {sorted(missing)[0]!r:.60}", True
