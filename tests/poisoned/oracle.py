"""The oracle: the constraints of the schemas, checked row by row in plain Python without an engine."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from clausula.core import edtf
from clausula.core.constraints import Constraint, constraints_of
from clausula.core.lexical import parse
from clausula.core.model import Field, Model
from tests.poisoned.tables import Row

Violation = tuple[str, str, int, str]
"""Code, table, row from 1, field."""


def _violates(constraint: Constraint, field: Field, text: str) -> bool:
    value = parse(field.type, text)
    limit = constraint.limit
    match constraint.kind:
        case "type":
            return value is None
        case "enum":
            return text not in {str(v) for v in limit}
        case "pattern":
            return re.fullmatch(limit, text) is None
        case "minimum":
            return value is not None and value < (parse("date", limit) if field.type == "date" else limit)
        case "maximum":
            return value is not None and value > (parse("date", limit) if field.type == "date" else limit)
        case "min-length":
            return len(text) < limit
        case _:
            return len(text) > limit


def _cells(constraint: Constraint, field: Field, rows: list[Row]) -> Iterator[int]:
    for number, row in enumerate(rows, 1):
        text = row[field.name]
        if (text == "" and constraint.kind == "required") or (
            text != "" and constraint.kind != "required" and _violates(constraint, field, text)
        ):
            yield number


def _repeated(constraint: Constraint, rows: list[Row]) -> Iterator[int]:
    seen: set[tuple[str, ...]] = set()
    for number, row in enumerate(rows, 1):
        key = tuple(row[f] for f in constraint.fields)
        if "" in key:
            continue
        if key in seen:
            yield number
        seen.add(key)


def _dangling(constraint: Constraint, rows: list[Row], tables: Mapping[str, list[Row]]) -> Iterator[int]:
    resource, reference = constraint.limit
    known = {tuple(row[f] for f in reference) for row in tables[resource]}
    for number, row in enumerate(rows, 1):
        key = tuple(row[f] for f in constraint.fields)
        if "" not in key and key not in known:
            yield number


Headers = Mapping[str, Sequence[str]]


def _numbers(constraint: Constraint, model: Model, rows: list[Row], tables: Mapping[str, list[Row]]) -> list[int]:
    if constraint.kind in ("unique", "primary-key", "unique-key"):
        return list(_repeated(constraint, rows))
    if constraint.kind == "foreign-key":
        return list(_dangling(constraint, rows, tables))
    if constraint.kind == "date-bounds":
        names = (constraint.field, *constraint.limit)
        return [n for n, row in enumerate(rows, 1) if not edtf.agrees(*(row[f] or None for f in names))]
    return list(_cells(constraint, model[constraint.table][constraint.field], rows))


def _has_columns(constraint: Constraint, headers: Headers) -> bool:
    """Whether every column that a constraint needs exists."""
    needed = {(constraint.table, f) for f in constraint.fields}
    if constraint.kind == "foreign-key":
        needed |= {(constraint.limit[0], f) for f in constraint.limit[1]}
    if constraint.kind == "date-bounds":
        needed |= {(constraint.table, f) for f in constraint.limit}
    return all(field in headers.get(table, ()) for table, field in needed)


def all_violations(
    model: Model, tables: Mapping[str, list[Row]], headers: Headers | None = None
) -> Iterator[tuple[Constraint, int]]:
    """Yield every violated constraint with its row; skip a constraint whose columns are missing."""
    headers = headers or {name: model[name].names for name in tables}
    for name, rows in tables.items():
        for constraint in constraints_of(model[name]):
            if _has_columns(constraint, headers):
                yield from ((constraint, number) for number in _numbers(constraint, model, rows, tables))


def violations(model: Model, tables: Mapping[str, list[Row]]) -> set[Violation]:
    """Return every violation in the given tables; skip references to other tables."""
    return {(c.kind, c.table, number, c.field) for c, number in all_violations(model, tables)}
