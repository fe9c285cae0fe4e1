"""Values of Table Schema in SQL: which texts are valid values of a type, and which values they stand for."""

from __future__ import annotations

import re
from typing import Any

from clausula.core.lexical import GEOJSON, STANDARD, STRING_FORMATS
from clausula.core.model import Field
from clausula.core.wording import a
from clausula.derive.cell import SQL_TYPES, Cell, Unsupported
from clausula.derive.dialect import Dialect
from clausula.derive.options import FORMATS, boolean_texts, standard_pattern
from clausula.derive.standard_numbers import number_text
from clausula.derive.strptime import ZONE, is_supported, lexical_pattern, without_locale, without_zone

ITEM_TYPES = ("string", "integer", "boolean", "number", "datetime", "date", "time")
"""The types that the items of a list can have."""

NUMERIC = ("UBIGINT", "BIGINT", "HUGEINT", "UHUGEINT", "DOUBLE", "DECIMAL", "INTEGER", "UINTEGER")
"""What DuckDB calls the numbers of JSON."""

TEMPORAL = ("date", "datetime", "time")


def listed(values: list[str], dialect: Dialect) -> str:
    """Return texts as literals for an IN clause."""
    return ", ".join(dialect.text(value) for value in values)


def round_trip(cell: Cell, kind: str, dialect: Dialect) -> str:
    """Return the condition that a text is the canonical spelling of its value."""
    canonical = dialect.cast(dialect.try_cast(cell.expression, kind), dialect.text_type)
    return f"coalesce({canonical} = {cell.expression}, false)"


def format_of(field: Field) -> str:
    """Return the format of a field, without the prefix of version 0."""
    form = str(field.descriptor.get("format", "default")).removeprefix("fmt:")
    return without_locale(form) if field.type in TEMPORAL else form


def is_valid_standard(cell: Cell, dialect: Dialect) -> str | None:
    """Return the condition that a text is a valid value of its field's type; None if every text is valid.

    Raises
    ------
    Unsupported
        If the type or its format is not supported.
    """
    field, expression, form = cell.field, cell.expression, format_of(cell.field)
    if field.type == "any":
        return None
    if form not in FORMATS.get(field.type, ("default", form)):
        raise Unsupported(f"the format {form!r:.60} of {a(field.type)}")
    match field.type:
        case "string":
            pattern = STRING_FORMATS.get(form)
            return dialect.matches(expression, pattern) if pattern else None
        case "integer":
            lexical = dialect.matches(expression, standard_pattern(field))
            return f"({round_trip(cell, 'BIGINT', dialect)} OR {lexical})"
        case "number":
            return dialect.matches(expression, standard_pattern(field))
        case "boolean":
            return f"{expression} IN ({listed([*boolean_texts(field)[0], *boolean_texts(field)[1]], dialect)})"
        case kind if kind in TEMPORAL and form != "default":
            if not is_supported(form) or dialect.engine != "duckdb":
                raise Unsupported(f"the format {form!r:.60} of a {field.type}")
            parsed = dialect.parse_date(without_zone(expression, form), without_zone("", form, pattern=True))
            return f"({dialect.matches(expression, lexical_pattern(form))} AND {parsed} IS NOT NULL)"
        case "date":
            return f"({dialect.bytes(expression)} = 10 AND {round_trip(cell, 'DATE', dialect)})"
        case "datetime":
            day = f"substr({expression}, 1, 10)"
            if dialect.engine == "duckdb":
                day = (
                    f"CASE WHEN substr({expression}, 11, 1) = 'T' THEN {day} ELSE split_part({expression}, 'T', 1) END"
                )
            lexical = dialect.matches(expression, STANDARD[field.type])
            return f"({lexical} AND {dialect.try_cast(day, 'DATE')} IS NOT NULL)"
        case "object":
            return dialect.json_is(expression, "OBJECT")
        case "geojson":
            return f"({dialect.json_is(expression, 'OBJECT')} AND {dialect.json_type_in(expression, GEOJSON[form])})"
        case "geopoint" if form != "default":
            return _point(cell, form, dialect)
        case "array":
            return dialect.json_is(expression, "ARRAY")
        case "list":
            return _list(cell, dialect)
        case kind if kind in STANDARD:
            return dialect.matches(expression, STANDARD[kind])
        case kind:
            raise Unsupported(f"the type {kind!r:.60}")


def _point(cell: Cell, form: str, dialect: Dialect) -> str:
    """Return the condition that a text is a JSON array or object with a longitude and a latitude."""
    if dialect.engine != "duckdb":
        raise Unsupported(f"the format {form!r} of a {cell.field.type}")
    text = f"CASE WHEN json_valid({cell.expression}) THEN {cell.expression} END"
    places = ("$[0]", "$[1]") if form == "array" else ("$.lon", "$.lat")
    length = f"json_array_length({text})" if form == "array" else f"len(json_keys({text}))"
    numbers = " AND ".join(f"json_type({text}, '{place}') IN ({listed(list(NUMERIC), dialect)})" for place in places)
    is_kind = dialect.json_is(cell.expression, "ARRAY" if form == "array" else "OBJECT")
    return f"coalesce(CASE WHEN {is_kind} THEN {length} = 2 AND {numbers} END, false)"


def _item(cell: Cell, expression: str) -> Cell:
    kind = str(cell.field.descriptor.get("itemType") or "string")
    if kind not in ITEM_TYPES:
        raise Unsupported(f"the item type {kind!r:.60} of a list")
    return Cell(cell.table, Field(cell.field.name, {"name": cell.field.name, "type": kind}), expression)


