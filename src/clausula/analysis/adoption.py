"""Whose positions instruments adopt: stances on their provisions, directly and through shared propositions."""

from __future__ import annotations

import pandas as pd

from clausula.analysis.positions import CODES
from clausula.analysis.scope import Load, Names, Scope, in_text_order, relabelled, typed, with_labels
from clausula.core.errors import require_known
from clausula.core.pandas_text import text_index

PROVISION = ("provision_id", "instrument_id", "process_id", "coverage", "summary")
CLAIMANT = ("claimant_id", "claimant")
STATE = ("state_id", "state", *CODES)
REST = (
    *("day", "date_precision", "year", "via", "proposition_id", "direction", "extent", "stance", "support"),
    *("conditional", "reaction_id", "target_no", "source_id", "selected_by_actor_id"),
)
VIA = {"provision": "Provision", "proposition": "Proposition"}
"""What the stance is on, with labels."""


def _provisions(load: Load, scope: Scope, instrument: Names) -> pd.DataFrame:
    """Return the provisions of the instruments asked for, in the order of the texts."""
    rows = in_text_order(load("provisions")[["provision_id", "instrument_id", "ordinal", "summary"]])
    if instrument is not None:
        named = [instrument] if isinstance(instrument, str) else list(instrument)
        known = set(rows["instrument_id"])
        for one in named:
            require_known(one, "instrument ID with coded provisions", known, "clausula.load('instruments')")
        rows = rows[rows["instrument_id"].isin(named)]
    context = load("instruments")[["instrument_id", "process_id", "coverage", "date_from", "date_to"]]
    rows = scope.keep(rows.merge(context, on="instrument_id"))
    return rows.drop(columns=["date_from", "date_to"]).assign(place=range(len(rows)))


def adoption(
    load: Load, scope: Scope, instrument: Names, positions: pd.DataFrame, labels: bool = False
) -> pd.DataFrame:
    """Return who stands for and against what each provision does.

    Parameters
    ----------
    load : callable
        Returns a typed table by its name.
    scope : Scope
        Which instruments are asked for.
    instrument : str or list of str, optional
        IDs of instruments with coded provisions; all by default.
    positions : DataFrame
        As from `clausula.positions`.
    labels : bool, default False
        Whether categories are returned as labels instead of codes.

    Returns
    -------
    DataFrame
        As described in `clausula.adoption`.

    Raises
    ------
    KeyError
        If no provision of an instrument with this ID is coded.
    """
    own = _provisions(load, scope, instrument)
    bearings = load("provision_propositions")[["provision_id", "proposition_id", "direction", "extent"]]
    spoken = positions[positions["position"] == "expressed"].drop(columns=["instrument_id", "process_id", "coverage"])
    direct = spoken[spoken["target_kind"] == "provision"].rename(columns={"target_id": "provision_id"})
    direct = direct.assign(via="provision", sign=1.0)
    shared = spoken[spoken["target_kind"] == "proposition"].rename(columns={"target_id": "proposition_id"})
    shared = shared.merge(bearings, on="proposition_id").assign(via="proposition")
    shared["sign"] = shared["direction"].astype(str).map({"advances": 1.0, "blocks": -1.0})
    plain = [one.astype("object") for one in (direct, shared)]
    frame = pd.concat([one for one in plain if len(one)] or plain[1:], ignore_index=True)
    frame = frame.merge(own, on="provision_id")
    columns = [*PROVISION, *CLAIMANT, *(STATE if "state_id" in positions.columns else ()), *REST]
    frame = frame.reindex(columns=[*columns, "sign", "place"])
    frame["stance"] = frame["stance"].astype("float64")
    frame["support"] = frame["stance"] * frame["sign"].astype("float64")
    frame = frame.sort_values(["place", "claimant_id", "via", "reaction_id", "target_no"])
    kinds = {name: positions[name].dtype for name in columns if name in spoken.columns}
    kinds |= {name: bearings[name].dtype for name in bearings.columns}
    kinds |= {name: own[name].dtype for name in PROVISION}
    found = typed(frame.astype({**kinds, "via": pd.CategoricalDtype(text_index(VIA))}), columns)
    if labels:
        tables = dict.fromkeys(("direction", "extent"), "provision_propositions")
        found = with_labels(found, load, {**tables, "coverage": "instruments"})
        found = relabelled(found, "via", VIA)
    return found
