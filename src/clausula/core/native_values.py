"""Values of JSON and spreadsheets as the texts of cells, with the rule which of them fit the type of a field."""

from __future__ import annotations

import datetime as dt
import json
import math
from decimal import Decimal
from typing import Any

from clausula.core.constraints import Constraint
from clausula.core.findings import Finding, shown
from clausula.core.model import Field, Table
from clausula.core.table_rows import is_whole
from clausula.core.wording import a

NUMBERS = ("number", "any")
WHOLE = ("integer", "year", *NUMBERS)
TEXTS = ("string", "list", "any")
"""Types for which any text, or nearly any, is valid."""

DEFAULT_TRUE, DEFAULT_FALSE = "true", "false"


def _first(field: Field, key: str, default: str) -> str:
    return str(next(iter(field.descriptor.get(key) or ()), default))


def _number(value: float | Decimal | int, field: Field) -> str:
    if isinstance(value, int) or is_whole(value):
        return str(int(value))
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("INF" if value > 0 else "-INF")
    text = format(value if isinstance(value, Decimal) else Decimal(repr(value)), "f")
    return text.replace(".", str(field.descriptor.get("decimalChar", ".")))


def _temporal(value: dt.date | dt.time, field: Field) -> tuple[str, bool]:
    """Return a date or time of a spreadsheet as text, and whether it fits the field."""
    form = str(field.descriptor.get("format", "default")).removeprefix("fmt:")
    midnight = isinstance(value, dt.datetime) and value.time() == dt.time()
    kinds = {
        "date": midnight or (isinstance(value, dt.date) and not isinstance(value, dt.datetime)),
        "datetime": isinstance(value, dt.date),
        "time": isinstance(value, dt.time),
        "any": True,
    }
    if not kinds.get(field.type, False):
        return value.isoformat(), False
    if field.type == "datetime" and not isinstance(value, dt.datetime):
        value = dt.datetime.combine(value, dt.time())  # type: ignore[arg-type]
    elif field.type == "date" and isinstance(value, dt.datetime):
        value = value.date()
    return (value.isoformat() if form in ("default", "any") else value.strftime(form)), True


def text_of(value: Any, field: Field) -> tuple[str | None, bool]:
    """Return a value as the text of a cell, None if it is null, and whether its kind fits the type of the field."""
    kind = field.type
    match value:
        case None:
            return None, True
        case str():
            return value, True
        case bool():
            key, default = ("trueValues", DEFAULT_TRUE) if value else ("falseValues", DEFAULT_FALSE)
            return (_first(field, key, default) if kind == "boolean" else str(value).lower()), kind in (
                "boolean",
                "any",
            )
        case int() | float() | Decimal():
            return _number(value, field), kind in (WHOLE if is_whole(value) else NUMBERS)
        case dt.date() | dt.time():
            return _temporal(value, field)
        case dt.timedelta():
            return str(value), kind == "any"
        case list() | dict():
            whole = ("array", "any") if isinstance(value, list) else ("object", "geojson", "any")
            form = {list: "array", dict: "object"}[type(value)]
            fits = kind in whole or (kind == "geopoint" and field.descriptor.get("format") == form)
            return json.dumps(value, ensure_ascii=False, default=_plain), fits
        case _:
            return str(value), False


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else str(value)


def cell_of(value: Any, table: Table, field: Field, missing: set[str], row: int) -> tuple[str | None, Finding | None]:
    """Return a value as the text of a cell, None if it is missing, and the error if its kind does not fit the field.

    If the text alone would be valid, it is marked so that it is not, unless any text is.
    """
    text, fits = text_of(value, field)
    if text is None or (isinstance(value, str) and text in missing):
        return None, None
    if fits:
        return text, None
    names = {bool: "boolean", int: "number", float: "number", Decimal: "number", list: "array", dict: "object"}
    if field.type not in TEXTS or (field.type == "string" and field.descriptor.get("format", "default") != "default"):
        return f"{text} ({names.get(type(value), 'date or time')})", None
    constraint = Constraint("type", table.name, (field.name,), field.type, "Write it as text, in quotation marks.")
    return text, Finding(
        constraint.kind,
        f"{constraint.message()}, but {a(names.get(type(value), 'date or time'))}",
        constraint.hint,
        table=table.name,
        field=field.name,
        value=shown(text),
        row=row,
    )
