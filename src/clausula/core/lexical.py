"""What text is a value of which type: one rule for each type, the same in every layer and engine.

Readers disagree about what a value is (`1_990`, `1e3`, `0x7C6`, `yes`), so none of them defines it. The patterns are
written in the subset of regular expressions that Python, RE2 (DuckDB, Arrow) and Java (Spark) read alike, and must
match the whole text. Numbers are in their shortest form, so that a value has one spelling and the text can be
rebuilt from the typed value.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from functools import lru_cache

INTEGER = r"0|-?[1-9][0-9]{0,17}"
NUMBER = r"0|-?[1-9][0-9]{0,17}|-?(?:0|[1-9][0-9]{0,17})\.[0-9]{0,16}[1-9]"
BOOLEAN = r"true|false"
DATE = r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"

PATTERNS = {"integer": INTEGER, "number": NUMBER, "boolean": BOOLEAN, "date": DATE}

EXPECTED = {
    "integer": "an integer such as 0, 14 or -3: no sign +, blanks, leading zeros, decimals or separators",
    "number": "a number such as 0, 14 or 0.5: no blanks, leading or trailing zeros, exponent or separators",
    "boolean": "true or false, in lower case",
    "date": "a day of the calendar as YYYY-MM-DD",
    "string": "text",
}


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern, to be used with `fullmatch`."""
    return re.compile(pattern)


def parse(kind: str, text: str) -> str | int | float | bool | dt.date | None:
    """The value that a text stands for, or None if it is no value of the type.

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
        return int(text)
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
