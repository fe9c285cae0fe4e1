"""Lineage: how a provision or a topic changes from one instrument to the next."""

from __future__ import annotations

import pandas as pd

from clausula.analysis.composition import ADJECTIVES, UNCLEAR, Links
from clausula.core.errors import require_known
from clausula.core.pandas_text import text_index

PROVISION = ["provision_id", "instrument_id", "date_from", "ordinal", "topic_id", "modality", "strength", "summary"]
LINK = ["earlier_provision_id", "relation", "basis"]
FOCUS = ["steps", "composed"]
COMPOSED = (*dict.fromkeys(ADJECTIVES.values()), UNCLEAR)
"""How the later of two provisions of a chain can compare with the earlier one."""

NO_START = pd.Timestamp("1000-01-01").as_unit("ms")
"""Sort key for instruments without a first day (an open interval), so that they come first."""


def _chain(provision_id: str, links: pd.DataFrame) -> dict[str, tuple[int, str | None]]:
    """Return the provision with its direct and indirect predecessors and successors, without their other branches.

    Each has the number of links to the provision, negative for predecessors, and how the later one of the two compares
    with the earlier one.
    """
    graph = Links(links)
    before = {name: (-c.steps, c.relation) for name, c in graph.earlier(provision_id).items()}
    after = {name: (c.steps, c.inverse().relation) for name, c in graph.later(provision_id).items()}
    return {provision_id: (0, None), **before, **after}


def lineage(
    record_id: str, provisions: pd.DataFrame, links: pd.DataFrame, instruments: pd.DataFrame, topics: pd.DataFrame
) -> pd.DataFrame:
    """Return the chain of a provision, or all provisions on a topic with the links among them.

    Parameters
    ----------
    record_id : str
        ID of a provision or of a topic; a parent topic includes the topics below it.
    provisions, links, instruments, topics : DataFrame
        The typed tables `provisions`, `provision_links`, `instruments`, `topics`.

    Returns
    -------
    DataFrame
        In chronological order, one row per provision and per earlier provision in the chain that it refers to. For
        the columns see `clausula.lineage`.

    Raises
    ------
    KeyError
        If there is no provision and no topic with this ID.
    """
    members: dict[str, tuple[int | None, str | None]] = {}
    if (provisions["provision_id"] == record_id).any():
        members = {**_chain(record_id, links)}
    elif (topics["topic_id"] == record_id).any():
        below = {record_id} | set(topics.loc[topics["parent_topic_id"] == record_id, "topic_id"])
        members = dict.fromkeys(provisions.loc[provisions["topic_id"].isin(below), "provision_id"], (None, None))
    else:
        known = [*provisions["provision_id"], *topics["topic_id"]]
        require_known(
            record_id, "provision or topic ID", known, "clausula.load('provisions') and clausula.load('topics')"
        )
    inside = links[links["provision_id"].isin(list(members)) & links["earlier_provision_id"].isin(list(members))]
    rows = (
        provisions.loc[provisions["provision_id"].isin(list(members)), [n for n in PROVISION if n != "date_from"]]
        .merge(instruments[["instrument_id", "date_from", "date_to"]], on="instrument_id", validate="many_to_one")
        .merge(inside[["provision_id", *LINK]], on="provision_id", how="left")
        .assign(opens=lambda d: d["date_from"].fillna(NO_START))
        .sort_values(["date_to", "opens", "instrument_id", "ordinal", "earlier_provision_id"], na_position="last")
    )
    known = [members[name] for name in rows["provision_id"]]
    rows["steps"] = pd.array([steps for steps, _ in known], dtype="Int64")
    rows["composed"] = pd.Categorical([relation for _, relation in known], text_index(COMPOSED))
    found = rows[PROVISION + LINK + FOCUS].reset_index(drop=True)
    found.columns = text_index(found.columns)
    return found
