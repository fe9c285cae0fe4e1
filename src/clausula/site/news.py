"""What is new, as the front page says it: the texts that were coded last, and what changed since the last release."""

from __future__ import annotations

from typing import Any

from clausula.core.wording import count
from clausula.site.context import Context, Record
from clausula.versions.diff import Diff

MOST = 5
"""Instruments that the front page names; it counts the others."""

COUNTED = ("instruments", "provisions", "reactions")
"""Tables whose new rows the front page counts."""


def _first_days(context: Context) -> dict[str, str]:
    """Return the day of the first dated coding pass of each source that has one."""
    days: dict[str, str] = {}
    for row in context.all("coding_passes"):
        if day := row.get("date_from"):
            days[row["source_id"]] = min(day, days.get(row["source_id"], day))
    return days


def coded_last(context: Context) -> tuple[str, list[Record]]:
    """Return the last day on which sources were coded for the first time, and the instruments in them, latest first."""
    days = _first_days(context)
    coded = [one for one in context.all("instruments") if one["instrument_id"] in context.coded_instruments]
    known = [one for one in coded if one["source_id"] in days]
    last = max((days[one["source_id"]] for one in known), default="")
    found = [one for one in known if days[one["source_id"]] == last]
    return last, sorted(found, key=lambda one: (one.get("date_to", ""), one["instrument_id"]), reverse=True)


def _since(compared: Diff) -> str:
    """Return in words how many rows of the main tables are new since a version."""
    tables = {table.table: table for table in compared.tables}
    parts = [count(tables[name].added, name[:-1]) for name in COUNTED if name in tables and tables[name].added]
    return ", ".join(parts)


def news(context: Context, compared: Diff | None) -> dict[str, Any]:
    """Return what the front page says is new."""
    day, instruments = coded_last(context)
    return {
        "day": day,
        "instruments": instruments[:MOST],
        "more": len(instruments) - len(instruments[:MOST]),
        "since": compared.old if compared else "",
        "added": _since(compared) if compared else "",
    }
