"""ATOP: one row for each alliance (or member, or phase of it), one column for each obligation."""

from __future__ import annotations

import re
from pathlib import Path

from clausula.analysis.dataset import Dataset
from clausula.core.findings import WARNING
from clausula.peers.dates import day_of
from clausula.peers.imported import Imported, Parts, agreements_of, imported, provisions_of
from clausula.peers.recode import Mention
from clausula.peers.table import Row, Source
from clausula.peers.variables import coded_columns, value_of, whole

BEGIN = ("begyr", "begmo", "begday")
SPAN = re.compile(r"(?:beg|end|yr|mo|day|cyc)(?:yr|mo|day|ent|exit)?\d*")
MEMBERS = re.compile(r"member|cowid|mem\d+|statea|stateb|ccode\d?")
"""Columns with the Correlates of War code of a member."""

ABOUT = frozenset({"atopid", "atopidphase", "phase", "version", "year", "number", "stabb"})


def read_atop(path: str | Path, data: Dataset | None = None) -> Imported:
    """Read a file of ATOP that you hold (CSV or xlsx): alliances, or members of alliances.

    For the parameters see `clausula.read_pax`.

    Returns
    -------
    Imported
        `agreements` has the first row of each alliance, `provisions` the highest value of each code over its rows,
        `actors` every member.
    """
    return imported(path, "atop", data, _parts, once=False)


def _parts(source: Source) -> Parts:
    members = [c for c in source.columns if MEMBERS.fullmatch(c)]
    spans = [c for c in source.columns if SPAN.fullmatch(c)]
    codes = coded_columns(source, {*ABOUT, *members, *spans})
    best: dict[tuple[int | None, str], int] = {}
    for row in source.rows:
        for code in codes:
            value = value_of(source, row, code)
            if value is not None:
                best[row.key, code] = max(value, best.get((row.key, code), value))
    records = [{"agreement_id": key, "code": code, "value": value} for (key, code), value in best.items()]
    first = {row.key: row for row in reversed(source.rows)}
    rows = sorted(first.values(), key=lambda row: row.number)
    others = [c for c in source.columns if c not in (*codes, *members, "atopid")]
    agreements = agreements_of(rows, [_begin(source, row) for row in rows], "", others)
    mentions = [m for row in source.rows for column in members for m in _member(source, row, column)]
    return agreements, provisions_of(records), mentions


def _begin(source: Source, row: Row) -> str | None:
    """When the alliance began, as far as the three columns tell."""
    year, month, day = (whole(row.get(column)) for column in BEGIN)
    if year is None or not 1000 <= year <= 9999:
        return None
    if not month or month < 0:
        return f"{year:04d}"
    if month <= 12 and (not day or day < 0):
        return f"{year:04d}-{month:02d}"
    found = day_of(year, month, day or 0)
    if found is None:
        message = "year, month and day are no day of the calendar; the year alone was taken"
        source.tell("invalid-date", WARNING, message, "Look the day up in the treaty.", (row, "begday"))
        return f"{year:04d}"
    return found.isoformat()


def _member(source: Source, row: Row, column: str) -> list[Mention]:
    code = value_of(source, row, column) if row.get(column) else None
    return [Mention(row.key, column, "cow", str(code))] if code and row.key is not None else []
