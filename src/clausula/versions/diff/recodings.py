"""Recodings: changes of coded values, counted by variable, old value, new value, and instrument or source."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clausula.core.model import Table
from clausula.derive.dialect import DUCKDB
from clausula.versions.diff.result import Recoding

quoted = DUCKDB.name

GROUPS = ("instrument_id", "source_id", "provision_id", "reaction_id", "event_id", "evidence_id", "pass_id")
"""Fields by which recodings are grouped; the first one that the table has is used. The part of an ID before the first
full stop is the ID of the instrument or source."""


def recodings(con: Any, table: Table, columns: Sequence[str], pairs: str) -> list[Recoding]:
    """Count the recodings in the changed rows of a table.

    Parameters
    ----------
    con : DuckDBPyConnection
        A connection in which `pairs` is valid.
    pairs : str
        A FROM clause in which `o` is the old and `n` the new row.
    """
    by = next((g for g in GROUPS if g in table.names), None)
    group = f"coalesce(split_part(CAST(n.{quoted(by)} AS VARCHAR), '.', 1), '')" if by else "''"
    found: list[Recoding] = []
    for column in columns:
        if not table[column].coded:
            continue
        a, b = (f"CAST({side}.{quoted(column)} AS VARCHAR)" for side in ("o", "n"))
        query = (
            f"SELECT {group} AS g, {a} AS a, {b} AS b, count(*) FROM {pairs} WHERE {a} IS DISTINCT FROM {b} "
            "GROUP BY ALL ORDER BY ALL"
        )
        found += [Recoding(table.name, column, *row) for row in con.execute(query).fetchall()]
    return found
