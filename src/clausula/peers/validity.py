"""Our codes against those of another dataset on the same agreements: precision, recall, F1 and every disagreement."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from clausula.analysis.dataset import Dataset, shipped
from clausula.analysis.editions import load_scheme
from clausula.core.findings import ERROR, CouldNotRun
from clausula.core.pandas_text import text_frame
from clausula.peers.cell_evidence import Evidence, alike, disagreements, unknown, unmapped
from clausula.peers.imported import ImportResult
from clausula.peers.pax import read_pax
from clausula.peers.shared_cells import Cell, cells, counts_of, rates
from clausula.peers.ucdp import read_ucdp

READERS = {"pax": read_pax, "ucdp": read_ucdp}
"""The schemes that can be compared, with their readers."""

RESAMPLES, SEED = 2_000, 1


@dataclass(frozen=True)
class Validity:
    """A comparison of our codes with those of another dataset.

    Attributes
    ----------
    scheme, edition, sha256 : str
        The other dataset, its edition, and the hash of the file.
    version : str
        Version of our data.
    overall : dict
        Numbers of agreements and cells, precision, recall and F1, each with its 95% interval over resampled agreements,
        and how many of their codes are unknown to us.
    agreements, matches, codes : DataFrame
        The same numbers for each agreement, kind of match and code.
    strength : dict
        For the codes that both grade and give: how many are equal, and in how many each is higher.
    disagreements : DataFrame
        Each cell that only one of the two codes, with our provisions under the code and their anchors.
    unknown : DataFrame
        Each code of theirs that is unknown to us, with our provisions on topics that only overlap with it.
    unmapped : DataFrame
        Each code of theirs on these agreements that matches no topic of ours, with the agreements.
    alike : DataFrame
        Pairs of our provisions that restate or continue one another, where the other dataset codes only one agreement.
    """

    scheme: str
    edition: str
    sha256: str
    version: str
    overall: dict[str, Any]
    agreements: pd.DataFrame
    matches: pd.DataFrame
    codes: pd.DataFrame
    strength: dict[str, Any]
    disagreements: pd.DataFrame
    unknown: pd.DataFrame
    unmapped: pd.DataFrame
    alike: pd.DataFrame

    def __repr__(self) -> str:
        one = self.overall
        return (
            f"<validity against {load_scheme(self.scheme).title} {self.edition}: {one['agreements']} agreements, "
            f"{one['known']} cells, precision {one['precision']:.2f}, recall {one['recall']:.2f}, F1 {one['f1']:.2f}>"
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the comparison as values for JSON."""
        frames = ("agreements", "matches", "codes", "disagreements", "unknown", "unmapped", "alike")
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return plain | {name: _records(plain[name]) for name in frames}


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]


def _read(path: Path) -> ImportResult:
    """Read a file with the reader of the scheme that it is of."""
    faults = []
    for read in READERS.values():
        result = read(path)
        if not result.errors:
            return result
        faults += [f for f in result.findings if f.severity == ERROR]
    raise CouldNotRun(faults[0])


def intervals(by_agreement: pd.DataFrame) -> dict[str, list[float | None]]:
    """Return 95% intervals of the three rates, from agreements drawn with replacement; None where not defined."""
    counts = by_agreement[["both", "only_ours", "only_theirs"]].to_numpy()
    drawn = np.random.default_rng(SEED).integers(0, len(counts), (RESAMPLES, len(counts)))
    sums = counts[drawn].sum(axis=1)
    drawn_rates = pd.DataFrame([rates(*(int(n) for n in row)) for row in sums]).astype(float)
    quantiles = drawn_rates.quantile([0.025, 0.975])
    return {str(name): [None if pd.isna(q) else round(q, 4) for q in quantiles[name].tolist()] for name in quantiles}


def _unknown_as_missed(counts: dict[str, Any]) -> dict[str, float | None]:
    """Return recall and F1 if every code of theirs that is unknown to us counted as one that we missed."""
    both, theirs = counts["both"], counts["only_theirs"] + counts["theirs_unknown_to_us"]
    strict = rates(both, counts["only_ours"], theirs)
    return {f"{name}_unknown_as_missed": strict[name] for name in ("recall", "f1")}


def _grouped(found: list[Cell], name: str) -> pd.DataFrame:
    keys = dict.fromkeys(getattr(cell, name) for cell in found)
    return pd.DataFrame([{name: key} | counts_of([c for c in found if getattr(c, name) == key]) for key in keys])


def _strength(scheme: str, found: list[Cell]) -> dict[str, Any]:
    """Return how far the two grade alike, where both have a code that the other scheme grades."""
    tops = load_scheme(scheme).codes
    graded = [c for c in found if c.ours and c.theirs and tops[c.code].top > 1]
    gaps = [(c.ours or 0) - c.theirs for c in graded]
    higher = {"ours_higher": sum(gap > 0 for gap in gaps), "theirs_higher": sum(gap < 0 for gap in gaps)}
    return {"cells": len(gaps), "equal": sum(gap == 0 for gap in gaps), **higher}


def validity(path: str | Path, data: Dataset | None = None) -> Validity:
    """Compare our codes with those in your own copy of another dataset, on the agreements that both have.

    Parameters
    ----------
    path : str or Path
        The file as published: PA-X, or the UCDP Peace Agreement Dataset. The scheme and the edition are recognised.
    data : Dataset, optional
        Dataset that is compared. Default: the shipped release.

    Returns
    -------
    Validity
        The comparison. A cell is one mapped code of one agreement. A cell that is unknown to us counts neither for nor
        against us. Neither dataset is the truth: where they differ, either or both may be wrong.

    Raises
    ------
    CouldNotRun
        If the file cannot be read, or no agreement in it is known to be one of our instruments.
    """
    path, data = Path(path), data or shipped()
    theirs = _read(path)
    found = cells(data, theirs)
    if not found:
        raise CouldNotRun.of("no-common-agreements", name=path.name, scheme=load_scheme(theirs.scheme).title)
    by_agreement = _grouped(found, "agreement_id")
    evidence = Evidence(data, theirs.scheme)
    counts = counts_of(found)
    overall = {"agreements": len(by_agreement)} | counts | _unknown_as_missed(counts)
    cell = ["agreement_id", "instrument_id", "code"]
    return Validity(
        theirs.scheme,
        theirs.edition,
        hashlib.sha256(path.read_bytes()).hexdigest(),
        data.version,
        overall | {"intervals": intervals(by_agreement)},
        by_agreement,
        _grouped(found, "match"),
        _grouped(found, "code"),
        _strength(theirs.scheme, found),
        text_frame(list(disagreements(evidence, found)), [*cell, "coded_by", "topics", "provisions", "anchors"]),
        text_frame(list(unknown(evidence, found)), [*cell, "topics", "provisions"]),
        text_frame(list(unmapped(data, theirs)), ["code", "agreements"]),
        text_frame(
            list(alike(data, evidence, found)), ["code", "topic_id", "relation", "earlier", "later", "coded_in"]
        ),
    )
