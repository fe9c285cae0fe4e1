"""Families of sister agreements: which clauses of their template each partner has, and how each is meant."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from clausula.analysis.quantities import quantity_text
from clausula.analysis.scope import Load, Scope, named, relabelled, typed, with_day, with_labels
from clausula.core.errors import require_known
from clausula.core.pandas_text import text_dtype, text_index

STANDING = {"missing": "Missing", "weaker": "Weaker", "usual": "Usual", "stronger": "Stronger"}
"""How a provision compares with those that carry the same clause in the rest of the family; with labels."""

WEIGHT = {"obligation": 3, "prohibition": 3, "constitution": 3, "permission": 2}
"""Weight of a modality; views, recommendations and recognitions have 1."""

BEARERS = ("obligor", "holder", "declarant")

COLUMNS = (
    *("instrument_id", "instrument", "partner_id", "partner", "day", "date_precision", "year"),
    *("template_clause_id", "clause", "topic_id", "topic", "provision_id", "standing", "modality", "strength"),
    *("summary", "bearers", "triggers", "reservations", "quantities", "condition", "due", "differs"),
)


def _joined(keys: pd.Series, values: Iterable[object], separator: str = "; ") -> pd.Series:
    """Return the distinct values of each key as one text, in their order."""
    found = pd.DataFrame({"key": keys.to_numpy(), "value": list(values)}).dropna().drop_duplicates()
    return found.groupby("key")["value"].agg(lambda each: separator.join(map(str, each)))


def _partners(load: Load, instruments: pd.Series) -> pd.DataFrame:
    """Return the parties of each instrument that are not party to all instruments of the family."""
    parties = load("instrument_actors")
    parties = parties[(parties["role"] == "party") & parties["instrument_id"].isin(instruments)]
    shared = parties.groupby("actor_id")["instrument_id"].nunique() == instruments.nunique()
    own = parties[~parties["actor_id"].isin(shared.index[shared])]
    names = named(own["actor_id"], load("actors"), "actor_id", "name")
    return pd.DataFrame(
        {
            "partner_id": _joined(own["instrument_id"], own["actor_id"]),
            "partner": _joined(own["instrument_id"], names),
        }
    )


def _standing(rows: pd.DataFrame) -> pd.Series:
    """Compare the weight of each provision with the median of those that carry the same clause.

    The weight is that of the modality, then the strength; the lower median counts if their number is even.
    """
    modality = rows["modality"].astype("object").map(WEIGHT).fillna(1).astype("float64")
    weight = (modality * 10 + rows["strength"]).where(rows["provision_id"].notna())
    middle = weight.groupby(rows["template_clause_id"]).transform(
        lambda each: each.quantile(0.5, interpolation="lower")
    )
    found = pd.Series("missing", index=rows.index, dtype="object")
    found[weight == middle], found[weight < middle], found[weight > middle] = "usual", "weaker", "stronger"
    return pd.Series(pd.Categorical(found, text_index(STANDING), ordered=True), index=rows.index)


def _described(load: Load, rows: pd.DataFrame, labels: bool) -> pd.DataFrame:
    """Add who is bound, what activates the provision, what limits it, and its numbers, each as one text."""
    parts = load("provision_actors")
    bearing = parts[parts["role"].isin(BEARERS)]
    triggers = load("provision_triggers", labels=labels)
    actors = load("actors")
    names = {"bearers": bearing["actor_id"], "whose": triggers["actor_id"]}
    if labels:
        names = {key: named(ids, actors, "actor_id", "name") for key, ids in names.items()}
    by = [f" ({who})" if pd.notna(who) else "" for who in names["whose"]]
    events = [f"{event}{who}" for event, who in zip(triggers["trigger"].astype("object"), by, strict=True)]
    limits = load("provision_reservations", labels=labels)
    quantities = load("provision_quantities")
    items = zip(
        quantities["item"], (quantity_text(row, words=labels) for row in quantities.to_dict("records")), strict=True
    )
    numbers = [f"{item}: {number}" if pd.notna(item) else number for item, number in items]
    texts = {
        "bearers": _joined(bearing["provision_id"], names["bearers"]),
        "triggers": _joined(triggers["provision_id"], events),
        "reservations": _joined(limits["provision_id"], limits["reservation"].astype("object")),
        "quantities": _joined(quantities["provision_id"], numbers),
    }
    return rows.assign(**{key: rows["provision_id"].map(each).astype(text_dtype()) for key, each in texts.items()})


def family(load: Load, name: str, scope: Scope, labels: bool = False) -> pd.DataFrame:
    """Return one row for each instrument and clause of a template, as described in `clausula.family`."""
    clauses = load("template_clauses").rename(columns={"label": "clause"})
    require_known(name, "family", set(clauses["family"]), "clausula.load('template_clauses')")
    clauses = clauses[clauses["family"] == name]
    aligned = load("clause_alignment")
    aligned = aligned[aligned["template_clause_id"].isin(clauses["template_clause_id"])]
    instruments = with_day(load("instruments")).rename(columns={"title": "instrument"})
    instruments = instruments[instruments["instrument_id"].isin(aligned["instrument_id"])]
    instruments = instruments.merge(
        _partners(load, aligned["instrument_id"]), left_on="instrument_id", right_index=True, how="left"
    ).sort_values(["day", "instrument_id"], kind="stable")
    provisions = load("provisions")[["provision_id", "modality", "strength", "summary", "condition", "due"]]
    rows = aligned.merge(clauses[["template_clause_id", "clause", "topic_id"]], on="template_clause_id")
    rows = rows.merge(provisions, on="provision_id", how="left")
    rows["strength"] = rows["strength"].astype("float64")
    rows = _described(load, rows.assign(standing=_standing(rows)), labels)
    rows["topic"] = named(rows["topic_id"], load("topics"), "topic_id", "label")
    rows = scope.keep(instruments.merge(rows, on="instrument_id", validate="one_to_many"))
    for column in ("instrument_id", "partner_id", "partner"):
        rows[column] = rows[column].astype(text_dtype())
    found = typed(rows, COLUMNS)
    if labels:
        found = relabelled(with_labels(found, load, {"modality": "provisions"}), "standing", STANDING)
    return found
