"""Positions in long form, the latest ones by target, and the edges of the discourse network."""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd

from clausula.analysis.rollup import Actors
from clausula.core.pandas_text import text_index

Target = Literal["provision", "instrument", "proposition", "topic"]
TARGETS: tuple[Target, ...] = ("provision", "instrument", "proposition", "topic")
Level = Literal["actor", "state"]


def exclude_selected(frame: pd.DataFrame, selected: bool) -> tuple[pd.DataFrame, dict[Any, Any]]:
    """Return the positions without sources selected by a party, unless `selected` is set, and counts for `attrs`.

    The counts are given in both cases: targets left out, targets counted although a party selected the source, and
    the parties.
    """
    chosen = frame["selected_by_actor_id"].notna()
    kept = frame if selected else frame[~chosen]
    counts: dict[Any, Any] = {
        "left_out_as_selected_by_a_party": len(frame) - len(kept),
        "counted_though_selected_by_a_party": int(kept["selected_by_actor_id"].notna().sum()),
        "selected_by_actor_ids": sorted(frame.loc[chosen, "selected_by_actor_id"].unique()),
    }
    return kept, counts


def latest(positions: pd.DataFrame, by: Target) -> pd.DataFrame:
    """Return the latest position of each claimant on each target of one kind."""
    order = ["date_to", "reaction_id", "target_no"]
    chosen = positions[positions["target_kind"] == by].sort_values(order, na_position="first")
    return chosen.drop_duplicates(["claimant_id", "target_id"], keep="last")


def long_form(
    reactions: pd.DataFrame, targets: pd.DataFrame, sources: pd.DataFrame, actors: Actors | None = None
) -> pd.DataFrame:
    """Return one row for each target of a reaction, as described in `Views.positions`.

    With `actors`, the column `state_id` is added.
    """
    source = ["source_id", "selected_by_actor_id"]
    reaction = ["claimant_id", "speaker_id", "form", "date", "date_from", "date_to"]
    frame = targets.merge(reactions[["reaction_id", "source_id", *reaction]], on="reaction_id", validate="many_to_one")
    frame = frame.merge(sources[source], on="source_id", validate="many_to_one")
    ids = frame[[f"{kind}_id" for kind in TARGETS]]
    frame["target_kind"] = pd.Categorical.from_codes(ids.notna().to_numpy().argmax(axis=1), text_index(TARGETS))
    frame["target_id"] = ids.bfill(axis=1).iloc[:, 0].astype(frame["claimant_id"].dtype)
    target = ["target_kind", "target_id", "position", "stance", "conditional", "condition"]
    frame = frame[["reaction_id", "target_no", *source, *reaction, *target]]
    if actors is not None:
        named = zip(frame["claimant_id"], frame["date_to"], strict=True)
        states = pd.Series([actors.state(*one) for one in named], index=frame.index, dtype=frame["claimant_id"].dtype)
        frame.insert(list(frame.columns).index("claimant_id") + 1, "state_id", states)
    return frame


def edges(positions: pd.DataFrame, actors: Actors | None = None) -> pd.DataFrame:
    """Return one row for each claimant and target with an expressed stance, as described in `Views.network`.

    With `actors`, statements count for states.
    """
    frame = positions
    if actors is not None:
        text = frame["claimant_id"].dtype
        named = zip(frame["claimant_id"], frame["date_to"], strict=True)
        counted = [actors.at_state_level(*one) for one in named]
        frame = frame.assign(claimant_id=pd.Series(counted, index=frame.index, dtype="object"))
        frame = frame.explode("claimant_id", ignore_index=True).astype({"claimant_id": text})
    spoken = frame[frame["position"] == "expressed"].assign(stance=lambda d: d["stance"].astype("Float64"))
    found = spoken.groupby(["claimant_id", "target_kind", "target_id"], observed=True).agg(
        statements=("stance", "size"),
        stance=("stance", "mean"),
        conditional=("conditional", "any"),
        statements_selected_by_a_party=("selected_by_actor_id", "count"),
    )
    found = found.reset_index()
    found.columns = text_index(found.columns)
    return found
