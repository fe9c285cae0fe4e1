"""The codes of agreements that two datasets share: what each gives, and how often they agree."""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd

from clausula.analysis.dataset import Dataset
from clausula.analysis.editions import load_scheme
from clausula.analysis.projection import WITHIN
from clausula.peers.imported import ImportResult

IDS = {"pax": "pax_agreement_id", "ucdp": "ucdp_agreement_id"}
"""The column of our instruments with the ID of the agreement in the other scheme."""

FROM_PARENT = "set by its parent"
"""The kind of match of a code that the other scheme sets at certain values of the code that sums it up."""


class Cell(NamedTuple):
    """One code of one agreement in both datasets; `ours` is None where we do not know."""

    instrument_id: str
    agreement_id: int
    code: str
    match: str
    ours: int | None
    theirs: int


def given_codes(theirs: ImportResult, agreements: pd.Series) -> pd.DataFrame:
    """Return the codes that the other dataset gives to some agreements, each once."""
    some = theirs.provisions[theirs.provisions["agreement_id"].isin(agreements)]
    return some.drop_duplicates(["agreement_id", "code"])


def cells(data: Dataset, theirs: ImportResult) -> list[Cell]:
    """Return all cells that the two datasets share: agreements by codes that our crosswalk maps."""
    scheme = theirs.scheme
    ids = data.load("instruments").set_index("instrument_id")[IDS[scheme]].dropna()
    projected = data.crosswalk(scheme).reset_index("AgtId", drop=True) if scheme == "pax" else data.crosswalk(scheme)
    projected = projected[projected.index.isin(ids.index)]
    walk = data.load("crosswalk").query("scheme == @scheme")
    codes = load_scheme(scheme).codes
    kinds = {
        str(code): FROM_PARENT if code in codes and codes[str(code)].set_at else _closest(rows["match"])
        for code, rows in walk.groupby("code")
    }
    given = given_codes(theirs, ids)
    values = dict(zip(zip(given["agreement_id"], given["code"], strict=True), given["value"], strict=True))
    found = []
    for instrument, row in projected.iterrows():
        agreement = int(ids[str(instrument)])
        for code in projected.columns:
            value = values.get((agreement, code))
            if value is not None:
                ours = None if pd.isna(row[code]) else int(row[code])
                found.append(Cell(str(instrument), agreement, code, kinds[code], ours, int(value)))
    return found


def _closest(matches: pd.Series) -> str:
    """Return the closest match of a code; "narrow or related" if it contains no topic."""
    present = set(matches.astype(str))
    return next((m for m in WITHIN if m in present), "narrow or related")


def counts_of(some: list[Cell]) -> dict[str, Any]:
    """Return the numbers of a list of cells, with precision, recall and F1; None where they are not defined."""
    known = [cell for cell in some if cell.ours is not None]
    both = sum(bool(c.ours) and c.theirs > 0 for c in known)
    only_ours = sum(bool(c.ours) and c.theirs == 0 for c in known)
    only_theirs = sum(not c.ours and c.theirs > 0 for c in known)
    unknown = sum(c.theirs > 0 for c in some if c.ours is None)
    shares = rates(both, only_ours, only_theirs)
    numbers = {"known": len(known), "both": both, "only_ours": only_ours, "only_theirs": only_theirs}
    return numbers | {"neither": len(known) - both - only_ours - only_theirs, "theirs_unknown_to_us": unknown} | shares


def rates(both: int, only_ours: int, only_theirs: int) -> dict[str, float | None]:
    """Return precision, recall and F1; None where they are not defined."""

    def share(part: int, whole: int) -> float | None:
        return round(part / whole, 4) if whole else None

    return {
        "precision": share(both, both + only_ours),
        "recall": share(both, both + only_theirs),
        "f1": share(2 * both, 2 * both + only_ours + only_theirs),
    }
