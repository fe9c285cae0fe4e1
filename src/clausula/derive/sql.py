"""SQL derived from a schema: expressions for typed values, and the condition that a cell violates a constraint.

A table that declares `canonical`, as Clausula's own do, has one spelling for each value. Any other table follows the
lexical rules of Table Schema, version 2. What a CSV reader would accept as a value makes no difference.
"""

from __future__ import annotations

import re
from typing import Any

from clausula.core.constraints import CELL_KINDS, Constraint
from clausula.core.lexical import BOOLEAN, NUMBER
from clausula.core.wording import a
from clausula.derive.cell import SQL_TYPES, Cell, Unsupported
from clausula.derive.dialect import LONG, Dialect
from clausula.derive.options import COMPOUND
from clausula.derive.standard_numbers import digits_beyond, exact_text, exactly_beyond, is_large
from clausula.derive.standard_values import (
    duration_text,
    format_of,
    is_valid_standard,
    listed,
    months,
    months_of,
    round_trip,
    size,
    value_standard,
)

TEXTUAL = ("string", "any")
"""Types whose values are texts, so that patterns and lengths apply to them."""

LONGEST = 1 << 40
"""Longer than any text; larger limits are reduced to it."""


def _canonical(cell: Cell, dialect: Dialect) -> str | None:
    expression = cell.expression
    match cell.field.type:
        case "integer":
            return round_trip(cell, "BIGINT", dialect)
        case "date":
            return f"({dialect.bytes(expression)} = 10 AND {round_trip(cell, 'DATE', dialect)})"
        case "number":
            return dialect.matches(expression, NUMBER)
        case "boolean":
            return f"{expression} IN ({listed(BOOLEAN.split('|'), dialect)})"
        case _:
            return None


def is_valid(cell: Cell, dialect: Dialect) -> str | None:
    """Return the condition that a text is a valid value of its field's type; None if every text is valid.

    Raises
    ------
    Unsupported
        If the type or its format is not supported.
    """
    if not cell.is_text and cell.field.type in SQL_TYPES:
        return None
    if cell.valid is not None:
        return cell.valid
    return _canonical(cell, dialect) if cell.table.canonical else is_valid_standard(cell, dialect)


def _value(cell: Cell, dialect: Dialect) -> str:
    field, expression = cell.field, cell.expression
    if not cell.table.canonical:
        return value_standard(cell, dialect)
    match field.type:
        case "boolean":
            return f"{expression} IN ({listed(['true'], dialect)})"
        case "time":
            return expression
        case kind if kind in SQL_TYPES:
            return dialect.try_cast(expression, SQL_TYPES[kind])
        case _:
            return expression


def typed(cell: Cell, dialect: Dialect) -> str:
    """Return the expression for the typed value of a cell; it is NULL if the text is not valid."""
    if not cell.is_text:
        return cell.expression
    if cell.value is not None:
        return cell.value
    valid = is_valid(cell, dialect)
    value = _value(cell, dialect)
    return value if valid is None or value == cell.expression else f"CASE WHEN {valid} THEN {value} END"


def comparable(cell: Cell, dialect: Dialect) -> str:
    """Return the expression by which the logical values of cells are compared; it is the text if that is not valid."""
    if _is_duration(cell, dialect):
        value = f"CASE WHEN {is_valid(cell, dialect)} THEN {duration_text(cell.expression)} END"
        return f"coalesce({value}, {cell.expression})"
    if not cell.is_text or cell.table.canonical or cell.field.type not in SQL_TYPES:
        return cell.expression
    try:
        value = dialect.cast(typed(cell, dialect), dialect.text_type)
        if cell.field.type in ("integer", "number"):
            valid = is_valid(cell, dialect)
            value = value if valid is None else f"CASE WHEN {valid} THEN {exact_text(cell, dialect, value)} END"
    except Unsupported:
        return cell.expression
    return f"coalesce({value}, {cell.expression})"


def _is_duration(cell: Cell, dialect: Dialect) -> bool:
    foreign = cell.is_text and not cell.table.canonical and dialect.engine == "duckdb"
    return foreign and cell.field.type == "duration" and format_of(cell.field) == "default"


