"""SQL derived from a schema: typed values out of text, and the condition under which a cell breaks a demand.

A table that declares `canonical` (ours do) has one spelling for each value; any other is judged by the lexical rules
of Table Schema, version 2. Which reader would take a text for a value plays no part in either.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from clausula.core.constraints import CELL_KINDS, Constraint
from clausula.core.lexical import BOOLEAN, GEOJSON, NUMBER, STANDARD, STRING_FORMATS
from clausula.core.model import Field, Table
from clausula.derive.dialect import LONG, Dialect
from clausula.derive.options import COMPOUND, DIRECTIVES, FORMATS, standard_pattern, truths

SQL_TYPES = {
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "datetime": "TIMESTAMP",
    "year": "BIGINT",
    "time": "TIME",
}
"""Types of Table Schema whose values are typed in SQL; those of the others stay text."""


TEXTUAL = ("string", "any")
"""Types whose values are texts, so that patterns and lengths are asked of them."""

LONGEST = 1 << 40
"""No text is as long; a limit beyond it asks for the same."""


class Unsupported(ValueError):
    """A part of a schema that we do not judge; the message says which."""


@dataclass(frozen=True)
class Cell:
    """A cell in SQL.

    Attributes
    ----------
    expression : str
        What yields its text, or its value where `is_text` is false.
    valid, value : str, optional
        Columns that hold whether the text is a value and which, where a query has worked that out before.
    """

    table: Table
    field: Field
    expression: str
    is_text: bool = True
    valid: str | None = None
    value: str | None = None


def _number_text(cell: Cell, dialect: Dialect) -> str:
    """The text of a number with group and decimal characters of its field put into their plain form."""
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
    """Condition that a text is the one spelling of its value."""
    spelt = dialect.cast(dialect.try_cast(cell.expression, kind), dialect.text_type)
    return f"coalesce({spelt} = {cell.expression}, false)"


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
    """Condition that a text is a value of its field's type; None if every text is one.

    Raises
    ------
    Unsupported
        If we do not judge the type or its format.
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
        raise Unsupported(f"the format {form!r} of {'an' if field.type[:1] in 'aio' else 'a'} {field.type}")
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
            return f"{expression} IN ({_listed([*truths(field)[0], *truths(field)[1]], dialect)})"
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
            trues = ["true"] if cell.table.canonical else truths(field)[0]
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
    """Expression for the typed value of a cell; NULL where its text is no value of the type."""
    if not cell.is_text:
        return cell.expression
    if cell.value is not None:
        return cell.value
    valid = is_valid(cell, dialect)
    value = _value(cell, dialect)
    return value if valid is None or value == cell.expression else f"CASE WHEN {valid} THEN {value} END"


def comparable(cell: Cell, dialect: Dialect) -> str:
    """Expression by which two cells have the same logical value; their text where that is no value of the type."""
    if not cell.is_text or cell.table.canonical or cell.field.type not in SQL_TYPES:
        return cell.expression
    try:
        value = dialect.cast(typed(cell, dialect), dialect.text_type)
    except Unsupported:
        return cell.expression
    return f"coalesce({value}, {cell.expression})"


def literal(cell: Cell, value: Any, dialect: Dialect) -> str:
    """A typed literal for a bound or an allowed value of the cell's field."""
    spelt, kind = _spelt(cell, value), _literal_type(cell, dialect)
    return dialect.text(spelt) if kind == dialect.text_type else dialect.cast(dialect.text(spelt), kind)


def _literal_type(cell: Cell, dialect: Dialect) -> str:
    kind = SQL_TYPES.get(cell.field.type)
    return dialect.text_type if kind is None or cell.field.type == "time" else kind


def _spelt(cell: Cell, value: Any) -> str:
    """A value of a schema as text that SQL reads as the type of the cell's field."""
    if isinstance(value, bool):
        return str(value).lower()
    if cell.field.type in ("date", "datetime") and re.fullmatch(r"[0-9]{4}(?:-[0-9]{2})?", str(value)):
        return f"{value}-01-01"[:10]
    return str(value)


