"""Instruments, events and reactions in the order of their dates."""

from __future__ import annotations

import pandas as pd

from clausula.analysis.positions import reactions_in_processes
from clausula.analysis.scope import Load, Scope, named, typed, with_day
from clausula.core.pandas_text import text_dtype, text_index

KINDS = ("instrument", "event", "reaction")
TIMELINE = (
    *("kind", "record_id", "process_id", "process", "instrument_id", "coverage", "detail", "text", "actors"),
    *("day", "date_precision", "year", "date", "date_from", "date_to"),
)


def _names(load: Load, table: str, key: str) -> pd.Series:
    """Return the names of the actors of each record, separated by semicolons."""
    ties = load(table)
    names = named(ties["actor_id"], load("actors"), "actor_id", "name")
    return names.groupby(ties[key]).agg(lambda found: "; ".join(dict.fromkeys(found)))


def timeline(load: Load, scope: Scope, labels: bool = False) -> pd.DataFrame:
    """Return one row for each instrument, event and reaction in scope, as described in `clausula.timeline`."""
    instruments, events = load("instruments", labels=labels), load("events", labels=labels)
    reactions, actors = load("reactions", labels=labels), load("actors")
    own = instruments["instrument_id"]
    parts = [
        instruments.assign(
            record_id=own,
            detail=instruments["form"].astype(text_dtype()),
            text=instruments["title"],
            actors=own.map(_names(load, "instrument_actors", "instrument_id")),
        ),
        events.assign(
            record_id=events["event_id"],
            detail=events["kind"].astype(text_dtype()),
            text=events["summary"],
            actors=events["event_id"].map(_names(load, "event_actors", "event_id")),
        ),
        reactions_in_processes(load, reactions).assign(
            record_id=reactions["reaction_id"],
            detail=reactions["form"].astype(text_dtype()),
            text=reactions["summary"],
            actors=named(reactions["claimant_id"], actors, "actor_id", "name"),
        ),
    ]
    shared = ["record_id", "process_id", "instrument_id", "detail", "text", "actors", "date", "date_from", "date_to"]
    rows = pd.concat([part[shared].assign(kind=kind) for kind, part in zip(KINDS, parts, strict=True)])
    rows = with_day(scope.keep(rows.reset_index(drop=True)))
    rows = rows.assign(
        kind=pd.Categorical(rows["kind"], text_index(KINDS)),
        process=named(rows["process_id"], load("processes"), "process_id", "title"),
        coverage=rows["instrument_id"].map(instruments.set_index("instrument_id")["coverage"]),
    )
    rows = rows.astype(dict.fromkeys(("record_id", "process_id", "instrument_id", "detail", "actors"), text_dtype()))
    rows["coverage"] = rows["coverage"].astype(instruments["coverage"].dtype)
    rows = rows.sort_values(["day", "date_to", "kind", "record_id"], na_position="last", kind="stable")
    return typed(rows, TIMELINE)
