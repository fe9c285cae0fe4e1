"""Whose positions an instrument adopts: stances on its provisions, directly and through shared propositions."""

from __future__ import annotations

import pandas as pd

from clausula.core.errors import require_known
from clausula.core.pandas_text import text_index

COLUMNS = (
    "provision_id",
    "claimant_id",
    "via",
    "proposition_id",
    "direction",
    "extent",
    "stance",
    "support",
    "conditional",
    "reaction_id",
    "target_no",
    "source_id",
    "selected_by_actor_id",
)
VIA = ("provision", "proposition")


def adoption(
    instrument_id: str, provisions: pd.DataFrame, bearings: pd.DataFrame, positions: pd.DataFrame
) -> pd.DataFrame:
    """Return who stands for and against what each provision of an instrument does.

    Parameters
    ----------
    instrument_id : str
    provisions, bearings : DataFrame
        The typed tables `provisions` and `provision_propositions`.
    positions : DataFrame
        As from `clausula.positions`.

    Returns
    -------
    DataFrame
        As described in `clausula.adoption`.

    Raises
    ------
    KeyError
        If no provision of an instrument with this ID is coded.
    """
    own = provisions.loc[provisions["instrument_id"] == instrument_id, ["provision_id", "ordinal"]]
    if own.empty:
        known = provisions["instrument_id"].unique()
        require_known(instrument_id, "instrument ID with coded provisions", list(known), "clausula.load('instruments')")
    spoken = positions[positions["position"] == "expressed"]
    direct = spoken[spoken["target_kind"] == "provision"].rename(columns={"target_id": "provision_id"})
    direct = direct.assign(via="provision", sign=1)
    shared = spoken[spoken["target_kind"] == "proposition"].rename(columns={"target_id": "proposition_id"})
    named = bearings[["provision_id", "proposition_id", "direction", "extent"]]
    shared = shared.merge(named, on="proposition_id").assign(via="proposition")
    shared["sign"] = shared["direction"].astype(str).map({"advances": 1, "blocks": -1})
    plain = [one.astype("object") for one in (direct, shared)]
    frame = pd.concat([one for one in plain if len(one)] or plain[1:], ignore_index=True).merge(own, on="provision_id")
    frame = frame.reindex(columns=[*COLUMNS, "sign", "ordinal"])
    frame["stance"] = frame["stance"].astype("Int64")
    frame["support"] = (frame["stance"] * frame["sign"].astype("Int64")).astype("Int64")
    frame = frame.sort_values(["ordinal", "claimant_id", "via", "reaction_id", "target_no"]).reset_index(drop=True)
    kinds = {name: positions[name].dtype for name in COLUMNS if name in positions.columns}
    kinds |= {name: named[name].dtype for name in ("provision_id", "proposition_id", "direction", "extent")}
    frame = frame.astype({**kinds, "via": pd.CategoricalDtype(text_index(VIA)), "support": "Int64"})[list(COLUMNS)]
    frame.columns = text_index(COLUMNS)
    return frame
