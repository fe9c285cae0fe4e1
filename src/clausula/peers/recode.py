"""Matching of other schemes to ours: topics through the crosswalk, actors by code or name."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from clausula.analysis.dataset import Dataset, shipped

KINDS = {"iso2": "iso2", "iso3": "iso3", "cow": "cow_code", "gw": "gw_code"}
"""The column of our actors for each kind of code."""

DESCRIPTIVE_ALIASES = "description"
"""Aliases of this kind ("the President") identify an actor only within their source, so they are not matched."""


class Mention(NamedTuple):
    """A state or body mentioned in a row: the agreement, the column, the kind of code, and the code."""

    agreement_id: int
    column: str
    kind: str
    code: str


def topics_of(scheme: str, data: Dataset | None = None) -> pd.DataFrame:
    """Return code, topic and match for a scheme, with one row for each of our topics that matches a code."""
    table = (data or shipped()).load("crosswalk")
    own = table[(table["scheme"] == scheme) & (table["match"] != "none")]
    return own[["code", "topic_id", "match"]].reset_index(drop=True)


def add_topics(provisions: pd.DataFrame, scheme: str, data: Dataset | None = None) -> pd.DataFrame:
    """Add our topics to provisions: one row for each topic that matches the code, NA if none does."""
    return provisions.merge(topics_of(scheme, data), on="code", how="left")


def _names(data: Dataset) -> dict[str, str]:
    """Return actor IDs by name and alias, case-folded; ambiguous names are left out."""
    aliases = data.load("actor_aliases")
    aliases = aliases[aliases["kind"] != DESCRIPTIVE_ALIASES]
    actors = data.load("actors")
    pairs = pd.concat(
        [
            actors[["name", "actor_id"]],
            aliases[["alias", "actor_id"]].rename(columns={"alias": "name"}),
        ]
    ).dropna()
    pairs["name"] = pairs["name"].str.casefold().str.strip()
    unique = pairs.drop_duplicates()
    unique = unique[~unique["name"].duplicated(keep=False)]
    return dict(zip(unique["name"], unique["actor_id"], strict=True))


def _lookup(data: Dataset, kind: str) -> dict[str, str]:
    if kind == "name":
        return _names(data)
    actors = data.load("actors").dropna(subset=[KINDS[kind]])
    return dict(zip(actors[KINDS[kind]].astype("str"), actors["actor_id"], strict=True))


def match_actors(mentions: list[Mention], data: Dataset | None = None) -> pd.DataFrame:
    """Return one row per mention with our actor, NA if none has that code or name."""
    frame = pd.DataFrame(mentions, columns=list(Mention._fields))
    frame = frame.astype({"agreement_id": "Int64", "column": "str", "kind": "str", "code": "str"})
    found = pd.Series(pd.NA, index=frame.index, dtype="str")
    for kind, rows in frame.groupby("kind"):
        codes = rows["code"].str.casefold().str.strip() if kind == "name" else rows["code"]
        found[rows.index] = codes.map(_lookup(data or shipped(), str(kind))).astype("str")
    return frame.assign(actor_id=found).drop_duplicates(ignore_index=True)
