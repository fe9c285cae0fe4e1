"""Uncertain and open dates: the subset of EDTF (ISO 8601-2:2019) that the codebook page on dates allows."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Mapping

from clausula.core.model import Table

SEASONS = {21: (3, 5), 22: (6, 8), 23: (9, 11), 24: (12, 2)}
"""First and last month of each season code, northern hemisphere; winter ends in the following year."""

_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?[~?%]?")
_PAIR = re.compile(r"\[?([^\[\]/,]+?)(?:/|\.\.|,)([^\[\]/,]+?)\]?")


def _span(text: str) -> tuple[dt.date, dt.date]:
    match = _DAY.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is not a date in the subset of EDTF that the codebook allows")
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None
    if month is None:
        return dt.date(year, 1, 1), dt.date(year, 12, 31)
    if day is not None:
        return (dt.date(year, month, day),) * 2
    first, last = SEASONS.get(month, (month, month))
    end_year = year + (last < first)
    return dt.date(year, first, 1), dt.date(end_year, last, calendar.monthrange(end_year, last)[1])


def bounds(text: str) -> tuple[dt.date | None, dt.date | None]:
    """Return the first and last day that a date allows; None at an open end.

    Raises
    ------
    ValueError
        If the text is outside the subset, the day does not exist, or the interval ends before it starts.
    """
    if text.startswith("../"):
        return None, _span(text[3:])[1]
    if text.endswith("/.."):
        return _span(text[:-3])[0], None
    match = _PAIR.fullmatch(text)
    if not match:
        return _span(text)
    first, last = _span(match[1])[0], _span(match[2])[1]
    if last < first:
        raise ValueError(f"{text!r} ends before it starts")
    return first, last


def days(text: str) -> tuple[str, str]:
    """Return the first and last day as ISO 8601; empty at an open end, or if the text is empty or not a valid date."""
    try:
        low, high = bounds(text)
    except ValueError:
        return "", ""
    return low.isoformat() if low else "", high.isoformat() if high else ""


def with_bounds(table: Table, values: Mapping[str, str]) -> dict[str, str]:
    """Return values of a row with the first and last day of every date among them."""
    found = dict(values)
    for field in table.fields:
        if field.bounds and field.name in values:
            found |= dict(zip(field.bounds, days(values[field.name]), strict=True))
    return found


def agrees(date: str | None, first: str | None, last: str | None) -> bool:
    """Return whether the first and last day, as ISO 8601 texts, match the EDTF date."""
    if date is None:
        return first is None and last is None
    return any(found := days(date)) and found == (first or "", last or "")
