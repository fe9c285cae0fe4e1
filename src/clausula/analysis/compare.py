"""Two instruments side by side: which provisions of one are kept, changed or left out in the other."""

from __future__ import annotations

import pandas as pd

from clausula.analysis.alignment import SIDES, Alignment, Load, Row
from clausula.core.errors import InvalidArgument, require_known
from clausula.core.pandas_text import text_dtype, text_index

RELATIONS = {
    "same": "Same",
    "stronger": "Stronger",
    "weaker": "Weaker",
    "reversed": "Reversed",
    "replaced": "Replaced",
    "related": "Related",
    "dropped": "Dropped",
    "new": "New",
    "unknown": "Unknown",
}
"""How b stands to a, each with its label; the last three are for provisions that only one of them has."""

VIA = {
    "link": "Link",
    "chain": "Chain of links",
    "sibling": "Common predecessor",
    "proposition": "Proposition",
    "topic": "Topic",
    "none": "Nothing",
}
"""What the comparison rests on, from the surest to the least sure, each with its label."""

COLUMNS_OF_NUMBERS = ("measure", "unit", "number_a", "number_b", "difference")


def columns(fields: list[str]) -> list[str]:
    """Return the columns of a comparison, with the names of the comparisons that a link makes."""
    known = ["relation", "via", "through", *fields, "propositions", "same_topic", "topic_id"]
    both = [f"{key}_{side}" for key in SIDES for side in "ab"]
    return ["provision_id_a", "provision_id_b", *known, *both, *COLUMNS_OF_NUMBERS, "note"]


def compare(load: Load, a: str, b: str, labels: bool = False) -> pd.DataFrame:
    """Return the provisions of two instruments side by side.

    Parameters
    ----------
    load : callable
        Returns a typed table by its name.
    a, b : str
        IDs of instruments with coded provisions.
    labels : bool, default False
        Whether to give names and labels instead of IDs and codes.

    Returns
    -------
    DataFrame
        As described in `clausula.compare`.

    Raises
    ------
    UnknownName
        If no provision of one of the instruments is coded.
    InvalidArgument
        If `a` and `b` are the same.
    """
    if a == b:
        raise InvalidArgument.of("nothing-to-compare:same", instrument=a)
    alignment = Alignment(load, labels)
    for name in (a, b):
        if name not in alignment.own:
            known = list(alignment.own)
            require_known(name, "instrument ID with coded provisions", known, "clausula.load('instruments')")
    return _typed(load, alignment.rows(a, b), alignment.fields, labels)


def _typed(load: Load, rows: list[Row], fields: list[str], labels: bool) -> pd.DataFrame:
    names = columns(fields)
    floats = {"strength_a", "strength_b", "number_a", "number_b", "difference"}
    frame = pd.DataFrame(rows, columns=text_index(names), dtype="object")
    closed = {"relation": RELATIONS, "via": VIA}
    for name in names:
        if name in closed:
            frame[name] = pd.Categorical(frame[name], text_index(closed[name]))
            if labels:
                frame[name] = frame[name].cat.rename_categories(closed[name])
        elif name in floats:
            frame[name] = frame[name].astype("float64")
        else:
            frame[name] = frame[name].where(frame[name].notna(), None).astype(text_dtype())
    if labels:
        frame["topic_id"] = frame["topic_id"].map(load("topics").set_index("topic_id")["label"])
    frame.columns = text_index(names)
    return frame
