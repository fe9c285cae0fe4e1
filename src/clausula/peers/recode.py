"""Matching of other schemes to ours: topics through the crosswalk, actors by code or name."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from clausula.analysis.dataset import Dataset, shipped
from clausula.core.pandas_text import text_dtype, text_frame

KINDS = {"iso2": "iso2", "iso3": "iso3", "cow": "cow_code", "gw": "gw_code"}
"""The column of our actors for each kind of code."""

DESCRIPTIVE_ALIASES = "description"
"""Aliases of this kind ("the President") identify an actor only within their source, so they are not matched."""


class Mention(NamedTuple):
    """A state or body mentioned in a row: the agreement, the column, the kind of code, the code, and its role."""

    agreement_id: int
    column: str
    kind: str
    code: str
    role: str | None = None


def add_topics(provisions: pd.DataFrame, scheme: str, data: Dataset | None = None) -> pd.DataFrame:
    """Add our topics to provisions: one row for each topic that matches the code, NA if none does."""
    table = (data or shipped()).load("crosswalk")
    matches = table[(table["scheme"] == scheme) & (table["match"] != "none")]
    return provisions.merge(matches[["code", "topic_id", "match"]], on="code", how="left")


def _lookup(data: Dataset, kind: str) -> dict[str, str]:
    """Return actor IDs by a kind of code, or by name and alias, case-folded; ambiguous names are left out."""
    actors = data.load("actors")
    if kind != "name":
        coded = actors.dropna(subset=[KINDS[kind]])
        return dict(zip(coded[KINDS[kind]].astype("str"), coded["actor_id"], strict=True))
    aliases = data.load("actor_aliases").query("kind != @DESCRIPTIVE_ALIASES").rename(columns={"alias": "name"})
    pairs = pd.concat([frame[["name", "actor_id"]] for frame in (actors, aliases)]).dropna()
    pairs["name"] = pairs["name"].str.casefold().str.strip()
    unique = pairs.drop_duplicates().drop_duplicates("name", keep=False)
    return dict(zip(unique["name"], unique["actor_id"], strict=True))


def match_actors(mentions: list[Mention], data: Dataset | None = None) -> pd.DataFrame:
    """Return one row per mention with our actor, NA if none has that code or name."""
    frame = text_frame(mentions, Mention._fields).astype({"agreement_id": "Int64"})
    found = pd.Series(pd.NA, index=frame.index, dtype=text_dtype())
    for kind, rows in frame.groupby("kind"):
        codes = rows["code"].str.casefold().str.strip() if kind == "name" else rows["code"]
        found[rows.index] = codes.map(_lookup(data or shipped(), str(kind))).astype(text_dtype())
    return frame.assign(actor_id=found).drop_duplicates(ignore_index=True)
