"""The Peace Accords Matrix: one row per accord and year; three columns per kind of provision, with one name stem."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from clausula.analysis.dataset import Dataset
from clausula.peers.dates import days_in
from clausula.peers.imported import ImportResult, Parts, agreements_frame, import_scheme, provisions_frame
from clausula.peers.mentions import mentioned
from clausula.peers.schemes import SCHEMES
from clausula.peers.table import Row, Source
from clausula.peers.variables import value_of, whole_number

VALUES = {"prov": "value", "init": "begun", "implem": "implementation", "rev": "reversed"}
"""The column of the provisions for each part of a provision."""

_BRACKETS = re.compile(r"\((.*)\)\s*$")


def read_pam(path: str | Path, data: Dataset | None = None) -> ImportResult:
    r"""Read your own copy of a Peace Accords Matrix file.

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

        - `agreements`: one row per accord; `agreement_id` is `pam_caseid`, and `date` the day of the accord, not that
          of the ceasefire.
        - `provisions`: one row per accord, year, code and matching topic, with `year`, `value` (provided for, 0 or 1),
          `begun` (0 or 1), `implementation` (0 to 3) and `reversed` (0 to 2), all Int64.
        - `actors`: the country of each accord, by Correlates of War code and by name.
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
    >>> path = Path(tempfile.mkdtemp(), "pam.csv")  # replace it with your own copy
    >>> _ = path.write_text("pam_caseid,cowcode,year,cease_prov,cease_implem\n7,369,2014,1,2\n")
    >>> result = clausula.read_pam(path)
    >>> result.provisions[["code", "year", "implementation"]].drop_duplicates()
        code  year  implementation
    0  cease  2014               2
    """
    return import_scheme(path, "pam", data, _parts, once=False)


def _parts(source: Source) -> Parts:
    scheme = SCHEMES["pam"]
    stems = [s for s in scheme.codes if any(f"{s}_{part}" in source.columns for part in scheme.parts)]
    records = [record for row in source.rows for stem in stems for record in _records(source, row, stem)]
    coded = {f"{stem}_{part}" for stem in stems for part in scheme.parts}
    standard = {"pam_caseid", "accord name", "year"}
    others = [c for c in source.columns if c not in coded | standard and _constant(source, c)]
    rows = list({row.key: row for row in reversed(source.rows)}.values())
    rows.sort(key=lambda row: row.number)
    agreements = agreements_frame(rows, [_date(source, row) for row in rows], "accord name", others)
    mentions = mentioned(source, rows, scheme)
    return agreements, provisions_frame(records, ("year", *VALUES.values())), mentions


def _date(source: Source, row: Row) -> str | None:
    """Return the day of the accord, as its column gives it in brackets, else from its name; report a difference."""
    column = "country_accorddate"
    brackets = _BRACKETS.search(row.get(column))
    days = days_in(brackets[1].strip(), "month") if brackets else set()
    named = days_in(row.get("accord name"), "month")
    if not days:
        return named.pop().isoformat() if len(named) == 1 else None
    day = days.pop()
    if named and day not in named:
        source.report("date-title-mismatch", (row, column), new=min(named).isoformat(), date=day.isoformat())
    return day.isoformat()


def _constant(source: Source, column: str) -> bool:
    """Return whether a column has the same value for an accord in every year, so that it describes the accord."""
    seen: dict[int, str] = {}
    return all(seen.setdefault(row.key, row.get(column)) == row.get(column) for row in source.rows)


def _records(source: Source, row: Row, stem: str) -> list[dict[str, Any]]:
    found = {p: value_of(source, row, f"{stem}_{p}", top) for p, top in SCHEMES["pam"].parts.items()}
    if found["prov"] == 0 and (found["implem"] or 0) > 0:
        at = (row, f"{stem}_implem")
        source.report("implementation-without-provision", at, stem=stem, implemented=found["implem"])
    if all(value is None for value in found.values()):
        return []
    values = {VALUES[part]: value for part, value in found.items()}
    return [{"agreement_id": row.key, "code": stem, "year": whole_number(row.get("year")), **values}]
