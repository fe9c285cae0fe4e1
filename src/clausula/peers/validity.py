"""Our codes against those of another dataset on the same agreements: precision, recall, F1 and every disagreement."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from clausula.analysis.dataset import Dataset, shipped
from clausula.analysis.editions import load_scheme
from clausula.core.findings import ERROR, CouldNotRun
from clausula.core.pandas_text import text_frame
from clausula.peers.imported import ImportResult
from clausula.peers.pax import read_pax
from clausula.peers.ucdp import read_ucdp

READERS = {"pax": read_pax, "ucdp": read_ucdp}
"""The schemes that can be compared, with their readers."""

IDS = {"pax": "pax_agreement_id", "ucdp": "ucdp_agreement_id"}
"""The column of our instruments with the ID of the agreement in the other scheme."""

WITHIN = ("exact", "close", "broad")
"""The matches under which a provision falls under the other code, the closest first."""

RESAMPLES, SEED = 2_000, 1


class Cell(NamedTuple):
    """One code of one agreement in both datasets; `ours` is None where we do not know."""

    instrument_id: str
    agreement_id: int
    code: str
    match: str
    ours: int | None
    theirs: int


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
        For the codes that both grade and give: how many are equal, and the mean difference (ours less theirs).
    disagreements : DataFrame
        Each cell that only one of the two codes, with our provisions under the code and their anchors.
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
    alike: pd.DataFrame

    def __repr__(self) -> str:
        one = self.overall
        return (
            f"<validity against {load_scheme(self.scheme).title} {self.edition}: {one['agreements']} agreements, "
            f"{one['known']} cells, precision {one['precision']:.2f}, recall {one['recall']:.2f}, F1 {one['f1']:.2f}>"
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the comparison as values for JSON."""
        frames = ("agreements", "matches", "codes", "disagreements", "alike")
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


def cells(data: Dataset, theirs: ImportResult) -> list[Cell]:
    """Return all cells that the two datasets share: agreements by codes that our crosswalk maps."""
    scheme = theirs.scheme
    ids = data.load("instruments").set_index("instrument_id")[IDS[scheme]].dropna()
    projected = data.crosswalk(scheme).reset_index("AgtId", drop=True) if scheme == "pax" else data.crosswalk(scheme)
    projected = projected[projected.index.isin(ids.index)]
    walk = data.load("crosswalk").query("scheme == @scheme")
    kinds = {str(code): _closest(rows["match"]) for code, rows in walk.groupby("code")}
    given = theirs.provisions.drop_duplicates(["agreement_id", "code"])
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


def _counts(some: list[Cell]) -> dict[str, Any]:
    """Return the numbers of a list of cells, with precision, recall and F1; None where they are not defined."""
    known = [cell for cell in some if cell.ours is not None]
    both = sum(bool(c.ours) and c.theirs > 0 for c in known)
    only_ours = sum(bool(c.ours) and c.theirs == 0 for c in known)
    only_theirs = sum(not c.ours and c.theirs > 0 for c in known)
    unknown = sum(c.theirs > 0 for c in some if c.ours is None)
    rates = _rates(both, only_ours, only_theirs)
    numbers = {"known": len(known), "both": both, "only_ours": only_ours, "only_theirs": only_theirs}
    return numbers | {"neither": len(known) - both - only_ours - only_theirs, "theirs_unknown_to_us": unknown} | rates


def _rates(both: int, only_ours: int, only_theirs: int) -> dict[str, float | None]:
    def share(part: int, whole: int) -> float | None:
        return round(part / whole, 4) if whole else None

    return {
        "precision": share(both, both + only_ours),
        "recall": share(both, both + only_theirs),
        "f1": share(2 * both, 2 * both + only_ours + only_theirs),
    }


def _intervals(by_agreement: pd.DataFrame) -> dict[str, list[float]]:
    """Return 95% intervals of the three rates, from agreements drawn with replacement."""
    counts = by_agreement[["both", "only_ours", "only_theirs"]].to_numpy()
    drawn = np.random.default_rng(SEED).integers(0, len(counts), (RESAMPLES, len(counts)))
    sums = counts[drawn].sum(axis=1)
    rates = pd.DataFrame([_rates(*(int(n) for n in row)) for row in sums]).astype(float)
    return {str(name): [round(float(q), 4) for q in rates[name].quantile([0.025, 0.975])] for name in rates}


def _unknown_as_missed(counts: dict[str, Any]) -> dict[str, float | None]:
    """Return recall and F1 if every code of theirs that is unknown to us counted as one that we missed."""
    both, theirs = counts["both"], counts["only_theirs"] + counts["theirs_unknown_to_us"]
    rates = _rates(both, counts["only_ours"], theirs)
    return {f"{name}_unknown_as_missed": rates[name] for name in ("recall", "f1")}