def key_text(cell: Cell, dialect: Dialect) -> str:
    """Return the value of a typed column as the text with which `comparable` is compared."""
    text = dialect.cast(cell.expression, dialect.text_type)
    return exact_text(cell, dialect, text, text) if cell.field.type == "number" else text


def literal(cell: Cell, value: Any, dialect: Dialect) -> str:
    """Return a typed literal for a bound or an allowed value of the cell's field.

    A text is read in the format of the field, or else in the default format.
    """
    text, kind = _literal_text(cell, value), _literal_type(cell, dialect)
    default = dialect.text(text) if kind == dialect.text_type else dialect.cast(dialect.text(text), kind)
    if isinstance(value, str) and _has_options(cell) and dialect.engine == "duckdb":
        own = typed(Cell(cell.table, cell.field, dialect.text(value)), dialect)
        known = default if _is_default(text, cell.field.type) else f"CAST({own} AS {kind})"
        return f"coalesce({own}, {known})"
    return default


def _has_options(cell: Cell) -> bool:
    """Return whether values of the field can be written in another way than SQL does."""
    return not cell.table.canonical and cell.field.type in SQL_TYPES and cell.field.type not in ("integer", "year")


def _is_default(text: str, kind: str) -> bool:
    """Return whether a text is written as SQL writes values of a type."""
    return kind in DEFAULT and re.fullmatch(DEFAULT[kind], text) is not None


def _literal_type(cell: Cell, dialect: Dialect) -> str:
    kind = SQL_TYPES.get(cell.field.type)
    return dialect.text_type if kind is None or (cell.field.type == "time" and dialect.engine != "duckdb") else kind


def _literal_text(cell: Cell, value: Any) -> str:
    """Return a value of a schema as text that SQL parses as the type of the cell's field."""
    if isinstance(value, bool):
        return str(value).lower()
    if cell.field.type in ("date", "datetime") and re.fullmatch(r"[0-9]{4}(?:-[0-9]{2})?", str(value)):
        return f"{value}-01-01"[:10]
    return str(value)


def _is_typed(cell: Cell) -> bool:
    """Return whether cells are compared by value rather than by text."""
    return not (cell.is_text and (cell.table.canonical or cell.field.type not in SQL_TYPES))


def _allowed(cell: Cell, limit: tuple[Any, ...], dialect: Dialect) -> str:
    if not _is_typed(cell) and not _is_duration(cell, dialect):
        return f"NOT {dialect.among(cell.expression, limit, dialect.text_type)}"
    exact = _has_options(cell) or _is_duration(cell, dialect) or any(is_large(cell, value, dialect) for value in limit)
    if cell.is_text and exact and len(limit) <= LONG and dialect.engine == "duckdb":
        values = [
            comparable(Cell(cell.table, cell.field, dialect.text(_literal_text(cell, v))), dialect) for v in limit
        ]
        valid = is_valid(cell, dialect)
        among = f"{comparable(cell, dialect)} IN ({', '.join(values)})"
        return f"NOT {among}" if valid is None else f"({valid} AND NOT {among})"
    values = [_literal_text(cell, v) for v in limit]
    among = f"NOT {dialect.among(typed(cell, dialect), values, _literal_type(cell, dialect))}"
    if cell.field.type != "integer" or not cell.is_text or cell.table.canonical:
        return among
    return f"({among} OR ({typed(cell, dialect)} IS NULL AND {is_valid(cell, dialect)}))"


def _bounded(cell: Cell, dialect: Dialect) -> str:
    """Return the value to compare with a bound; an integer beyond 64 bits counts as the largest or smallest one."""
    value = typed(cell, dialect)
    if cell.field.type != "integer" or not cell.is_text or cell.table.canonical:
        return value
    ends = f"CASE WHEN {cell.expression} LIKE '-%' THEN -9223372036854775808 ELSE 9223372036854775807 END"
    return f"coalesce({value}, CASE WHEN {is_valid(cell, dialect)} THEN {ends} END)"


