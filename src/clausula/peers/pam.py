"""The Peace Accords Matrix: one row for each accord and year, with provision, implementation and reversal by stem."""

from __future__ import annotations

import re
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from clausula.analysis.dataset import Dataset
from clausula.core.findings import INFO, WARNING
from clausula.peers.dates import Columns, read_dates
from clausula.peers.imported import Imported, Parts, agreements_of, imported, provisions_of
from clausula.peers.recode import Mention
from clausula.peers.table import Row, Source
from clausula.peers.variables import value_of, whole

PARTS = {"prov": 1, "implem": 3, "rev": 1}
"""What stands after the stem, and its highest value: provided for, implemented (0 to 3), reversed."""

SPELLINGS = {"revers": "rev"}
"""The other spelling that the file itself uses for a part."""

STANDARD = ("pam_caseid", "accord name", "cease_date", "year")


def read_pam(path: str | Path, data: Dataset | None = None) -> Imported:
    """Read a file of the Peace Accords Matrix that you hold (CSV or xlsx).

    For the parameters see `clausula.read_pax`.

    Returns
    -------
    Imported
        `agreements` has one row for each accord. `provisions` has one for each accord, year and stem (and topic of
        ours), with `year`, `value` (provided for), `implementation` (0 to 3) and `reversed`.
    """
    return imported(path, "pam", data, _parts, once=False)


def _parts(source: Source) -> Parts:
    stems = mend_names(source)
    dates = read_dates(source, Columns("cease_date"))
    records = [record for row in source.rows for stem in stems for record in _records(source, row, stem)]
    coded = {f"{stem}_{part}" for stem in stems for part in PARTS}
    others = [c for c in source.columns if c not in coded and c not in STANDARD and _constant(source, c)]
    first = {row.key: place for place, row in reversed(list(enumerate(source.rows)))}
    chosen = sorted(first.values())
    rows = [source.rows[i] for i in chosen]
    agreements = agreements_of(rows, [dates[i] for i in chosen], "accord name", others)
    mentions = [m for row in rows for m in _mentions(row)]
    provisions = provisions_of(records, ("year", "value", "implementation", "reversed"))
    return agreements, provisions, mentions


def _mentions(row: Row) -> list[Mention]:
    code, name = whole(row.get("cowcode")), row.get("country")
    if row.key is None:
        return []
    found = [Mention(row.key, "cowcode", "cow", str(code))] if code is not None else []
    return found + ([Mention(row.key, "country", "name", name)] if name else [])


def _constant(source: Source, column: str) -> bool:
    """Whether a column says the same of an accord in every year, so that it is about the accord."""
    seen: dict[int | None, str] = {}
    return all(seen.setdefault(row.key, row.get(column)) == row.get(column) for row in source.rows)


def _part(text: str) -> str | None:
    """The part of a provision that the end of a name means, misspelt or not."""
    if text in PARTS or text in SPELLINGS:
        return SPELLINGS.get(text, text)
    near = get_close_matches(text, ["implem"], n=1, cutoff=0.85)
    return near[0] if near else None


def mend_names(source: Source) -> list[str]:
    """The stems, after columns whose names are misspelt were given the names that the others have."""
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
                message = f"no provision belongs to the column {column!r}; it was left out"
                source.tell("unmatched-column", WARNING, message, "Compare the codebook.", column)
                continue
            stem = near[0]
        if column != f"{stem}_{part}" and f"{stem}_{part}" not in source.columns:
            _rename(source, column, f"{stem}_{part}")
    return stems


def _rename(source: Source, old: str, new: str) -> None:
    message = f"the column {old!r} is spelt unlike the others; read as {new!r}"
    source.tell("misspelt-column", INFO, message, "Use the name of your copy when you go back to it.", old)
    source.rename(old, new)


def _records(source: Source, row: Row, stem: str) -> list[dict[str, Any]]:
    found = {p: value_of(source, row, f"{stem}_{p}", top) for p, top in PARTS.items()}
    if found["prov"] == 0 and (found["implem"] or 0) > 0:
        message = f"{stem} is implemented at {found['implem']} though the accord does not provide for it"
        hint = "Both stay as they are; leave the cell out of rates of implementation."
        source.tell("implementation-without-provision", WARNING, message, hint, (row, f"{stem}_implem"))
    if all(value is None for value in found.values()):
        return []
    return [
        {
            "agreement_id": row.key,
            "code": stem,
            "year": whole(row.get("year")),
            "value": found["prov"],
            "implementation": found["implem"],
            "reversed": found["rev"],
        }
    ]