def _items(cell: Cell, dialect: Dialect) -> str:
    delimiter = str(cell.field.descriptor.get("delimiter") or ",")
    return f"string_split({cell.expression}, {dialect.text(delimiter)})"


def _list(cell: Cell, dialect: Dialect) -> str | None:
    """Return the condition that every item of a list is valid."""
    item = is_valid_standard(_item(cell, "item"), dialect)
    if item is None:
        return None
    if dialect.engine != "duckdb":
        raise Unsupported("a list with items that are not text")
    return f"len(list_filter({_items(cell, dialect)}, lambda item: NOT coalesce({item}, false))) = 0"


def size(cell: Cell, dialect: Dialect) -> str:
    """Return the number of items of a list, array or object."""
    if dialect.engine == "duckdb" and cell.field.type in ("array", "object", "list"):
        if cell.field.type == "list":
            return f"len({_items(cell, dialect)})"
        text = f"CASE WHEN json_valid({cell.expression}) THEN {cell.expression} END"
        kind, counted = {
            "array": ("ARRAY", f"json_array_length({text})"),
            "object": ("OBJECT", f"len(json_keys({text}))"),
        }[cell.field.type]
        return f"CASE WHEN {dialect.json_is(cell.expression, kind)} THEN {counted} END"
    raise Unsupported(f"the length of {a(cell.field.type)}")


def value_standard(cell: Cell, dialect: Dialect) -> str:
    """Return the value of a valid text; instants are in UTC."""
    field, expression, form = cell.field, cell.expression, format_of(cell.field)
    match field.type:
        case "integer" | "number":
            return dialect.try_cast(number_text(cell, dialect), SQL_TYPES[field.type])
        case "boolean":
            return f"{expression} IN ({listed(boolean_texts(field)[0], dialect)})"
        case kind if kind in TEMPORAL and form != "default":
            parsed = dialect.parse_date(without_zone(expression, form), without_zone("", form, pattern=True))
            shifted = _in_utc(parsed, expression) if form.endswith("%z") else parsed
            return dialect.try_cast(shifted, SQL_TYPES[field.type])
        case "datetime" if dialect.engine == "duckdb":
            return _in_utc(dialect.try_cast(_local(expression), "TIMESTAMP"), expression)
        case "time" if dialect.engine == "duckdb":
            start = f"'1970-01-01 ' || {_local(expression)}"
            return dialect.try_cast(_in_utc(dialect.try_cast(start, "TIMESTAMP"), expression), "TIME")
        case "time":
            return expression
        case "year" if dialect.engine == "duckdb":
            return dialect.try_cast(f"regexp_extract({expression}, '^-?[0-9]+')", "BIGINT")
        case kind if kind in SQL_TYPES:
            return dialect.try_cast(expression, SQL_TYPES[kind])
        case _:
            return expression


def _local(text: str) -> str:
    """Return a date and time without its offset."""
    return f"regexp_replace({text}, '{ZONE}$', '')"


def _in_utc(value: str, text: str) -> str:
    """Return a timestamp without the offset that its text ends with."""
    offset = f"regexp_extract({text}, '[0-9]([+-][0-9]{{2}}:?[0-9]{{2}})$', 1)"
    hours, minutes = f"CAST(substr({offset}, 2, 2) AS BIGINT)", f"CAST(right({offset}, 2) AS BIGINT)"
    sign = f"CASE WHEN {offset} LIKE '-%' THEN -1 ELSE 1 END"
    return f"CASE WHEN {offset} <> '' THEN {value} - to_minutes({sign} * ({hours} * 60 + {minutes})) ELSE {value} END"


_DURATION = "^(-?)P(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)D)?(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9.]+)S)?)?$"


def duration_text(text: str) -> str:
    """Return the one text that stands for a valid duration: its months and seconds, as XML Schema compares them.

    Durations of which the numbers are too large to compute with are compared as they are written.
    """
    parts = f"regexp_extract({text}, '{_DURATION}', ['sign', 'y', 'mo', 'd', 'h', 'mi', 's'])"

    def number(text: str) -> str:
        return f"TRY_CAST(CASE WHEN {text} = '' THEN '0' ELSE {text} END AS BIGINT)::HUGEINT"

    y, mo, d, h, mi = (number(f"{parts}['{part}']") for part in ("y", "mo", "d", "h", "mi"))
    s, fraction = number(f"split_part({parts}['s'], '.', 1)"), f"rtrim(split_part({parts}['s'], '.', 2), '0')"
    months, seconds = f"({y} * 12 + {mo})", f"({d} * 86400 + {h} * 3600 + {mi} * 60 + {s})"
    is_zero = f"{months} = 0 AND {seconds} = 0 AND {fraction} = ''"
    sign = f"CASE WHEN {is_zero} THEN '' ELSE {parts}['sign'] END"
    return f"TRY({sign} || 'P' || {months} || 'M' || {seconds} || '.' || {fraction} || 'S')"


def months(text: str, dialect: Dialect) -> str:
    """Return the number of the month of a valid year and month."""
    if dialect.engine != "duckdb":
        raise Unsupported("the bounds of a month")
    parts = f"regexp_extract({text}, '^(-?[0-9]+)-([0-9]{{2}})', ['y', 'm'])"
    return f"(TRY_CAST({parts}['y'] AS BIGINT) * 12 + TRY_CAST({parts}['m'] AS BIGINT))"


def months_of(limit: Any) -> int:
    """Return the number of the month of a bound."""
    match = re.match(r"(-?[0-9]+)-(0[1-9]|1[0-2])(?:Z|[+-][0-9]{2}:[0-9]{2})?$", str(limit))
    if not match:
        raise Unsupported(f"the bound {limit!r:.60} of a month")
    return int(match[1]) * 12 + int(match[2])