def _beyond(cell: Cell, kind: str, limit: Any, dialect: Dialect) -> str:
    """Return the condition that a value is beyond a bound; not a number is beyond every bound."""
    if is_large(cell, limit, dialect):
        return f"({is_valid(cell, dialect)} AND {digits_beyond(cell, _COMPARED[kind], limit, dialect)})"
    value, bound = _bounded(cell, dialect), literal(cell, limit, dialect)
    condition = f"{value} {_COMPARED[kind]} {bound}"
    if cell.field.type != "number" or cell.table.canonical or dialect.engine != "duckdb":
        return condition
    condition = f"({condition} OR isnan({value}))"
    return exactly_beyond(cell, _COMPARED[kind], limit, condition, dialect) if cell.is_text else condition


DEFAULT = {
    "number": r"[+-]?[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?",
    "date": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "datetime": r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9.]+)?)?",
    "time": r"[0-9]{2}:[0-9]{2}(?::[0-9.]+)?",
}
"""Texts that SQL casts to a type."""

_COMPARED = {"minimum": "<", "maximum": ">", "exclusive-minimum": "<=", "exclusive-maximum": ">="}


def violation(constraint: Constraint, cell: Cell, dialect: Dialect) -> str:
    """Return the condition that a cell violates a constraint.

    An empty cell violates only `required`. A text that is not a valid value of its type violates only `type` and the
    constraints on the text itself.

    Raises
    ------
    Unsupported
        If the constraint is not supported for this type.
    """
    if constraint.kind not in CELL_KINDS:
        raise ValueError(f"{constraint.kind} is not a constraint on one cell")
    expression = cell.expression
    match constraint.kind:
        case "required":
            return f"{expression} IS NULL"
        case "type":
            valid = is_valid(cell, dialect)
            return "false" if valid is None else f"({expression} IS NOT NULL AND NOT {valid})"
        case "enum" if cell.field.type in COMPOUND:
            raise Unsupported(f"the allowed values of {a(cell.field.type)}")
        case "enum":
            return _allowed(cell, constraint.limit, dialect)
        case "pattern" if cell.field.type not in TEXTUAL:
            raise Unsupported(f"the pattern of {a(cell.field.type)}")
        case "pattern":
            text = expression if cell.is_text else dialect.cast(expression, dialect.text_type)
            return f"NOT {dialect.matches(text, constraint.limit)}"
        case "min-length" | "max-length":
            sign = "<" if constraint.kind == "min-length" else ">"
            length = f"length({expression})" if cell.field.type in TEXTUAL else size(cell, dialect)
            return f"{length} {sign} {min(int(constraint.limit), LONGEST)}"
        case kind if cell.field.type == "yearmonth" and cell.is_text:
            return f"{months(expression, dialect)} {_COMPARED[kind]} {months_of(constraint.limit)}"
        case kind:
            if cell.field.type not in SQL_TYPES or cell.field.type == "boolean":
                raise Unsupported(f"the {kind} of {a(cell.field.type)}")
            return _beyond(cell, kind, constraint.limit, dialect)


def probes(constraint: Constraint, cell: Cell, dialect: Dialect) -> list[str]:
    """Return expressions that fail if the engine cannot use the constraint's pattern, bound or allowed values."""
    match constraint.kind:
        case "pattern":
            return [dialect.matches("''", constraint.limit)]
        case "enum":
            if not _is_typed(cell):
                return []
            if len(constraint.limit) <= LONG:
                usual = (value for value in constraint.limit if not is_large(cell, value, dialect))
                return [_probe(cell, value, dialect) for value in usual]
            values = [_literal_text(cell, v) for v in constraint.limit]
            return [dialect.among(literal(cell, values[0], dialect), values, _literal_type(cell, dialect))]
        case kind if kind in _COMPARED and cell.field.type in SQL_TYPES:
            return [] if is_large(cell, constraint.limit, dialect) else [_probe(cell, constraint.limit, dialect)]
        case _:
            return []


def _probe(cell: Cell, value: Any, dialect: Dialect) -> str:
    """Return the literal of a value, which fails if it is not valid."""
    given = literal(cell, value, dialect)
    return f"CASE WHEN {given} IS NULL THEN error('not valid') END" if dialect.engine == "duckdb" else given
