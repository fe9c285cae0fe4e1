"""What the text of the standard requires of listed values in a Table Schema, and its profile does not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from clausula.core.findings import shown

Fault = tuple[str, str]
"""The JSON pointer below the schema, and what is wrong."""


def _listed(part: Any, key: str) -> list[Any]:
    given = part.get(key) if isinstance(part, dict) else None
    return given if isinstance(given, list) else []


def _value(entry: Any) -> Any:
    return entry.get("value") if isinstance(entry, dict) else entry


def _key(value: Any) -> str:
    """Return a value as text that is the same for equal values only; 1 and true differ."""
    return json.dumps(value, sort_keys=True)


def _repeated(values: list[Any], pointer: str, what: str) -> Iterator[Fault]:
    seen = set[str]()
    for number, value in enumerate(values):
        if value is None:
            continue
        if _key(value) in seen:
            yield f"{pointer}/{number}", f"the {what} {shown(repr(value), 60)} is duplicated"
        seen.add(_key(value))


def _faults_of_list(part: Any, key: str, pointer: str) -> Iterator[Fault]:
    """Yield the faults of a list of values, or of objects with a value and a label."""
    entries = _listed(part, key)
    if len({isinstance(entry, dict) for entry in entries}) > 1:
        yield pointer, "the list has both values and objects with a value"
    yield from _repeated([_value(entry) for entry in entries], pointer, "value")
    labels = [entry.get("label") if isinstance(entry, dict) else None for entry in entries]
    yield from _repeated(labels, pointer, "label")


def _faults_of_enum(field: Any, pointer: str) -> Iterator[Fault]:
    """Yield the allowed values that are not among the categories."""
    categories = {str(_value(entry)) for entry in _listed(field, "categories")}
    for number, value in enumerate(_listed(field.get("constraints"), "enum") if categories else ()):
        if str(value) not in categories:
            yield f"{pointer}/constraints/enum/{number}", f"{shown(repr(value), 60)} is not one of the categories"


def faults_of_schema(schema: Any) -> Iterator[Fault]:
    """Yield where missing values, categories and allowed values depart from the text of version 2.

    Missing values are either texts or objects, and each of them, like each category, is listed once. Labels differ
    from each other, and allowed values are a part of the categories.
    """
    yield from _faults_of_list(schema, "missingValues", "/missingValues")
    for number, field in enumerate(_listed(schema, "fields")):
        pointer = f"/fields/{number}"
        if isinstance(field, dict):
            yield from _faults_of_list(field, "missingValues", f"{pointer}/missingValues")
            yield from _faults_of_list(field, "categories", f"{pointer}/categories")
            yield from _faults_of_enum(field, pointer)
