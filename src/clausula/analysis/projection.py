"""Projection of our provisions onto the codes of another scheme, so that they can be merged with that scheme's data."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from clausula.core.errors import require_one_of
from clausula.core.pandas_text import text_index

WITHIN = ("exact", "close", "broad")
"""Matches (as in SKOS) under which a provision on our topic also falls under the other code."""


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
        A scheme of the table `crosswalk`, such as "pax".
    crosswalk, wide, instruments : DataFrame
        The typed tables `crosswalk` and `instruments`, and the matrix of instruments by topics with their strength.
    values : {"strength", "binary"}, default "strength"
        The highest strength from 1 to 3 of the provisions under the code, or 1 for present.

    Returns
    -------
    DataFrame
        As described in `clausula.crosswalk`.

    Raises
    ------
    ValueError
        If `scheme` or `values` is not one of the listed values.
    """
    schemes = [str(s) for s in crosswalk["scheme"].cat.categories]
    require_one_of("scheme", scheme, schemes)
    require_one_of("values", values, ("strength", "binary"))
    matches = crosswalk[(crosswalk["scheme"] == scheme) & (crosswalk["match"] != "none")]
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
        column[present] = inside[present].max(axis=1) if values == "strength" else 1
        columns[code] = column
    table = pd.DataFrame(columns, index=wide.index)
    table.columns = text_index(map(str, columns), scheme)
    if scheme == "pax":
        ids = instruments.set_index("instrument_id")["pax_agreement_id"].reindex(table.index)
        table = table.set_index(pd.Index(ids, name="AgtId"), append=True)
    table.attrs = {"scheme": scheme, "values": values}
    return table
