"""ATOP: one row per alliance (or per member or phase of one), one column per obligation."""

from __future__ import annotations

import re
from pathlib import Path

from clausula.analysis.dataset import Dataset
from clausula.peers.dates import day_of
from clausula.peers.imported import ImportResult, Parts, agreements_frame, import_scheme, provisions_frame
from clausula.peers.recode import Mention
from clausula.peers.table import Row, Source
from clausula.peers.variables import coded_columns, value_of, whole_number

BEGIN = ("begyr", "begmo", "begday")
SPAN = re.compile(r"(?:beg|end|yr|mo|day|cyc)(?:yr|mo|day|ent|exit)?\d*")
MEMBERS = re.compile(r"member|cowid|mem\d+|statea|stateb|ccode\d?")
"""Columns with the Correlates of War code of a member."""

METADATA = frozenset({"atopid", "atopidphase", "phase", "version", "year", "number", "stabb"})


def read_atop(path: str | Path, data: Dataset | None = None) -> ImportResult:
    r"""Read your own copy of an ATOP file, at the level of alliances or of alliance members.

    A file with several rows per alliance (members, phases) is reduced to one value per code, the highest.

    Parameters
    ----------
    path : str or Path
        The file as published, CSV or xlsx.
    data : Dataset, optional
        Dataset whose topics and actors are matched. Default: the shipped release.

    Returns
    -------
    ImportResult
        Four parts:

        - `agreements`: one row per alliance, from its first row in the file; `agreement_id` is `atopid`.
        - `provisions`: one row per alliance, code and matching topic; `value` is the highest one of the alliance.
        - `actors`: one row per member, by Correlates of War code.
        - `findings`: problems in the file. After an error the three frames are empty.

    Raises
    ------
    CouldNotRun
        If `data` cannot be read. Problems in the file are findings, never exceptions.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import clausula
    >>> path = Path(tempfile.mkdtemp(), "atop.csv")  # replace it with your own copy
    >>> _ = path.write_text("atopid,begyr,begmo,begday,mem1,defense\n3001,2034,5,2,369,1\n")
    >>> result = clausula.read_atop(path)
    >>> result.provisions[["code", "value"]].drop_duplicates()
          code  value
    0  defense      1
    """
    return import_scheme(path, "atop", data, _parts, once=False)


def _parts(source: Source) -> Parts:
    members = [c for c in source.columns if MEMBERS.fullmatch(c)]
    spans = [c for c in source.columns if SPAN.fullmatch(c)]
    codes = coded_columns(source, {*METADATA, *members, *spans})
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
    agreements = agreements_frame(rows, [_begin(source, row) for row in rows], "", others)
    mentions = [m for row in source.rows for column in members for m in _member(source, row, column)]
    return agreements, provisions_frame(records), mentions


def _begin(source: Source, row: Row) -> str | None:
    """Return the date on which the alliance began, as precise as the three columns are."""
    year, month, day = (whole_number(row.get(column)) for column in BEGIN)
    if year is None or not 1000 <= year <= 9999:
        return None
    if not month or month < 0:
        return f"{year:04d}"
    if month <= 12 and (not day or day < 0):
        return f"{year:04d}-{month:02d}"
    found = day_of(year, month, day or 0)
    if found is None:
        source.report("invalid-date:parts", (row, "begday"))
        return f"{year:04d}"
    return found.isoformat()


def _member(source: Source, row: Row, column: str) -> list[Mention]:
    code = value_of(source, row, column) if row.get(column) else None
    return [Mention(row.key, column, "cow", str(code))] if code and row.key is not None else []
