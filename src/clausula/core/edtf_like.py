"""Dates as people write them, in the subset of EDTF that the codebook allows: a suggestion, never a value."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator

from clausula.core.edtf import bounds

_MONTHS = {
    name.casefold(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(names)
    if name
} | {"sept": 9}
_SEASONS = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}
_NAMES = "|".join(sorted([*_MONTHS, *_SEASONS], key=len, reverse=True))
_WORD_FIRST = re.compile(rf"(?:({_NAMES})\.?)(?:\s+(\d{{1,2}})(?:st|nd|rd|th)?)?,?\s+(\d{{4}})")
_DAY_FIRST = re.compile(rf"(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({_NAMES})\.?,?\s+(\d{{4}})")
_YEAR_FIRST = re.compile(r"(\d{4})[-/. ](\d{1,2})(?:[-/. ](\d{1,2}))?")
_NUMBERS = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4})")
_UNTIL = re.compile(r"(?:by|until|till|up to|no later than|not later than)\s+")
_SINCE = re.compile(r"(?:from|since|as of)\s+")
_ABOUT = re.compile(r"(?:c\.|ca\.?|circa|about|around|approximately)\s*")
_PAIR = re.compile(r"(?:between|from)?\s*(.+?)\s*(?: and | to | until |\s[-–]\s|–|/|\.\.)\s*(.+)")


def edtf_like(text: str) -> list[str]:
    """Return how a date would be written in EDTF; several if day and month could be swapped, none if it is unclear.

    Examples
    --------
    >>> edtf_like("10 April 2033"), edtf_like("by 1 May 2033"), edtf_like("4/10/2033")
    (['2033-04-10'], ['../2033-05-01'], ['2033-04-10', '2033-10-04'])
    """
    plain = " ".join(text.casefold().split())
    return [found for found in dict.fromkeys(_readings(plain)) if found != text and _is_valid(found)]


def _readings(text: str) -> Iterator[str]:
    one = list(_single(text))
    if one:
        yield from one
    elif match := _UNTIL.match(text):
        yield from (f"../{day}" for day in _single(text[match.end() :]))
    elif match := _ABOUT.match(text):
        yield from (f"{day}~" for day in _single(text[match.end() :]))
    elif (match := _PAIR.fullmatch(text)) and (low := list(_single(match[1]))) and (high := list(_single(match[2]))):
        yield from (f"{first}/{last}" for first in low for last in high)
    elif match := _SINCE.match(text):
        yield from (f"{day}/.." for day in _single(text[match.end() :]))


def _single(text: str) -> Iterator[str]:
    """Yield the readings of a day, month, season or year."""
    if re.fullmatch(r"\d{4}", text):
        yield text
    elif match := _WORD_FIRST.fullmatch(text):
        yield _date(match[3], match[1], match[2])
    elif match := _DAY_FIRST.fullmatch(text):
        yield _date(match[3], match[2], match[1])
    elif match := _YEAR_FIRST.fullmatch(text):
        yield "-".join([match[1], *(f"{int(part):02d}" for part in match.groups()[1:] if part)])
    elif match := _NUMBERS.fullmatch(text):
        first, second, year = int(match[1]), int(match[3]), match[4]
        orders = ((second, first),) if match[2] == "." else ((first, second), (second, first))
        yield from (f"{year}-{month:02d}-{day:02d}" for month, day in orders)


def _date(year: str, name: str, day: str | None) -> str:
    month = _MONTHS.get(name) or _SEASONS[name]
    return f"{year}-{month:02d}" + (f"-{int(day):02d}" if day else "")


def _is_valid(date: str) -> bool:
    try:
        bounds(date)
    except ValueError:
        return False
    return True