def _is_typed(cell: Cell) -> bool:
    """Whether cells are compared by value and not by text."""
    return not (cell.is_text and (cell.table.canonical or cell.field.type not in SQL_TYPES))


def _allowed(cell: Cell, limit: tuple[Any, ...], dialect: Dialect) -> str:
    if not _is_typed(cell):
        return f"NOT {dialect.among(cell.expression, limit, dialect.text_type)}"
    values = [_spelt(cell, v) for v in limit]
    return f"NOT {dialect.among(typed(cell, dialect), values, _literal_type(cell, dialect))}"


def _bounded(cell: Cell, dialect: Dialect) -> str:
    """The value that is held against a bound; an integer beyond 64 bits counts as the last one within."""
    value = typed(cell, dialect)
    if cell.field.type != "integer" or not cell.is_text or cell.table.canonical:
        return value
    ends = f"CASE WHEN {cell.expression} LIKE '-%' THEN -9223372036854775808 ELSE 9223372036854775807 END"
    return f"coalesce({value}, CASE WHEN {is_valid(cell, dialect)} THEN {ends} END)"


_COMPARED = {"minimum": "<", "maximum": ">", "exclusive-minimum": "<=", "exclusive-maximum": ">="}


def violation(constraint: Constraint, cell: Cell, dialect: Dialect) -> str:
    """Condition under which a cell breaks a demand on it.

    An empty cell breaks only `required`; a text that is no value of its type breaks only `type` and what is asked of
    the text itself.

    Raises
    ------
    Unsupported
        If we do not judge the demand on this type.
    """
    if constraint.kind not in CELL_KINDS:
        raise ValueError(f"{constraint.kind} is no demand on one cell")
    expression = cell.expression
    match constraint.kind:
        case "required":
            return f"{expression} IS NULL"
        case "type":
            valid = is_valid(cell, dialect)
            return "false" if valid is None else f"({expression} IS NOT NULL AND NOT {valid})"
        case "enum" if cell.field.type in COMPOUND:
            raise Unsupported(f"the values allowed of a {cell.field.type}")
        case "enum":
            return _allowed(cell, constraint.limit, dialect)
        case "pattern" if cell.field.type not in TEXTUAL:
            raise Unsupported(f"the pattern of a {cell.field.type}")
        case "pattern":
            text = expression if cell.is_text else dialect.cast(expression, dialect.text_type)
            return f"NOT {dialect.matches(text, constraint.limit)}"
        case "min-length" | "max-length":
            if cell.field.type not in TEXTUAL:
                raise Unsupported(f"the length of a {cell.field.type}")
            sign = "<" if constraint.kind == "min-length" else ">"
            return f"length({expression}) {sign} {min(int(constraint.limit), LONGEST)}"
        case kind:
            if cell.field.type not in SQL_TYPES or cell.field.type == "boolean":
                raise Unsupported(f"{kind} of a {cell.field.type}")
            return f"{_bounded(cell, dialect)} {_COMPARED[kind]} {literal(cell, constraint.limit, dialect)}"


def probes(constraint: Constraint, cell: Cell, dialect: Dialect) -> list[str]:
    """Expressions on which an engine fails if it cannot read what the schema demands: a pattern, a bound, a value."""
    match constraint.kind:
        case "pattern":
            return [dialect.matches("''", constraint.limit)]
        case "enum":
            if not _is_typed(cell):
                return []
            if len(constraint.limit) <= LONG:
                return [literal(cell, value, dialect) for value in constraint.limit]
            values = [_spelt(cell, v) for v in constraint.limit]
            return [dialect.among(literal(cell, values[0], dialect), values, _literal_type(cell, dialect))]
        case kind if kind in _COMPARED:
            return [literal(cell, constraint.limit, dialect)]
        case _:
            return []
