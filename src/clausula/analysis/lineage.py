"""Lineage: what became of a provision, or of a topic, from one instrument to the next."""

from __future__ import annotations

from typing import Any

import pandas as pd

COLUMNS = [
    "provision_id",
    "instrument_id",
    "date_from",
    "ordinal",
    "topic_id",
    "modality",
    "strength",
    "summary",
    "earlier_provision_id",
    "relation",
    "basis",
]

NO_START = pd.Timestamp("1000-01-01").as_unit("ms")
"""Stands in an order of time for the first day of what may have begun at any time."""


def _reach(start: str, steps: dict[Any, list[str]]) -> set[str]:
    """Everything that can be reached from a provision in one direction, the provision included."""
    seen, queue = {start}, [start]
    while queue:
        for found in steps.get(queue.pop(), []):
            if found not in seen:
                seen.add(found)
                queue.append(found)
    return seen


def _chain(provision_id: str, links: pd.DataFrame) -> set[str]:
    """The provisions that one takes up, directly or not, and those that take it up; not their other offspring."""
    earlier = links.groupby("provision_id")["earlier_provision_id"].agg(list).to_dict()
    later = links.groupby("earlier_provision_id")["provision_id"].agg(list).to_dict()
    return _reach(provision_id, earlier) | _reach(provision_id, later)


def lineage(
    what: str, provisions: pd.DataFrame, links: pd.DataFrame, instruments: pd.DataFrame, topics: pd.DataFrame
) -> pd.DataFrame:
    """The chain of a provision, or all provisions of a topic with the links among them.

    Parameters
    ----------
    what : str
        Id of a provision or of a topic; a topic that is no leaf stands for the leaves below it.
    provisions, links, instruments, topics : DataFrame
        The typed tables `provisions`, `provision_links`, `instruments`, `topics`.

    Returns
    -------
    DataFrame
        In the order of time, one row for each provision and each earlier one of the chain that it takes up, with what
        it does to that one (`relation`) and what shows it (`basis`); NA where it takes up none.

    Raises
    ------
    KeyError
        If there is no such provision and no such topic.
    """
    if (provisions["provision_id"] == what).any():
        members = _chain(what, links)
    elif (topics["topic_id"] == what).any():
        below = {what} | set(topics.loc[topics["parent_topic_id"] == what, "topic_id"])
        members = set(provisions.loc[provisions["topic_id"].isin(below), "provision_id"])
    else:
        raise KeyError(f"no provision and no topic {what!r}; clausula.load('topics') lists the topics")
    inside = links[links["provision_id"].isin(members) & links["earlier_provision_id"].isin(members)]
    rows = (
        provisions[provisions["provision_id"].isin(members)]
        .merge(instruments[["instrument_id", "date_from", "date_to"]], on="instrument_id", validate="many_to_one")
        .merge(inside.drop(columns="note"), on="provision_id", how="left")
        .assign(opens=lambda d: d["date_from"].fillna(NO_START))
        .sort_values(["date_to", "opens", "instrument_id", "ordinal", "earlier_provision_id"], na_position="last")
    )
    return rows[COLUMNS].reset_index(drop=True)
