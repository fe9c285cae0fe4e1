"""The Peace Accords Matrix: one row per accord and year; three columns per kind of provision, with one name stem."""

from __future__ import annotations

import re
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from clausula.analysis.dataset import Dataset
from clausula.peers.dates import Columns, read_dates
from clausula.peers.imported import ImportResult, Parts, agreements_frame, import_scheme, provisions_frame
from clausula.peers.recode import Mention
from clausula.peers.table import Row, Source
from clausula.peers.variables import value_of, whole_number

PARTS = {"prov": 1, "implem": 3, "rev": 1}
"""Suffixes of column names and their highest values: provided for, implemented (0 to 3), reversed."""

SPELLINGS = {"revers": "rev"}
"""A second spelling of a suffix that the published file uses."""

STANDARD = ("pam_caseid", "accord name", "cease_date", "year")


def read_pam(path: str | Path, data: Dataset | None = None) -> ImportResult:
    r"""Read your own copy of a Peace Accords Matrix file.

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

        - `agreements`: one row per accord; `agreement_id` is `pam_caseid`.
        - `provisions`: one row per accord, year, code and matching topic, with `year`, `value` (provided for, 0 or 1),
          `implementation` (0 to 3) and `reversed` (0 or 1), all Int64.
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
    stems = normalise_names(source)
    dates = read_dates(source, Columns("cease_date"))
    records = [record for row in source.rows for stem in stems for record in _records(source, row, stem)]
    coded = {f"{stem}_{part}" for stem in stems for part in PARTS}
    others = [c for c in source.columns if c not in coded and c not in STANDARD and _constant(source, c)]
    first = {row.key: place for place, row in reversed(list(enumerate(source.rows)))}
    chosen = sorted(first.values())
    rows = [source.rows[i] for i in chosen]
    agreements = agreements_frame(rows, [dates[i] for i in chosen], "accord name", others)
    mentions = [m for row in rows for m in _mentions(row)]
    provisions = provisions_frame(records, ("year", "value", "implementation", "reversed"))
    return agreements, provisions, mentions


def _mentions(row: Row) -> list[Mention]:
    code, name = whole_number(row.get("cowcode")), row.get("country")
    if row.key is None:
        return []
    found = [Mention(row.key, "cowcode", "cow", str(code))] if code is not None else []
    return found + ([Mention(row.key, "country", "name", name)] if name else [])


def _constant(source: Source, column: str) -> bool:
    """Return whether a column has the same value for an accord in every year, so that it describes the accord."""
    seen: dict[int | None, str] = {}
    return all(seen.setdefault(row.key, row.get(column)) == row.get(column) for row in source.rows)


def _part(text: str) -> str | None:
    """Return the part of a provision that a suffix stands for, misspelt or not."""
    if text in PARTS or text in SPELLINGS:
        return SPELLINGS.get(text, text)
    near = get_close_matches(text, ["implem"], n=1, cutoff=0.85)
    return near[0] if near else None


def normalise_names(source: Source) -> list[str]:
    """Rename misspelt columns to the pattern of the others and return the stems."""
    stems = [c.removesuffix("_prov") for c in source.columns if c.endswith("_prov")]
    for column in list(source.columns):
        if match := re.fullmatch(r"([a-z]+)prov", column):
            stems.append(match[1])
            _rename(source, column, f"{match[1]}_prov")
    for column in list(source.columns):
        stem, _, end = column.rpartition("_")
        part = _part(end)
        if not stem or part is None:
            continue
        if stem not in stems:
            near = [s for s in stems if s.startswith(stem) or stem.startswith(s)]
            near = [s for s in near if f"{s}_{part}" not in source.columns]
            if len(near) != 1:
                source.report("unmatched-column", column)
                continue
            stem = near[0]
        if column != f"{stem}_{part}" and f"{stem}_{part}" not in source.columns:
            _rename(source, column, f"{stem}_{part}")
    return stems


def _rename(source: Source, old: str, new: str) -> None:
    source.report("misspelt-column", old, new=new)
    source.rename(old, new)


def _records(source: Source, row: Row, stem: str) -> list[dict[str, Any]]:
    found = {p: value_of(source, row, f"{stem}_{p}", top) for p, top in PARTS.items()}
    if found["prov"] == 0 and (found["implem"] or 0) > 0:
        at = (row, f"{stem}_implem")
        source.report("implementation-without-provision", at, stem=stem, implemented=found["implem"])
    if all(value is None for value in found.values()):
        return []
    return [
        {
            "agreement_id": row.key,
            "code": stem,
            "year": whole_number(row.get("year")),
            "value": found["prov"],
            "implementation": found["implem"],
            "reversed": found["rev"],
        }
    ]
