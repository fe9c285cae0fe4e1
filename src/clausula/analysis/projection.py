"""Projection of our provisions onto the codes of another scheme, so that they can be merged with that scheme's data."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from clausula.analysis.editions import load_scheme
from clausula.core.errors import require_one_of
from clausula.core.pandas_text import text_index

WITHIN = ("exact", "close", "broad")
"""Matches (as in SKOS) under which a provision on our topic also falls under the other code."""


def inherited(scheme: str, crosswalk: pd.DataFrame, topics: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the crosswalk for a scheme, with those that topics without a row inherit from a parent.

    What contains the parent contains its parts. What overlaps with the parent may or may not contain a part of it.

    Parameters
    ----------
    scheme : str
        A scheme of the table `crosswalk`, such as "pax".
    crosswalk, topics : DataFrame
        The typed tables.

    Returns
    -------
    DataFrame
        The columns of `crosswalk`, one row per topic and code.

    Raises
    ------
    ValueError
        If `scheme` is not one of the listed values.
    """
    require_one_of("scheme", scheme, [str(s) for s in crosswalk["scheme"].cat.categories])
    own = crosswalk[crosswalk["scheme"] == scheme].astype({"match": object})
    parents = dict(zip(topics["topic_id"], topics["parent_topic_id"], strict=True))
    known = set(own["topic_id"])
    added = []
    for topic in parents:
        source = topic
        while source not in known and not pd.isna(parents.get(source)):
            source = parents[source]
        if source != topic and source in known:
            rows = own[own["topic_id"] == source]
            parts = rows["match"].map(lambda m: m if m == "none" else "broad" if m in WITHIN else "related")
            added.append(rows.assign(topic_id=topic, match=parts))
    return pd.concat([own, *added], ignore_index=True) if added else own


def project(
    scheme: str,
    crosswalk: pd.DataFrame,
    wide: pd.DataFrame,
    instruments: pd.DataFrame,
    values: Literal["strength", "binary"] = "strength",
) -> pd.DataFrame:
    """Return a matrix of instruments by codes of another scheme.

    Parameters
    ----------
    scheme : str
    crosswalk : DataFrame
        The rows of the scheme, as `inherited` returns them.
    wide, instruments : DataFrame
        The matrix of instruments by topics with their strength, and the typed table.
    values : {"strength", "binary"}, default "strength"
        The highest strength from 1 to 3 of the provisions under the code, or 1 for present.

    Returns
    -------
    DataFrame
        As described in `clausula.crosswalk`.

    Raises
    ------
    ValueError
        If `values` is not one of the listed values.
    """
    require_one_of("values", values, ("strength", "binary"))
    matches = crosswalk[crosswalk["match"] != "none"]
    columns = {}
    for code, rows in matches.groupby("code", sort=False):
        inside = wide[[t for t in rows.loc[rows["match"].isin(WITHIN), "topic_id"] if t in wide]]
        outside = wide[[t for t in rows.loc[~rows["match"].isin(WITHIN), "topic_id"] if t in wide]]
        present = (inside > 0).fillna(False).any(axis=1)
        guessed = (rows["reading"] == "gloss").any()
        absent = (inside == 0).fillna(False).all(axis=1) & (outside == 0).fillna(False).all(axis=1)
        column = pd.Series(pd.NA, index=wide.index, dtype="Int64")
        if not guessed:
            column[absent] = 0
        column[present] = inside[present].max(axis=1)
        columns[str(code)] = column
    _set_members(scheme, columns)
    if values == "binary":
        columns = {code: column.clip(upper=1) for code, column in columns.items()}
    table = pd.DataFrame(columns, index=wide.index)
    table.columns = text_index(columns, scheme)
    if scheme == "pax":
        ids = instruments.set_index("instrument_id")["pax_agreement_id"].reindex(table.index)
        table = table.set_index(pd.Index(ids, name="AgtId"), append=True)
    table.attrs = {"scheme": scheme, "values": values}
    return table


def _set_members(scheme: str, columns: dict[str, pd.Series]) -> None:
    """Set unknown codes that the scheme sets at certain values of their parent, such as CeProv where Ce is 2 or 3."""
    codes = load_scheme(scheme).codes
    for name, column in columns.items():
        code = codes.get(name)
        if code and code.set_at and code.parent in columns:
            total = columns[code.parent]
            implied = column.isna() & total.isin(code.set_at)
            column[implied] = total[implied]
