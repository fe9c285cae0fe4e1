"""A poisoned row for every constraint of the schemas: the change that violates this constraint and no other."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from clausula.core.constraints import Constraint
from clausula.core.lexical import format_value, parse
from clausula.core.model import Field, Model, Table
from tests.poisoned.tables import Row, Tables

INVALID = {"integer": "12x", "number": "1,5", "boolean": "maybe", "date": "2030-02-30"}
PATTERN_MISMATCHES = ["=x", "Bad Id", "é", "no", "0", "X" * 10]


class NotPoisonable(Exception):
    """The small package has too few rows to violate a constraint."""


def _beyond(field: Field, limit: object, step: int) -> str:
    if field.type == "date":
        day = parse("date", str(limit))
        assert isinstance(day, dt.date)
        return format_value(day + dt.timedelta(days=step))
    assert isinstance(limit, int | float)
    return format_value(limit + step)


def _too_long(field: Field, limit: int) -> str:
    example = str(field.descriptor["example"])
    tail = "a" * (limit + 1 - len(example))
    for text in (tail + example, example[:1] * (limit + 1 - len(example)) + example, example + tail):
        if re.fullmatch(field.constraints.get("pattern", ".*"), text):
            return text
    return example + "a" * limit


def _dangling(field: Field) -> str:
    pattern = field.constraints.get("pattern", ".*")
    local = ("p99", "r99", "v99", "z", "p99.e1")
    for text in ("nowhere-at-all", *(f"nowhere.{unit}" for unit in local), "p999", "9998"):
        if re.fullmatch(pattern, text) and (field.type != "integer" or text.isdigit()):
            return text
    raise AssertionError(f"no dangling value matches the pattern of {field.name}")


def _cell_value(constraint: Constraint, field: Field) -> str:
    match constraint.kind:
        case "type":
            return INVALID[field.type]
        case "required":
            return ""
        case "enum":
            return "no-such-category" if field.type == "string" else "99"
        case "pattern":
            return next(text for text in PATTERN_MISMATCHES if not re.fullmatch(constraint.limit, text))
        case "minimum":
            return _beyond(field, constraint.limit, -1)
        case "maximum":
            return _beyond(field, constraint.limit, 1)
        case "max-length":
            return _too_long(field, constraint.limit)
        case _:
            raise AssertionError(constraint.kind)


def poison(constraint: Constraint, table: Table, rows: list[Row]) -> tuple[list[Row], int]:
    """Return the rows of the table with one change that violates the constraint, and the number of the changed row."""
    changed = [dict(row) for row in rows]
    field = table[constraint.field]
    match constraint.kind:
        case "primary-key":
            return [*changed, dict(changed[0])], len(changed) + 1
        case "unique" | "unique-key":
            filled = [n for n, row in enumerate(changed) if all(row[f] for f in constraint.fields)]
            first = filled[0] if filled else 0
            if len(changed) < 2:
                raise NotPoisonable(constraint.name)
            values = {f: changed[first][f] or str(table[f].descriptor["example"]) for f in constraint.fields}
            changed[first].update(values)
            other = next(n for n in reversed(range(len(changed))) if n != first)
            changed[other].update(values)
            return changed, max(first, other) + 1
        case "foreign-key":
            changed[0].update({f: _dangling(table[f]) for f in constraint.fields})
        case "date-bounds":
            dated = next(n for n, row in enumerate(changed) if row[field.name])
            changed[dated][constraint.limit[1]] = "2099-01-01"
            return changed, dated + 1
        case _:
            changed[0][field.name] = _cell_value(constraint, field)
    return changed, 1


def poison_all(tables: Tables, model: Model, constraints: Iterable[Constraint]) -> dict[str, int]:
    """Add a row that violates each constraint, and perhaps a key, to its table; return its number by constraint."""
    clean: dict[str, list[Row]] = {}
    rows = {}
    for constraint in constraints:
        name = constraint.table
        before = clean.setdefault(name, [dict(row) for row in tables[name]])
        poisoned, row = poison(constraint, model[name], before)
        tables[name].extend([changed for changed in poisoned if changed not in before] or [poisoned[row - 1]])
        rows[constraint.name] = len(tables[name])
    for name in clean:
        tables.write(name)
    return rows
