"""Projection: our provisions in the codes of another scheme, so that they can be merged with that scheme's data."""

from __future__ import annotations

from typing import Literal

import pandas as pd

WITHIN = ("exact", "close", "broad")
"""Matches under which a provision on our topic falls under the other code (SKOS: exact, close, broad)."""


def project(
    scheme: str,
    crosswalk: pd.DataFrame,
    wide: pd.DataFrame,
    instruments: pd.DataFrame,
    values: Literal["strength", "binary"] = "strength",
) -> pd.DataFrame:
    """Instruments by the codes of another scheme.

    A code is present where the instrument has a provision on a topic that falls under it. It is NA where the
    instrument has only provisions on topics that are broader than the code, or was known from a report that does not
    tell; it is 0 where the complete text was read and no topic that matches the code has a provision.

    Parameters
    ----------
    scheme : str
        A scheme of the table `crosswalk`, such as "pax".
    crosswalk, wide, instruments : DataFrame
        The typed tables `crosswalk` and `instruments`, and instruments by topics with their strength.
    values : {"strength", "binary"}
        The highest strength from 1 to 3 of the provisions under the code, or 1 for present.

    Returns
    -------
    DataFrame
        One row for each instrument, one column for each code that some topic matches, Int64; for PA-X the index also
        has the agreement's id there (`AgtId`, NA where none is known).

    Raises
    ------
    ValueError
        If the scheme or the kind of values is unknown.
    """
    schemes = [str(s) for s in crosswalk["scheme"].cat.categories]
    if scheme not in schemes or values not in ("strength", "binary"):
        raise ValueError(f"scheme must be one of {', '.join(schemes)}; values must be 'strength' or 'binary'")
    matches = crosswalk[(crosswalk["scheme"] == scheme) & (crosswalk["match"] != "none")]
    columns = {}
    for code, rows in matches.groupby("code", sort=False):
        inside = wide[[t for t in rows.loc[rows["match"].isin(WITHIN), "topic_id"] if t in wide]]
        outside = wide[[t for t in rows.loc[~rows["match"].isin(WITHIN), "topic_id"] if t in wide]]
        best = inside.max(axis=1, skipna=True).astype("Int64") if inside.shape[1] else None
        present = (inside > 0).fillna(False).any(axis=1)
        absent = (inside == 0).fillna(False).all(axis=1) & (outside == 0).fillna(False).all(axis=1)
        column = pd.Series(pd.NA, index=wide.index, dtype="Int64")
        column[absent] = 0
        if best is not None:
            column[present] = best[present] if values == "strength" else 1
        columns[code] = column
    table = pd.DataFrame(columns, index=wide.index)
    table.columns.name = scheme
    if scheme == "pax":
        ids = instruments.set_index("instrument_id")["pax_agreement_id"].reindex(table.index)
        table = table.set_index(pd.Index(ids, name="AgtId"), append=True)
    table.attrs = {"scheme": scheme, "values": values}
    return table
