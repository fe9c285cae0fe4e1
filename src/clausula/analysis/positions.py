"""Positions in long form, the latest ones by target, and the edges of the discourse network."""

from __future__ import annotations

from typing import Any, Literal

import pandas as pd

from clausula.analysis.rollup import Actors
from clausula.analysis.scope import Load, Scope, named, typed, with_day, with_labels
from clausula.core.pandas_text import text_dtype, text_index

Target = Literal["provision", "instrument", "proposition", "topic"]
TARGETS: tuple[Target, ...] = ("provision", "instrument", "proposition", "topic")
Level = Literal["actor", "state"]

CODES = ("iso3", "cow_code", "gw_code")
"""Codes of states in other datasets."""

SIGNS = ("for", "against", "mixed", "neutral")
"""What the expressed stances of an actor on a target have in common."""

COLUMNS = (
    *("reaction_id", "target_no", "source_id", "selected_by_actor_id", "claimant_id", "claimant"),
    *("speaker_id", "form", "date", "date_from", "date_to", "day", "date_precision", "year"),
    *("target_kind", "target_id", "target", "instrument_id", "process_id", "coverage"),
    *("position", "stance", "conditional", "condition"),
)


def exclude_selected(frame: pd.DataFrame, selected: bool) -> tuple[pd.DataFrame, dict[Any, Any]]:
    """Return the positions without sources selected by a party, unless `selected` is set, and counts for `attrs`.

    The counts are given in both cases: positions left out, positions counted although a party selected the source, and
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


def _targets(load: Load) -> pd.DataFrame:
    """Return the targets with kind and ID, the instrument that each is or belongs to, and the process of that."""
    targets = load("reaction_targets")
    ids = targets[[f"{kind}_id" for kind in TARGETS]]
    instruments = load("provisions").set_index("provision_id")["instrument_id"]
    own = targets["instrument_id"].fillna(targets["provision_id"].map(instruments)).astype(text_dtype())
    processes = load("instruments").set_index("instrument_id")["process_id"]
    return targets.assign(
        target_kind=pd.Categorical.from_codes(ids.notna().to_numpy().argmax(axis=1), text_index(TARGETS)),
        target_id=ids.bfill(axis=1).iloc[:, 0].astype(text_dtype()),
        instrument_id=own,
        process_id=own.map(processes).astype(text_dtype()),
    )


def reactions_in_processes(load: Load, reactions: pd.DataFrame) -> pd.DataFrame:
    """Return the reactions with `process_id` and `instrument_id`.

    The process is that of the first target that has one, otherwise the most common one in the same source; of several
    equally common ones, the first by its ID. The instrument is that of the first target that has one.
    """
    targets = _targets(load)
    first = targets.groupby("reaction_id")[["instrument_id", "process_id"]].first()
    found = reactions["reaction_id"].map(first["process_id"])
    common = found.groupby(reactions["source_id"]).transform(lambda group: next(iter(group.mode()), None))
    return reactions.assign(
        process_id=found.fillna(common).astype(text_dtype()),
        instrument_id=reactions["reaction_id"].map(first["instrument_id"]).astype(text_dtype()),
    )


def _texts(load: Load, frame: pd.DataFrame) -> pd.Series:
    """Return what each target says or is called."""
    shown = {
        "provision": ("provisions", "provision_id", "summary"),
        "instrument": ("instruments", "instrument_id", "title"),
        "proposition": ("propositions", "proposition_id", "statement"),
        "topic": ("topics", "topic_id", "label"),
    }
    found: pd.Series = pd.Series(None, index=frame.index, dtype=text_dtype())
    for kind, (table, key, text) in shown.items():
        own = frame["target_kind"] == kind
        found[own] = named(frame.loc[own, "target_id"], load(table), key, text)
    return found


def long_form(load: Load, scope: Scope, country: bool = False, labels: bool = False) -> pd.DataFrame:
    """Return one row for each target of a reaction in scope, as described in `clausula.positions`."""
    reactions, actors = reactions_in_processes(load, load("reactions")), load("actors")
    columns = ["reaction_id", "source_id", "claimant_id", "speaker_id", "form", "date", "date_from", "date_to"]
    reactions = reactions[[*columns, "process_id"]].rename(columns={"process_id": "of_reaction"})
    frame = _targets(load).merge(reactions, on="reaction_id", validate="many_to_one")
    frame["process_id"] = frame["process_id"].fillna(frame["of_reaction"])
    frame = frame.merge(load("sources")[["source_id", "selected_by_actor_id"]], on="source_id", validate="many_to_one")
    coverage = load("instruments").set_index("instrument_id")["coverage"]
    frame = frame.assign(
        claimant=named(frame["claimant_id"], actors, "actor_id", "name"),
        coverage=frame["instrument_id"].map(coverage).astype(coverage.dtype),
        stance=frame["stance"].astype("float64"),
    )
    frame["target"] = _texts(load, frame)
    frame = with_day(scope.keep(frame))
    listed = list(COLUMNS)
    if country:
        place = listed.index("claimant") + 1
        listed[place:place] = ["state_id", "state", *CODES]
        frame = with_states(frame, Actors(actors, load("affiliations")), actors)
    found = typed(frame, listed)
    if labels:
        tables = {"form": "reactions", "position": "reaction_targets", "coverage": "instruments"}
        found = with_labels(found, load, tables)
    return found


def with_states(positions: pd.DataFrame, roll: Actors, actors: pd.DataFrame) -> pd.DataFrame:
    """Return positions with the state of the claimant at the time: its ID, name and codes in other datasets."""
    pairs = zip(positions["claimant_id"], positions["date_to"], strict=True)
    states = pd.Series([roll.state(*one) for one in pairs], index=positions.index, dtype=text_dtype())
    known = actors.set_index("actor_id")
    codes = {name: states.map(known[name]).astype(known[name].dtype) for name in CODES}
    return positions.assign(state_id=states, state=named(states, actors, "actor_id", "name"), **codes)


def _sign(found: pd.DataFrame) -> pd.Series:
    """Return what the stances have in common: for, against, mixed if there are both, neutral if neither."""
    either = {(True, False): "for", (False, True): "against", (True, True): "mixed", (False, False): "neutral"}
    pairs = zip(found["in_favour"] > 0, found["against"] > 0, strict=True)
    return pd.Series(pd.Categorical([either[one] for one in pairs], text_index(SIGNS)), index=found.index)


def edges(positions: pd.DataFrame, selected: bool, actors: Actors | None = None) -> tuple[pd.DataFrame, dict[Any, Any]]:
    """Return one row for each claimant and target with an expressed stance, and counts for `attrs`.

    With `actors`, statements count for states. As described in `clausula.network`.
    """
    frame = positions[positions["position"] == "expressed"]
    if actors is not None:
        pairs = zip(frame["claimant_id"], frame["date_to"], strict=True)
        counted = [actors.at_state_level(*one) for one in pairs]
        frame = frame.assign(claimant_id=pd.Series(counted, index=frame.index, dtype="object"))
        frame = frame.explode("claimant_id", ignore_index=True).astype({"claimant_id": text_dtype()})
    frame, counts = exclude_selected(frame, selected)
    frame = frame.sort_values(["date_to", "reaction_id", "target_no"], na_position="first", kind="stable")
    frame = frame.assign(up=frame["stance"] > 0, down=frame["stance"] < 0, even=frame["stance"] == 0)
    found = frame.groupby(["claimant_id", "target_kind", "target_id"], observed=True).agg(
        statements=("stance", "size"),
        in_favour=("up", "sum"),
        against=("down", "sum"),
        neutral=("even", "sum"),
        lowest=("stance", "min"),
        highest=("stance", "max"),
        latest=("stance", "last"),
        conditional=("conditional", "any"),
        statements_selected_by_a_party=("selected_by_actor_id", "count"),
    )
    found = found.reset_index()
    found = found.astype(dict.fromkeys(("statements", "in_favour", "against", "neutral"), "int64"))
    found.insert(list(found.columns).index("neutral") + 1, "sign", _sign(found))
    found.columns = text_index(found.columns)
    return found, counts
