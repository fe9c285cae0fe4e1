"""SQL derived from a schema: expressions for typed values, and the condition that a cell violates a constraint.

A table that declares `canonical`, as Clausula's own do, has one spelling for each value. Any other table follows the
lexical rules of Table Schema, version 2. What a CSV reader would accept as a value makes no difference.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from clausula.core.constraints import CELL_KINDS, Constraint
from clausula.core.lexical import BOOLEAN, GEOJSON, NUMBER, STANDARD, STRING_FORMATS
from clausula.core.model import Field, Table
from clausula.core.wording import a
from clausula.derive.dialect import LONG, Dialect
from clausula.derive.options import COMPOUND, DIRECTIVES, FORMATS, boolean_texts, standard_pattern

SQL_TYPES = {
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "datetime": "TIMESTAMP",
    "year": "BIGINT",
    "time": "TIME",
}
"""SQL types by Table Schema type; values of other types remain text."""


TEXTUAL = ("string", "any")
"""Types whose values are texts, so that patterns and lengths apply to them."""

LONGEST = 1 << 40
"""Longer than any text; larger limits are reduced to it."""


class Unsupported(ValueError):
    """Raised for a part of a schema that is not supported; the message names it."""


@dataclass(frozen=True)
class Cell:
    """A cell in SQL.

    Attributes
    ----------
    expression : str
        SQL expression for its text, or for its value if `is_text` is false.
    valid, value : str, optional
        Columns with the validity and the typed value of the text, if a query has computed them before.
    """

    table: Table
    field: Field
    expression: str
    is_text: bool = True
    valid: str | None = None
    value: str | None = None


def _number_text(cell: Cell, dialect: Dialect) -> str:
    """Return the text of a number without group characters and with a decimal point."""
    options = cell.field.descriptor
    text = cell.expression
    if options.get("groupChar"):
        text = f"replace({text}, {dialect.text(options['groupChar'])}, '')"
    if options.get("decimalChar", ".") != ".":
        text = f"replace({text}, {dialect.text(options['decimalChar'])}, '.')"
    if options.get("bareNumber") is False:
        text = f"regexp_replace(regexp_replace({text}, '^[^0-9+-]+', ''), '[^0-9.]+$', '')"
    return text


def _listed(values: list[str], dialect: Dialect) -> str:
    return ", ".join(dialect.text(value) for value in values)


def _round_trip(cell: Cell, kind: str, dialect: Dialect) -> str:
    """Return the condition that a text is the canonical spelling of its value."""
    canonical = dialect.cast(dialect.try_cast(cell.expression, kind), dialect.text_type)
    return f"coalesce({canonical} = {cell.expression}, false)"


def _canonical(cell: Cell, dialect: Dialect) -> str | None:
    expression = cell.expression
    match cell.field.type:
        case "integer":
            return _round_trip(cell, "BIGINT", dialect)
        case "date":
            return f"({dialect.bytes(expression)} = 10 AND {_round_trip(cell, 'DATE', dialect)})"
        case "number":
            return dialect.matches(expression, NUMBER)
        case "boolean":
            return f"{expression} IN ({_listed(BOOLEAN.split('|'), dialect)})"
        case _:
            return None


def is_valid(cell: Cell, dialect: Dialect) -> str | None:
    """Return the condition that a text is a valid value of its field's type; None if every text is valid.

    Raises
    ------
    Unsupported
        If the type or its format is not supported.
    """
    field, expression = cell.field, cell.expression
    if not cell.is_text and field.type in SQL_TYPES:
        return None
    if cell.valid is not None:
        return cell.valid
    if cell.table.canonical:
        return _canonical(cell, dialect)
    form = str(field.descriptor.get("format", "default"))
    if field.type == "any":
        return None
    if form not in FORMATS.get(field.type, ("default", form)):
        raise Unsupported(f"the format {form!r} of {a(field.type)}")
    match field.type:
        case "string":
            pattern = STRING_FORMATS.get(form)
            return dialect.matches(expression, pattern) if pattern else None
        case "integer":
            lexical = dialect.matches(expression, standard_pattern(field))
            return f"({_round_trip(cell, 'BIGINT', dialect)} OR {lexical})"
        case "number":
            return dialect.matches(expression, standard_pattern(field))
        case "boolean":
            return f"{expression} IN ({_listed([*boolean_texts(field)[0], *boolean_texts(field)[1]], dialect)})"
        case "date" | "datetime" | "time" if form != "default":
            if not DIRECTIVES.fullmatch(form) or form == "any" or dialect.engine != "duckdb":
                raise Unsupported(f"the format {form!r} of a {field.type}")
            return f"{dialect.parse_date(expression, form.removeprefix('fmt:'))} IS NOT NULL"
        case "date":
            return f"({dialect.bytes(expression)} = 10 AND {_round_trip(cell, 'DATE', dialect)})"
        case "datetime":
            lexical = dialect.matches(expression, STANDARD[field.type])
            return f"({lexical} AND {dialect.try_cast(f'substr({expression}, 1, 10)', 'DATE')} IS NOT NULL)"
        case "object":
            return dialect.json_is(expression, "OBJECT")
        case "geojson":
            return f"({dialect.json_is(expression, 'OBJECT')} AND {dialect.json_type_in(expression, GEOJSON[form])})"
        case "array":
            return dialect.json_is(expression, "ARRAY")
        case kind if kind in STANDARD:
            return dialect.matches(expression, STANDARD[kind])
        case kind:
            raise Unsupported(f"the type {kind!r}")


def _value(cell: Cell, dialect: Dialect) -> str:
    field, expression = cell.field, cell.expression
    form = str(field.descriptor.get("format", "default"))
    match field.type:
        case "integer" | "number" if not cell.table.canonical:
            text = _number_text(cell, dialect)
            if field.type == "number":
                text = f"replace({text}, 'INF', 'Infinity')"
            return dialect.try_cast(text, SQL_TYPES[field.type])
        case "boolean":
            trues = ["true"] if cell.table.canonical else boolean_texts(field)[0]
            return f"{expression} IN ({_listed(trues, dialect)})"
        case "date" | "datetime" | "time" if form != "default" and not cell.table.canonical:
            return dialect.try_cast(dialect.parse_date(expression, form.removeprefix("fmt:")), SQL_TYPES[field.type])
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
    if not cell.is_text or cell.table.canonical or cell.field.type not in SQL_TYPES:
        return cell.expression
    try:
        value = dialect.cast(typed(cell, dialect), dialect.text_type)
    except Unsupported:
        return cell.expression
    return f"coalesce({value}, {cell.expression})"


def literal(cell: Cell, value: Any, dialect: Dialect) -> str:
    """Return a typed literal for a bound or an allowed value of the cell's field."""
    text, kind = _literal_text(cell, value), _literal_type(cell, dialect)
    return dialect.text(text) if kind == dialect.text_type else dialect.cast(dialect.text(text), kind)


