"""What of our data stands behind a shared cell: provisions and anchors, for disagreements, unknown and like cells."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from clausula.analysis.dataset import Dataset
from clausula.analysis.editions import load_scheme
from clausula.analysis.projection import WITHIN
from clausula.peers.imported import ImportResult
from clausula.peers.shared_cells import IDS, Cell, given_codes


class Evidence:
    """Our provisions by instrument and topic, with their anchors."""

    def __init__(self, data: Dataset, scheme: str) -> None:
        provisions = data.load("provisions")[["provision_id", "instrument_id", "topic_id", "strength"]]
        further = data.load("provision_topics").merge(provisions.drop(columns="topic_id"), on="provision_id")
        self.by_topic = pd.concat([provisions, further[provisions.columns]], ignore_index=True)
        walk = data.load("crosswalk").query("scheme == @scheme and match != 'none'")
        self.walk = walk.assign(match=walk["match"].astype(str))
        self.codes = load_scheme(scheme).codes
        anchors = data.load("evidence").dropna(subset=["provision_id"])
        spots = [f"{s}:{a}-{b}" for s, a, b in anchors[["source_id", "start", "end"]].itertuples(index=False)]
        self.anchors: dict[str, list[str]] = {}
        for provision, spot in zip(anchors["provision_id"], spots, strict=True):
            self.anchors.setdefault(provision, []).append(spot)

    def under(self, code: str) -> pd.DataFrame:
        """Return our provisions under a code, with instrument and topic.

        For a code that is set at certain values of its parent, these are the provisions of that strength under the
        parent.
        """
        known = self.codes.get(code)
        if known and known.set_at and known.parent:
            above = self.under(known.parent)
            return above[above["strength"].isin(known.set_at)]
        rows = self.walk[(self.walk["code"] == code) & self.walk["match"].isin(WITHIN)]
        return self.by_topic.merge(rows[["topic_id", "match"]], on="topic_id").sort_values("provision_id")

    def beside(self, code: str, instrument: str) -> pd.DataFrame:
        """Return the provisions of an instrument on topics that only overlap with a code."""
        rows = self.walk[(self.walk["code"] == code) & ~self.walk["match"].isin(WITHIN)]
        mine = self.by_topic[self.by_topic["instrument_id"] == instrument]
        return mine.merge(rows[["topic_id", "match"]], on="topic_id").sort_values("provision_id")


def disagreements(evidence: Evidence, found: list[Cell]) -> Iterator[dict[str, Any]]:
    """Yield each cell that only one of the two datasets codes, with our provisions under the code and their anchors."""
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


def unknown(evidence: Evidence, found: list[Cell]) -> Iterator[dict[str, Any]]:
    """Yield each code of the other dataset that is unknown to us, with our topics that only overlap with it."""
    for cell in found:
        if cell.ours is None and cell.theirs > 0:
            beside = evidence.beside(cell.code, cell.instrument_id)
            yield {
                "agreement_id": cell.agreement_id,
                "instrument_id": cell.instrument_id,
                "code": cell.code,
                "topics": ", ".join(dict.fromkeys(beside["topic_id"])),
                "provisions": ", ".join(p.split(".")[-1] for p in dict.fromkeys(beside["provision_id"])),
            }


def unmapped(data: Dataset, theirs: ImportResult) -> Iterator[dict[str, Any]]:
    """Yield each code that the other dataset gives to shared agreements and that matches no topic of ours."""
    ids = data.load("instruments")[IDS[theirs.scheme]].dropna()
    mapped = data.load("crosswalk").query("scheme == @theirs.scheme")["code"]
    given = given_codes(theirs, ids)
    given = given[(given["value"] > 0) & ~given["code"].isin(mapped)]
    for code, rows in given.groupby("code", sort=False):
        yield {"code": str(code), "agreements": ", ".join(str(a) for a in sorted(rows["agreement_id"]))}


def alike(data: Dataset, evidence: Evidence, found: list[Cell]) -> Iterator[dict[str, Any]]:
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
