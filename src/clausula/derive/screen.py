"""Screening conditions: cheap SQL conditions that are true for every cell that violates a constraint.

If no row meets them, no violations need to be counted, and the file was read once at half the cost. A valid cell may
also meet a screening condition (an integer written `+1` where a schema allows that), so rows that do are checked again
with the exact conditions.
"""

from __future__ import annotations

import re

from clausula.core.constraints import Constraint
from clausula.derive.dialect import Dialect
from clausula.derive.plain import as_glob
from clausula.derive.sql import SQL_TYPES, TEXTUAL, Cell, is_valid, literal, violation

ENUM_FROM = 8
"""Smallest number of values for which a look-up is faster than comparing them one by one."""

MAX_LISTED = 40
"""Largest difference between two bounds for which the integers between them are listed one by one."""

_DAY = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")
_SIGNS = {"minimum": ">=", "maximum": "<=", "exclusive-minimum": ">", "exclusive-maximum": "<"}


def _one_spelling(cell: Cell, dialect: Dialect) -> tuple[str, str] | None:
    """Return the condition that a text is the simplest spelling of its value, and what to compare with bounds.

    Returns None if there is no such condition. The engine evaluates a repeated expression each time, so each value is
    computed as rarely as possible. Dates are compared as text, because their simplest spellings sort by date.
    """
    kind = cell.field.type
    form = cell.field.descriptor.get("format", "default")
    if not cell.is_text or kind not in ("integer", "date", "number") or (form != "default" and kind != "integer"):
        return None
    if {"groupChar", "decimalChar", "bareNumber"} & set(cell.field.descriptor):
        return None
    value = dialect.try_cast(cell.expression, SQL_TYPES[kind])
    if kind == "number":
        # of texts in these characters, DuckDB casts only valid numbers
        if dialect.engine == "duckdb" and not cell.table.canonical:
            return f"NOT {dialect.matches_glob(cell.expression, '*[!-0-9.eE]*')}", value
        valid = is_valid(cell, dialect)
        assert valid is not None
        return valid, value
    same = f"{dialect.cast(value, dialect.text_type)} = {cell.expression}"
    return (f"{dialect.bytes(cell.expression)} = 10 AND {same}", cell.expression) if kind == "date" else (same, value)


def _within(constraints: list[Constraint], value: str, cell: Cell, dialect: Dialect) -> list[str]:
    """Return the conditions that a value is within its bounds, combined into one where possible."""
    limits = {c.kind: _bound(c, cell, dialect) for c in constraints if c.kind in _SIGNS}
    parts = []
    if {"minimum", "maximum"} <= set(limits):
        parts.append(f"{value} BETWEEN {limits.pop('minimum')} AND {limits.pop('maximum')}")
    return parts + [f"{value} {_SIGNS[kind]} {limit}" for kind, limit in limits.items()]


def _sorts_as_text(constraint: Constraint, cell: Cell) -> bool:
    """Return whether a bound can be compared as text: a date bound must have a year of four digits."""
    day = cell.field.type == "date" and constraint.kind in _SIGNS
    return not day or _DAY.fullmatch(str(constraint.limit)) is not None


def _bound(constraint: Constraint, cell: Cell, dialect: Dialect) -> str:
    typed = literal(cell, constraint.limit, dialect)
    return dialect.cast(typed, dialect.text_type) if cell.field.type == "date" else typed


def _is_long_list(constraint: Constraint, cell: Cell) -> bool:
    return constraint.kind == "enum" and cell.field.type == "string" and len(constraint.limit) >= ENUM_FROM


def _looked_up(constraint: Constraint, cell: Cell, dialect: Dialect) -> str:
    values = list(dict.fromkeys(str(value) for value in constraint.limit))
    kind = f"ENUM({', '.join(map(dialect.text, values))})"
    return f"({cell.expression} IS NOT NULL AND {dialect.try_cast(cell.expression, kind)} IS NULL)"


def _listed(constraints: list[Constraint], cell: Cell, dialect: Dialect) -> str | None:
    """Return the condition that an integer is not one of the few between its bounds; None if there are many."""
    limits = {c.kind: c.limit for c in constraints if c.kind in ("type", *_SIGNS)}
    if set(limits) != {"type", "minimum", "maximum"} or cell.field.type != "integer" or not cell.is_text:
        return None
    low, high = limits["minimum"], limits["maximum"]
    if type(low) is not int or type(high) is not int or not 0 <= high - low < MAX_LISTED:
        return None
    return f"NOT {dialect.among(cell.expression, list(range(low, high + 1)), dialect.text_type)}"


def screening_condition(constraints: list[Constraint], cell: Cell, dialect: Dialect) -> str | None:
    """Return a condition that is true for every cell that violates a constraint; None if no cell can.

    Raises
    ------
    Unsupported
        If one of the constraints is not supported.
    """
    parts, valid = [], []
    listed = _listed(constraints, cell, dialect)
    globs = cell.is_text and cell.field.type in TEXTUAL and dialect.engine == "duckdb"
    plain = _one_spelling(cell, dialect) if all(_sorts_as_text(c, cell) for c in constraints) else None
    for constraint in constraints:
        if plain and constraint.kind in ("type", *_SIGNS):
            valid.append(plain[0])
        elif globs and constraint.kind == "pattern" and (glob := as_glob(constraint.limit)):
            parts.append(f"NOT {dialect.matches_glob(cell.expression, glob)}")
        elif _is_long_list(constraint, cell) and dialect.engine == "duckdb":
            parts.append(_looked_up(constraint, cell, dialect))
        else:
            parts.append(violation(constraint, cell, dialect))
    if plain and valid and listed:
        parts.append(listed)
    elif plain and valid:
        valid += _within(constraints, plain[1], cell, dialect) or [f"{plain[1]} IS NOT NULL"]
        parts.append(f"NOT coalesce({' AND '.join(dict.fromkeys(valid))}, {cell.expression} IS NULL)")
    parts = [part for part in parts if part != "false"]
    return " OR ".join(parts) or None