def _literal_type(cell: Cell, dialect: Dialect) -> str:
    kind = SQL_TYPES.get(cell.field.type)
    return dialect.text_type if kind is None or cell.field.type == "time" else kind


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
    if not _is_typed(cell):
        return f"NOT {dialect.among(cell.expression, limit, dialect.text_type)}"
    values = [_literal_text(cell, v) for v in limit]
    return f"NOT {dialect.among(typed(cell, dialect), values, _literal_type(cell, dialect))}"


def _bounded(cell: Cell, dialect: Dialect) -> str:
    """Return the value to compare with a bound; an integer beyond 64 bits counts as the largest or smallest one."""
    value = typed(cell, dialect)
    if cell.field.type != "integer" or not cell.is_text or cell.table.canonical:
        return value
    ends = f"CASE WHEN {cell.expression} LIKE '-%' THEN -9223372036854775808 ELSE 9223372036854775807 END"
    return f"coalesce({value}, CASE WHEN {is_valid(cell, dialect)} THEN {ends} END)"


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
            if cell.field.type not in TEXTUAL:
                raise Unsupported(f"the length of {a(cell.field.type)}")
            sign = "<" if constraint.kind == "min-length" else ">"
            return f"length({expression}) {sign} {min(int(constraint.limit), LONGEST)}"
        case kind:
            if cell.field.type not in SQL_TYPES or cell.field.type == "boolean":
                raise Unsupported(f"the {kind} of {a(cell.field.type)}")
            return f"{_bounded(cell, dialect)} {_COMPARED[kind]} {literal(cell, constraint.limit, dialect)}"


def probes(constraint: Constraint, cell: Cell, dialect: Dialect) -> list[str]:
    """Return expressions that fail if the engine cannot use the constraint's pattern, bound or allowed values."""
    match constraint.kind:
        case "pattern":
            return [dialect.matches("''", constraint.limit)]
        case "enum":
            if not _is_typed(cell):
                return []
            if len(constraint.limit) <= LONG:
                return [literal(cell, value, dialect) for value in constraint.limit]
            values = [_literal_text(cell, v) for v in constraint.limit]
            return [dialect.among(literal(cell, values[0], dialect), values, _literal_type(cell, dialect))]
        case kind if kind in _COMPARED:
            return [literal(cell, constraint.limit, dialect)]
        case _:
            return []
