"""Dates in files of other schemes: the order of day and month in a file, and dates in the titles of agreements.

Dates come from the file only. If a cell has two readings, the other cells of its column decide: a number above 12 shows
the order. If they do not decide, the cell is left empty and reported.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Columns:
    """The columns with the date of an agreement; `title` only in schemes whose titles contain dates."""

    date: str
    title: str | None = None


@dataclass(frozen=True)
class _Cell:
    """A date as written in the file, with the date in the agreement's title if there is exactly one."""

    row: Row
    column: str
    text: str
    title_date: dt.date | None


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


def _swapped(day: dt.date) -> dt.date | None:
    return day_of(day.year, day.day, day.month)


def read_dates(source: Source, columns: Columns) -> list[str | None]:
    """Return the date of every row as EDTF (a day, a month or a year), or None.

    Corrected dates and dates that cannot be read are added to the findings of the source.
    """
    texts = [row.get(columns.date) for row in source.rows]
    order = infer_order(_pairs((t for t in texts if _NUMERIC.fullmatch(t)), _NUMERIC))
    numeric = next((row for row, text in zip(source.rows, texts, strict=True) if _NUMERIC.fullmatch(text)), None)
    if numeric is not None:
        _report_order(source, columns.date, order)
    titles = [row.get(columns.title) for row in source.rows] if columns.title else []
    title_order = infer_order(_pairs(titles, _TITLE_NUMERIC))
    dates: list[str | None] = []
    for number, (row, text) in enumerate(zip(source.rows, texts, strict=True)):
        days = days_in(titles[number], title_order) if titles else set()
        title_date = days.pop() if len(days) == 1 else None
        cell = _Cell(row, columns.date, text, title_date)
        dates.append(_compare_with_title(source, cell, _read_date(source, cell, order)))
    return dates


def _report_order(source: Source, column: str, order: Order) -> None:
    read = {"day": "dd/mm/yyyy", "month": "mm/dd/yyyy"}.get(order)
    if read:
        source.report("date-order:read", column, form=read)
    else:
        source.report("date-order:mixed" if order == "mixed" else "date-order:unknown", column)


def _read_date(source: Source, cell: _Cell, order: Order) -> str | None:
    text = cell.text
    if not text or _PARTIAL.fullmatch(text):
        return text or None
    iso, numeric = _ISO.fullmatch(text), _NUMERIC.fullmatch(text)
    day = day_of(*iso.groups()) if iso else _numeric(numeric[1], numeric[2], numeric[3], order) if numeric else None
    if day is not None:
        return day.isoformat()
    if numeric and int(numeric[1]) <= 12 and int(numeric[2]) <= 12:
        readings = (day_of(numeric[3], numeric[2], numeric[1]), day_of(numeric[3], numeric[1], numeric[2]))
        if cell.title_date in readings:
            return cell.title_date.isoformat() if cell.title_date else None
        source.report("ambiguous-date", (cell.row, cell.column))
    else:
        source.report("invalid-date", (cell.row, cell.column))
    return None


def _compare_with_title(source: Source, cell: _Cell, date: str | None) -> str | None:
    """Return the date, corrected if the title of the agreement leaves no doubt."""
    title_date = cell.title_date
    if title_date is None or date == title_date.isoformat():
        return date
    new, at = title_date.isoformat(), (cell.row, cell.column)
    if date is None and not cell.text:
        source.report("empty-date", at, new=new)
        return new
    if date is not None and len(date) == 10 and _swapped(dt.date.fromisoformat(date)) == title_date:
        source.report("swapped-date", at, date=date, new=new)
        return new
    if date is not None and not new.startswith(date):
        source.report("date-title-mismatch", at, new=new, date=date)
    return date
