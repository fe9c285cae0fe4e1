"""Duties with those who have them, and monitoring with those who monitor."""

from __future__ import annotations

import pandas as pd

from clausula.analysis.rollup import Actors
from clausula.analysis.scope import Load, Scope, named, provisions_in, relabelled, typed, with_labels
from clausula.core.pandas_text import text_dtype, text_index

DUTY = ("obligation", "prohibition")
"""Modalities that impose a duty."""

WATCHED = ("monitoring", "oversight")
"""Kinds of enforcement in which someone observes or directs the provision."""

CONTEXT = ("provision_id", "instrument_id", "instrument", "process_id", "coverage", "ordinal")
TIME = ("day", "date_precision", "year")

DUTIES = (
    *CONTEXT,
    *TIME,
    *("topic_id", "topic", "modality", "strength", "summary", "actor_id", "actor", "basis", "state_id", "state"),
    *("conditional", "condition", "timing", "due", "due_from", "due_to", "deadline"),
    *("enforcement", "monitors", "monitored"),
)

MONITORING = (
    *CONTEXT,
    *TIME,
    *("kind", "topic_id", "topic", "parent_topic_id", "modality", "strength", "summary"),
    *("enforcement", "actor_id", "actor", "role"),
)

KINDS = {"monitored": "Monitored", "mandate": "Mandate"}
"""Whether someone monitors that a provision is kept, or the provision is itself on monitoring; with labels."""

MANDATED = ("monitor", "implementer", "beneficiary")
"""Roles in which those who monitor appear in a provision on monitoring."""


def duties(load: Load, scope: Scope, labels: bool = False) -> pd.DataFrame:
    """Return one row for each duty and actor who has it, as described in `clausula.duties`."""
    actors, parts = load("actors"), load("provision_actors")
    rows = provisions_in(load, scope)
    rows = rows[rows["modality"].isin(DUTY)]
    bearers = parts.loc[parts["role"] == "obligor", ["provision_id", "actor_id", "basis"]]
    rows = rows.merge(bearers, on="provision_id", how="left")
    monitors = parts[parts["role"] == "monitor"]
    names = named(monitors["actor_id"], actors, "actor_id", "name") if labels else monitors["actor_id"]
    joined = names.groupby(monitors["provision_id"]).agg("; ".join)
    roll = Actors(actors, load("affiliations"))
    pairs = zip(rows["actor_id"], rows["date_to"], strict=True)
    states = [None if pd.isna(actor) else roll.state(actor, when) for actor, when in pairs]
    rows = rows.assign(
        actor=named(rows["actor_id"], actors, "actor_id", "name"),
        state_id=pd.Series(states, index=rows.index, dtype=text_dtype()),
        conditional=(rows["conditionality"] == "conditional").astype(bool),
        deadline=(rows["timing"] == "deadline").astype(bool),
        monitors=rows["provision_id"].map(joined).astype(text_dtype()),
    )
    rows["state"] = named(rows["state_id"], actors, "actor_id", "name")
    rows["monitored"] = (rows["enforcement"].isin(WATCHED) | rows["monitors"].notna()).astype(bool)
    found = typed(rows, DUTIES)
    if labels:
        tables = dict.fromkeys(("modality", "timing", "enforcement"), "provisions")
        found = with_labels(found, load, {**tables, "basis": "provision_actors", "coverage": "instruments"})
    return found


def monitoring(load: Load, scope: Scope, labels: bool = False) -> pd.DataFrame:
    """Return one row for each provision and actor that monitors, as described in `clausula.monitoring`."""
    parts, topics = load("provision_actors"), load("topics")
    parents = topics.set_index("topic_id")["parent_topic_id"]
    about = set(parents.index[parents == "monitoring"])
    rows = provisions_in(load, scope)
    further = load("provision_topics")
    also = further[further["topic_id"].isin(about)].groupby("provision_id")["topic_id"].first()
    own = rows["topic_id"].where(rows["topic_id"].isin(about), rows["provision_id"].map(also)).astype(text_dtype())
    watched = set(parts.loc[parts["role"] == "monitor", "provision_id"])
    monitored = (rows["enforcement"] == "monitoring") | rows["provision_id"].isin(watched)
    topic = own.fillna(rows["topic_id"])
    rows = rows.assign(
        kind=pd.Categorical(own.notna().map({True: "mandate", False: "monitored"}), text_index(KINDS)),
        topic_id=topic,
        topic=named(topic, topics, "topic_id", "label"),
        parent_topic_id=topic.map(parents).astype(text_dtype()),
    )
    rows = rows[own.notna() | monitored]
    taking = parts.loc[parts["role"].isin(MANDATED), ["provision_id", "actor_id", "role"]]
    mandates = set(rows.loc[rows["kind"] == "mandate", "provision_id"])
    taking = taking[(taking["role"] == "monitor") | taking["provision_id"].isin(mandates)]
    rows = rows.merge(taking, on="provision_id", how="left")
    rows["actor"] = named(rows["actor_id"], load("actors"), "actor_id", "name")
    rows = rows.sort_values(["day", "instrument_id", "ordinal"], kind="stable")
    found = typed(rows, MONITORING)
    if labels:
        tables = dict.fromkeys(("modality", "enforcement"), "provisions")
        found = with_labels(found, load, {**tables, "role": "provision_actors", "coverage": "instruments"})
        found = relabelled(found, "kind", KINDS)
    return found
