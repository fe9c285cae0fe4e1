"""A cheap condition that every cell which breaks a demand meets: where no row meets it, nothing needs to be counted.

It may also be met by a cell that breaks nothing (an integer written `+1` where a schema allows that); whoever finds a
row that meets it asks again with the exact conditions. Whoever finds none has read the file once, at half the price.
"""

from __future__ import annotations

from clausula.core.constraints import Constraint
from clausula.derive.dialect import Dialect
from clausula.derive.sql import SQL_TYPES, Cell, is_valid, literal, violation

ENUM_FROM = 8
"""From how many values on a look-up beats comparing one after the other."""

_SIGNS = {"minimum": ">=", "maximum": "<=", "exclusive-minimum": ">", "exclusive-maximum": "<"}


def _one_spelling(cell: Cell, dialect: Dialect) -> tuple[str, str] | None:
    """Condition that a text is the plainest spelling of its value, and that value; None if no such is known."""
    kind = cell.field.type
    form = cell.field.descriptor.get("format", "default")
    if not cell.is_text or kind not in ("integer", "date", "number") or (form != "default" and kind != "integer"):
        return None
    if {"groupChar", "decimalChar", "bareNumber"} & set(cell.field.descriptor):
        return None
    value = dialect.try_cast(cell.expression, SQL_TYPES[kind])
    if kind == "number":
        valid = is_valid(cell, dialect)
        assert valid is not None
        return valid, value
    same = f"{dialect.cast(value, dialect.text_type)} = {cell.expression}"
    return (f"{dialect.bytes(cell.expression)} = 10 AND {same}" if kind == "date" else same), value


def _is_long_list(constraint: Constraint, cell: Cell) -> bool:
    return constraint.kind == "enum" and cell.field.type == "string" and len(constraint.limit) >= ENUM_FROM


def _looked_up(constraint: Constraint, cell: Cell, dialect: Dialect) -> str:
    values = list(dict.fromkeys(str(value) for value in constraint.limit))
    kind = f"ENUM({', '.join(map(dialect.text, values))})"
    return f"({cell.expression} IS NOT NULL AND {dialect.try_cast(cell.expression, kind)} IS NULL)"


def suspicion(constraints: list[Constraint], cell: Cell, dialect: Dialect) -> str | None:
    """Condition that every cell meets which breaks one of the demands on its field; None if none can be broken.

    Raises
    ------
    Unsupported
        If we do not judge one of the demands.
    """
    parts, held = [], []
    plain = _one_spelling(cell, dialect)
    for constraint in constraints:
        if plain and constraint.kind == "type":
            held.append(plain[0])
        elif plain and constraint.kind in _SIGNS:
            held += [plain[0], f"{plain[1]} {_SIGNS[constraint.kind]} {literal(cell, constraint.limit, dialect)}"]
        elif _is_long_list(constraint, cell) and dialect.engine == "duckdb":
            parts.append(_looked_up(constraint, cell, dialect))
        else:
            parts.append(violation(constraint, cell, dialect))
    if held:
        parts.append(f"NOT coalesce({' AND '.join(dict.fromkeys(held))}, {cell.expression} IS NULL)")
    parts = [part for part in parts if part != "false"]
    return " OR ".join(parts) or None
