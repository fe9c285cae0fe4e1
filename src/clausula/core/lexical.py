"""What text is a value of which type: one rule for each type, the same in every layer and engine.

Readers disagree about what a value is (`1_990`, `1e3`, `0x7C6`, `yes`), so none of them defines it. There are two sets
of rules. Tables that declare `canonical`, as ours do, have one spelling for each value, so that the text can be rebuilt
from the typed value. All others are judged by Table Schema, version 2. The patterns are written in the subset of
regular expressions that Python, RE2 (DuckDB, Arrow) and Java (Spark) read alike, and must match the whole text.
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
"""Canonical spellings; days must exist in the calendar, and integers fit into 64 bits, besides."""

_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_DEGREES = r"-?[0-9]+(?:\.[0-9]+)?"


def _some(*parts: str) -> str:
    """The parts in their order, each at most once and one of them at least."""
    rest = ["".join(f"(?:{p})?" for p in parts[n + 1 :]) for n in range(len(parts))]
    return "|".join(first + others for first, others in zip(parts, rest, strict=True))


_DAYS = _some("[0-9]+Y", "[0-9]+M", "[0-9]+W", "[0-9]+D")
_HOURS = _some("[0-9]+H", "[0-9]+M", r"[0-9]+(?:\.[0-9]+)?S")

STANDARD = {
    "date": DATE,
    "datetime": rf"{DATE}T{_CLOCK}(?:\.[0-9]+)?(?:Z|[+-][0-9]{{2}}:[0-9]{{2}})?",
    "time": rf"{_CLOCK}(?:\.[0-9]+)?(?:Z|[+-][0-9]{{2}}:[0-9]{{2}})?",
    "year": r"-?[0-9]{4}",
    "yearmonth": r"-?[0-9]{4}-(?:0[1-9]|1[0-2])",
    "duration": rf"-?P(?:(?:{_DAYS})(?:T(?:{_HOURS}))?|T(?:{_HOURS}))",
    "geopoint": rf"{_DEGREES}, ?{_DEGREES}",
}
"""Lexical rules of Table Schema for the types whose rule takes no options."""

_POINTS = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection")
GEOJSON = {"default": (*_POINTS, "Feature", "FeatureCollection"), "topojson": ("Topology",)}
"""What the member `type` of a geojson value may be, by format."""

STRING_FORMATS = {
    "email": r"[^@\s]+@[^@\s]+\.[^@\s]+",
    "uri": r"[A-Za-z][A-Za-z0-9+.-]*:[^\s]+",
    "uuid": r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
    "binary": r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?",
}
"""Lexical rules of Table Schema for the formats of a string."""

EXPECTED = {
    "integer": "an integer such as 0, 14 or -3: no sign +, blanks, leading zeros, decimals or separators",
    "number": "a number such as 0, 14 or 0.5: no blanks, leading or trailing zeros, exponent or separators",
    "boolean": "true or false, in lower case",
    "date": "a day of the calendar as YYYY-MM-DD",
}
"""What a canonical table asks for, in words."""


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern, to be used with `fullmatch`."""
    return re.compile(pattern)


def parse(kind: str, text: str) -> str | int | float | bool | dt.date | None:
    """The value that a canonical text stands for, or None if it is no value of the type.

    Parameters
    ----------
    kind : str
        A type of Table Schema: string, integer, number, boolean or date; any other is taken as string.
    text : str
        The cell, not empty.
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


def spell(value: object) -> str:
    """The text of a typed value, so that `parse` gives the value back; None is the empty text."""
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
