"""Lexical rules: which text is a valid value of which type, the same in every layer and engine.

CSV readers disagree about values such as `1_990`, `1e3`, `0x7C6` or `yes`, so the rules do not depend on any of them.
There are two sets of rules. Tables that declare `canonical`, as Clausula's own do, allow one spelling for each value,
so that the text can be rebuilt from the typed value. All others follow Table Schema, version 2. The patterns use the
regular expressions that Python, RE2 (DuckDB, Arrow) and Java (Spark) have in common, and must match the whole text.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from functools import lru_cache

INTEGER = r"0|-?[1-9][0-9]{0,18}"
NUMBER = r"0|-?[1-9][0-9]{0,17}|-?(?:0|[1-9][0-9]{0,17})\.[0-9]{0,16}[1-9]"
BOOLEAN = r"true|false"
DATE = r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"

PATTERNS = {"integer": INTEGER, "number": NUMBER, "boolean": BOOLEAN, "date": DATE}
"""Canonical spellings. In addition, dates must exist in the calendar, and integers must fit into 64 bits."""

_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_YEAR = "-?(?:[1-9][0-9]{4,}|[0-9]{4})"
_ZONE = "(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
_DEGREES = r"-?[0-9]+(?:\.[0-9]+)?"


def _at_least_one(*parts: str) -> str:
    """Return a pattern for the parts in this order, each at most once and at least one of them."""
    rest = ["".join(f"(?:{p})?" for p in parts[n + 1 :]) for n in range(len(parts))]
    return "|".join(first + others for first, others in zip(parts, rest, strict=True))


_DAYS = _at_least_one("[0-9]+Y", "[0-9]+M", "[0-9]+D")
_HOURS = _at_least_one("[0-9]+H", "[0-9]+M", r"[0-9]+(?:\.[0-9]+)?S")

STANDARD = {
    "date": DATE,
    "datetime": rf"{_YEAR}-{DATE[9:]}T(?:{_CLOCK}(?:\.[0-9]+)?|24:00:00(?:\.0+)?){_ZONE}?",
    "time": rf"{_CLOCK}(?:\.[0-9]+)?{_ZONE}?",
    "year": rf"{_YEAR}{_ZONE}?",
    "yearmonth": rf"{_YEAR}-(?:0[1-9]|1[0-2]){_ZONE}?",
    "duration": rf"-?P(?:(?:{_DAYS})(?:T(?:{_HOURS}))?|T(?:{_HOURS}))",
    "geopoint": rf"{_DEGREES}, ?{_DEGREES}",
}
"""Lexical rules of Table Schema for the types without options, which are those of XML Schema.

Offsets are at most 14 hours, the end of a day can be 24:00:00, and durations have no weeks.
"""

_POINTS = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection")
GEOJSON = {"default": (*_POINTS, "Feature", "FeatureCollection"), "topojson": ("Topology",)}
"""The allowed values of the member `type` of a geojson value, by format."""

STRING_FORMATS = {
    "email": r"[^@\s]+@[^@\s]+\.[^@\s]+",
    "uri": r"[A-Za-z][A-Za-z0-9+.-]*:[^\s]+",
    "uuid": r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
    "binary": r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?",
}
"""Lexical rules of Table Schema for the formats of strings."""

EXPECTED = {
    "integer": "an integer such as 0, 14 or -3, without a plus sign, spaces, leading zeros, decimals or separators",
    "number": "a number such as 0, 14 or 0.5, without spaces, leading or trailing zeros, exponent or separators",
    "boolean": "true or false, in lower case",
    "date": "a calendar date in the form YYYY-MM-DD",
}
"""Descriptions of the valid values in a canonical table."""


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> re.Pattern[str]:
    """Return the compiled pattern, for use with `fullmatch`."""
    return re.compile(pattern)


def parse(kind: str, text: str) -> str | int | float | bool | dt.date | None:
    """Return the value of a canonical text, or None if the text is not a valid value of the type.

    Parameters
    ----------
    kind : str
        A type of Table Schema: string, integer, number, boolean or date; any other is treated as string.
    text : str
        Text of the cell, not empty.
    """
    pattern = PATTERNS.get(kind)
    if pattern is None:
        return text
    if not compiled(pattern).fullmatch(text):
        return None
    if kind == "integer":
        value = int(text)
        return value if -(2**63) <= value < 2**63 else None
    if kind == "number":
        return float(text)
    if kind == "boolean":
        return text == "true"
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def format_value(value: object) -> str:
    """Return the canonical text of a typed value, the inverse of `parse`; the empty text for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f").removesuffix(".0")
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value)
