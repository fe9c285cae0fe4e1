"""Dates in files of other schemes: the order of day and month in a file, and dates in the titles of agreements.

Dates come from the file only. If a cell has two readings, the other cells of its column decide: a number above 12 shows
the order. If they do not decide, the cell is left empty and reported.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Literal

from clausula.peers.table import Row, Source

Order = Literal["day", "month", "mixed", "unknown"]

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
_NUMERIC = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?: .*)?")
_PARTIAL = re.compile(r"[1-9]\d{3}(?:-(?:0[1-9]|1[0-2]))?")
_MONTHS = ["january", "february", "march", "april", "may", "june", "july"]
_MONTHS += ["august", "september", "october", "november", "december"]
_NAME = "|".join(f"{m[:3]}(?:{m[3:]})?" if len(m) > 3 else m for m in _MONTHS)
_DAY_MONTH = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? ({_NAME})\.?,? (\d{{4}})\b", re.IGNORECASE)
_MONTH_DAY = re.compile(rf"\b({_NAME})\.? (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}})\b", re.IGNORECASE)
_TITLE_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_TITLE_NUMERIC = re.compile(r"\b(\d{1,2})[/.](\d{1,2})[/.](\d{4})\b")

Cell = tuple[Row, str]
"""A date in the file: its row and its column."""


def day_of(year: int | str, month: int | str, day: int | str) -> dt.date | None:
    """Return the date, or None if it does not exist."""
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None


def infer_order(pairs: Iterable[tuple[int, int]]) -> Order:
    """Infer from numbers above 12 whether the day or the month comes first."""
    seen = {"day" if first > 12 else "month" for first, second in pairs if (first > 12) != (second > 12)}
    if len(seen) > 1:
        return "mixed"
    return "day" if "day" in seen else "month" if "month" in seen else "unknown"


def _numeric(first: str, second: str, year: str, order: Order) -> dt.date | None:
    one, two = int(first), int(second)
    if one > 12 or (order == "day" and two <= 12) or one == two:
        return day_of(year, two, one)
    if two > 12 or order == "month":
        return day_of(year, one, two)
    return None


def _month(name: str) -> int:
    return 1 + next(i for i, month in enumerate(_MONTHS) if month.startswith(name.lower()[:3]))


def days_in(title: str, order: Order) -> set[dt.date]:
    """Find the unambiguous dates in a title; numeric dates are read in the order used by all titles."""
    found = [day_of(y, _month(m), d) for d, m, y in _DAY_MONTH.findall(title)]
    found += [day_of(y, _month(m), d) for m, d, y in _MONTH_DAY.findall(title)]
    found += [day_of(y, m, d) for y, m, d in _TITLE_ISO.findall(title)]
    found += [_numeric(one, two, y, order) for one, two, y in _TITLE_NUMERIC.findall(title)]
    return {day for day in found if day is not None}


def _pairs(texts: Iterable[str], pattern: re.Pattern[str]) -> list[tuple[int, int]]:
    return [(int(m[1]), int(m[2])) for text in texts for m in pattern.finditer(text)]


_CLOSING = re.compile(r"\(([^()]*)\)\s*\.?\s*$")
_THIS_DAY = re.compile(r"\bthis day\b", re.IGNORECASE)


def own_day(title: str, order: Order) -> dt.date | None:
    """Return the day of the agreement itself from its title.

    This is a day alone in the brackets that close the title, the whole title, or the only day of a title that says
    "this day". A day elsewhere is often that of another document or of an event, so it does not count.
    """
    closing = _CLOSING.search(title)
    for text in ([closing[1]] if closing else []) + [title]:
        days = days_in(text, order)
        if len(days) == 1 and (_only_a_day(text) or _THIS_DAY.search(text)):
            return days.pop()
    return None


def _only_a_day(text: str) -> bool:
    patterns = (_DAY_MONTH, _MONTH_DAY, _TITLE_ISO, _TITLE_NUMERIC)
    return any(pattern.fullmatch(text.strip()) for pattern in patterns)


def _title_order(source: Source, title: str | None, given: str) -> Order:
    if given in ("day", "month"):
        return "day" if given == "day" else "month"
    if not title:
        return "unknown"
    return infer_order(_pairs((row.get(title) for row in source.rows), _TITLE_NUMERIC))


def read_dates(source: Source, column: str, title: str | None = None, given: str = "") -> list[str | None]:
    """Return the date of every row as EDTF (a day, a month or a year), or None.

    Corrected dates and dates that cannot be read are added to the findings of the source. If the titles of the
    agreements contain dates, `title` is their column, and `given` is "day" or "month" if it always comes first there.
    """
    numeric = [text for text in (row.get(column) for row in source.rows) if _NUMERIC.fullmatch(text)]
    order = infer_order(_pairs(numeric, _NUMERIC))
    if numeric:
        _report_order(source, column, order)
    title_order = _title_order(source, title, given)
    dates: list[str | None] = []
    for row in source.rows:
        text = row.get(title) if title else ""
        own, days = own_day(text, title_order), days_in(text, title_order)
        title_date = own or (days.pop() if len(days) == 1 else None)
        date = _read_date(source, (row, column), order, title_date)
        dates.append(_compare_with_title(source, (row, column), date, title_date, own) if title_date else date)
    return dates


def _report_order(source: Source, column: str, order: Order) -> None:
    read = {"day": "dd/mm/yyyy", "month": "mm/dd/yyyy"}.get(order)
    if read:
        source.report("date-order:read", column, form=read)
    else:
        source.report("date-order:mixed" if order == "mixed" else "date-order:unknown", column)


def _read_date(source: Source, cell: Cell, order: Order, title_date: dt.date | None) -> str | None:
    text = cell[0].get(cell[1])
    if not text or _PARTIAL.fullmatch(text):
        return text or None
    iso, numeric = _ISO.fullmatch(text), _NUMERIC.fullmatch(text)
    day = day_of(*iso.groups()) if iso else _numeric(numeric[1], numeric[2], numeric[3], order) if numeric else None
    if day is not None:
        return day.isoformat()
    orders = ((numeric[3], numeric[2], numeric[1]), (numeric[3], numeric[1], numeric[2])) if numeric else ()
    readings = [reading for parts in orders if (reading := day_of(*parts))]
    if title_date in readings:
        return title_date.isoformat()
    source.report("ambiguous-date" if readings else "invalid-date", cell)
    return None


def _compare_with_title(
    source: Source, cell: Cell, date: str | None, title_date: dt.date, own: dt.date | None
) -> str | None:
    """Return the date, corrected if the title of the agreement leaves no doubt."""
    new, swapped = title_date.isoformat(), day_of(title_date.year, title_date.day, title_date.month)
    if own and date is None and not cell[0].get(cell[1]):
        source.tally("empty-date", cell, new=new)
        return new
    if date is not None and swapped and date == swapped.isoformat() != new:
        source.tally("swapped-date", cell, date=date, new=new)
        return new
    if own and date is not None and not new.startswith(date):
        source.report("date-title-mismatch", cell, new=new, date=date)
    return date
