"""ATOP: one row per alliance (or per member or phase of one), one column per obligation."""

from __future__ import annotations

import re
from pathlib import Path

from clausula.analysis.dataset import Dataset
from clausula.peers.dates import day_of
from clausula.peers.imported import ImportResult, Parts, agreements_frame, import_scheme, provisions_frame
from clausula.peers.mentions import mentioned
from clausula.peers.recode import Mention
from clausula.peers.schemes import SCHEMES
from clausula.peers.table import Row, Source
from clausula.peers.variables import value_of, whole_number


def read_atop(path: str | Path, data: Dataset | None = None) -> ImportResult:
    r"""Read your own copy of an ATOP file, at the level of alliances, their phases, their members, or years of states.

    A file with several rows per alliance (members, phases) is reduced to one value per code, the highest. A file of
    years of states has the states of each alliance, but no provisions: its codes hold for all its alliances together.

    Parameters
    ----------
    path : str or Path
        The file as published, CSV, xlsx or xls.
    data : Dataset, optional
        Dataset whose topics and actors are matched. Default: the shipped release.

    Returns
    -------
    ImportResult
        Four parts:

        - `agreements`: one row per alliance, from its first row in the file; `agreement_id` is `atopid`, and `date`
          when it began, or when its first member entered.
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
    scheme = SCHEMES["atop"]
    if "atopid" not in source.columns:
        return _state_years(source)
    codes = [code for code in scheme.codes if code in source.columns]
    best: dict[tuple[int, str], int] = {}
    for row in source.rows:
        for code in codes:
            value = value_of(source, row, code, scheme.codes[code].top)
            if value is not None:
                best[row.key, code] = max(value, best.get((row.key, code), value))
    records = [{"agreement_id": key, "code": code, "value": value} for (key, code), value in best.items()]
    first = {row.key: row for row in reversed(source.rows)}
    rows = sorted(first.values(), key=lambda row: row.number)
    dates = _dates(source)
    others = [c for c in source.columns if c not in {*codes, "atopid"} and scheme.column(c).kind != "actor"]
    agreements = agreements_frame(rows, [dates.get(row.key) for row in rows], "", others)
    mentions = mentioned(source, source.rows, scheme)
    return agreements, provisions_frame(records), mentions


def _state_years(source: Source) -> Parts:
    """Return the alliances of a file of states and years, and the states in them; its codes belong to no alliance."""
    source.report("summed-provisions", "state" if "state" in source.columns else None)
    numbered = [c for c in source.columns if re.fullmatch(r"atopid\d+", c)]
    states = [(whole_number(row.get(c)), whole_number(row.get("state"))) for row in source.rows for c in numbered]
    pairs = dict.fromkeys((alliance, state) for alliance, state in states if alliance and state)
    ids = list(dict.fromkeys(alliance for alliance, _ in pairs))
    rows = [Row(number, 0, {}, key) for number, key in enumerate(ids, 1)]
    mentions = [Mention(alliance, "state", "cow", str(state), "member") for alliance, state in pairs]
    return agreements_frame(rows, [None] * len(rows), "", []), provisions_frame([]), mentions


def _dates(source: Source) -> dict[int, str | None]:
    """Return when each alliance began: the earliest begin, or entry of a member, that the file gives."""
    columns = (c for c in SCHEMES["atop"].columns.values() if c.kind == "date" and c.name in source.columns)
    date = next(columns, None)
    found: dict[int, str | None] = {}
    for row in source.rows if date else []:
        began = _begin(source, row, date.parts) if date else None
        known = found.setdefault(row.key, began)
        if began and (known is None or began < known):
            found[row.key] = began
    return found


def _begin(source: Source, row: Row, parts: tuple[str, ...]) -> str | None:
    """Return the date in three columns, as precise as they are."""
    year, month, day = (whole_number(row.get(column)) for column in parts)
    if year is None or not 1000 <= year <= 9999:
        return None
    if not month or month < 0:
        return f"{year:04d}"
    if month <= 12 and (not day or day < 0):
        return f"{year:04d}-{month:02d}"
    found = day_of(year, month, day or 0)
    if found is None:
        source.report("invalid-date:parts", (row, parts[2]))
        return f"{year:04d}"
    return found.isoformat()