def _grouped(found: list[Cell], name: str) -> pd.DataFrame:
    keys = dict.fromkeys(getattr(cell, name) for cell in found)
    return pd.DataFrame([{name: key} | _counts([c for c in found if getattr(c, name) == key]) for key in keys])


def _strength(scheme: str, found: list[Cell]) -> dict[str, Any]:
    """Return how far the two grade alike, where both have a code that the other scheme grades."""
    tops = load_scheme(scheme).codes
    graded = [c for c in found if c.ours and c.theirs and tops[c.code].top > 1]
    gaps = [(c.ours or 0) - c.theirs for c in graded]
    higher = {"ours_higher": sum(gap > 0 for gap in gaps), "theirs_higher": sum(gap < 0 for gap in gaps)}
    return {"cells": len(gaps), "equal": sum(gap == 0 for gap in gaps), **higher}


class _Evidence:
    """Our provisions by instrument and topic, with their anchors."""

    def __init__(self, data: Dataset, scheme: str) -> None:
        provisions = data.load("provisions")[["provision_id", "instrument_id", "topic_id"]]
        further = data.load("provision_topics").merge(provisions[["provision_id", "instrument_id"]], on="provision_id")
        self.by_topic = pd.concat([provisions, further[provisions.columns]], ignore_index=True)
        walk = data.load("crosswalk").query("scheme == @scheme and match != 'none'")
        self.walk = walk.assign(match=walk["match"].astype(str))
        anchors = data.load("evidence").dropna(subset=["provision_id"])
        spots = [f"{s}:{a}-{b}" for s, a, b in anchors[["source_id", "start", "end"]].itertuples(index=False)]
        self.anchors: dict[str, list[str]] = {}
        for provision, spot in zip(anchors["provision_id"], spots, strict=True):
            self.anchors.setdefault(provision, []).append(spot)

    def under(self, code: str) -> pd.DataFrame:
        """Return our provisions under a code, with instrument and topic."""
        rows = self.walk[(self.walk["code"] == code) & self.walk["match"].isin(WITHIN)]
        return self.by_topic.merge(rows[["topic_id", "match"]], on="topic_id").sort_values("provision_id")


def _disagreements(evidence: _Evidence, found: list[Cell]) -> Iterator[dict[str, Any]]:
    for cell in found:
        if cell.ours is None or bool(cell.ours) == bool(cell.theirs):
            continue
        under = evidence.under(cell.code)
        mine = under[under["instrument_id"] == cell.instrument_id]
        provisions = list(dict.fromkeys(mine["provision_id"]))
        spots = [spot for p in provisions for spot in evidence.anchors.get(p, [])]
        yield {
            "agreement_id": cell.agreement_id,
            "instrument_id": cell.instrument_id,
            "code": cell.code,
            "coded_by": "only ours" if cell.ours else "only theirs",
            "topics": ", ".join(dict.fromkeys(mine["topic_id"])),
            "provisions": ", ".join(p.split(".")[-1] for p in provisions),
            "anchors": ", ".join(spots),
        }


def _alike(data: Dataset, evidence: _Evidence, found: list[Cell]) -> Iterator[dict[str, Any]]:
    """Yield pairs of linked provisions on one topic, of which the other dataset codes only one agreement."""
    theirs = {(cell.instrument_id, cell.code): cell.theirs > 0 for cell in found}
    links = data.load("provision_links").query("relation != 'reverses'")
    pairs = list(zip(links["earlier_provision_id"], links["provision_id"], links["relation"].astype(str), strict=True))
    for code in dict.fromkeys(cell.code for cell in found):
        under = evidence.under(code).drop_duplicates("provision_id").set_index("provision_id")
        for one, other, relation in pairs:
            if one not in under.index or other not in under.index:
                continue
            first, second = under.loc[one], under.loc[other]
            coded = theirs.get((first["instrument_id"], code)), theirs.get((second["instrument_id"], code))
            if first["topic_id"] == second["topic_id"] and None not in coded and coded[0] != coded[1]:
                record = {"code": code, "topic_id": first["topic_id"], "relation": relation}
                yield record | {"earlier": one, "later": other, "coded_in": "earlier" if coded[0] else "later"}


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
    evidence = _Evidence(data, theirs.scheme)
    columns = ["agreement_id", "instrument_id", "code", "coded_by", "topics", "provisions", "anchors"]
    counts = _counts(found)
    overall = {"agreements": len(by_agreement)} | counts | _unknown_as_missed(counts)
    return Validity(
        theirs.scheme,
        theirs.edition,
        hashlib.sha256(path.read_bytes()).hexdigest(),
        data.version,
        overall | {"intervals": _intervals(by_agreement)},
        by_agreement,
        _grouped(found, "match"),
        _grouped(found, "code"),
        _strength(theirs.scheme, found),
        text_frame(list(_disagreements(evidence, found)), columns),
        text_frame(
            list(_alike(data, evidence, found)), ["code", "topic_id", "relation", "earlier", "later", "coded_in"]
        ),
    )
