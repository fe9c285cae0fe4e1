"""Dates of other schemes: in which order a file writes them, and what the titles of agreements say of their day.

A day is taken from the file only. Where a cell can be read two ways, the other cells of its column decide (one that has
a number above 12 shows the order); where they do not, the cell is left without a day and told.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from clausula.core.findings import INFO, WARNING
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
    """The columns that bear on the day of an agreement; `title` where titles are known to name it."""

    date: str
    title: str | None = None


@dataclass(frozen=True)
class _Cell:
    """A date as it stands in the file, and the one day that the title of its agreement names, if it names one."""

    row: Row
    column: str
    text: str
    named: dt.date | None


def day_of(year: int | str, month: int | str, day: int | str) -> dt.date | None:
    """The day, if the calendar has it."""
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None


def order_of(pairs: Iterable[tuple[int, int]]) -> Order:
    """Whether the day or the month comes first, by the numbers above 12."""
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
    """Every day that a title names without doubt; numbers of a day and a month are read in the order of all titles."""
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
    """The date of every row as EDTF (a day, a month or a year), None where there is none.

    What is mended, and what cannot be read, goes to the findings of the source.
    """
    texts = [row.get(columns.date) for row in source.rows]
    order = order_of(_pairs((t for t in texts if _NUMERIC.fullmatch(t)), _NUMERIC))
    numeric = next((row for row, text in zip(source.rows, texts, strict=True) if _NUMERIC.fullmatch(text)), None)
    if numeric is not None:
        _tell_order(source, columns.date, order)
    titles = [row.get(columns.title) for row in source.rows] if columns.title else []
    title_order = order_of(_pairs(titles, _TITLE_NUMERIC))
    dates: list[str | None] = []
    for number, (row, text) in enumerate(zip(source.rows, texts, strict=True)):
        days = days_in(titles[number], title_order) if titles else set()
        named = days.pop() if len(days) == 1 else None
        cell = _Cell(row, columns.date, text, named)
        dates.append(_against_title(source, cell, _read_one(source, cell, order)))
    return dates


def _tell_order(source: Source, column: str, order: Order) -> None:
    read = {"day": "dd/mm/yyyy", "month": "mm/dd/yyyy"}.get(order)
    if read:
        message = f"the dates of this edition are written {read} and were read so"
        source.tell("date-order", INFO, message, "Other editions write ISO 8601; do not mix them.", column)
        return
    message = "day and month stand in both orders" if order == "mixed" else "nothing shows which number is the day"
    hint = "Dates that can be read two ways were left empty, but where the title names the day."
    source.tell("date-order", WARNING, message, hint, column)


def _read_one(source: Source, cell: _Cell, order: Order) -> str | None:
    text = cell.text
    if not text or _PARTIAL.fullmatch(text):
        return text or None
    iso, numeric = _ISO.fullmatch(text), _NUMERIC.fullmatch(text)
    day = day_of(*iso.groups()) if iso else _numeric(numeric[1], numeric[2], numeric[3], order) if numeric else None
    if day is not None:
        return day.isoformat()
    hint = "Look the day up in the agreement."
    if numeric and int(numeric[1]) <= 12 and int(numeric[2]) <= 12:
        readings = (day_of(numeric[3], numeric[2], numeric[1]), day_of(numeric[3], numeric[1], numeric[2]))
        if cell.named in readings:
            return cell.named.isoformat() if cell.named else None
        message = "the date can be read two ways and was left empty"
        source.tell("ambiguous-date", WARNING, message, hint, (cell.row, cell.column))
    else:
        message = "the text is no day of the calendar and was left empty"
        source.tell("invalid-date", WARNING, message, hint, (cell.row, cell.column))
    return None


def _against_title(source: Source, cell: _Cell, date: str | None) -> str | None:
    """The date, mended where the title of the agreement leaves no doubt."""
    named = cell.named
    if named is None or date == named.isoformat():
        return date
    new, at = named.isoformat(), (cell.row, cell.column)
    hint = "Compare the agreement if the day matters to you."
    if date is None and not cell.text:
        message = f"the date is empty; the title names the one day {new}, which was taken"
        source.tell("empty-date", WARNING, message, hint, at)
        return new
    if date is not None and len(date) == 10 and _swapped(dt.date.fromisoformat(date)) == named:
        message = f"day and month are swapped against the title: {date} was read as {new}"
        source.tell("swapped-date", WARNING, message, hint, at)
        return new
    if date is not None and not new.startswith(date):
        message = f"the title names the day {new}; the date stays {date}"
        source.tell("date-title-mismatch", INFO, message, hint, at)
    return date
