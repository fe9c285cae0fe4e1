"""Recodings: how often a coded variable changed from which value to which, by instrument or source."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clausula.core.model import Table
from clausula.derive.dialect import DUCKDB
from clausula.versions.diff.result import Recoding

name = DUCKDB.name

GROUPS = ("instrument_id", "source_id", "provision_id", "reaction_id", "event_id", "evidence_id", "pass_id")
"""Fields by which recodings are grouped, the first that a table has. The id of a record starts with the id of its
instrument or source, up to the first full stop."""


def recodings(con: Any, table: Table, columns: Sequence[str], pairs: str) -> list[Recoding]:
    """Recodings in the changed rows of a table.

    Parameters
    ----------
    con : DuckDBPyConnection
        A connection in which `pairs` can be selected from.
    pairs : str
        A relation with the aliases `o` and `n` for the old and the new row.
    """
    by = next((g for g in GROUPS if g in table.names), None)
    group = f"coalesce(split_part(CAST(n.{name(by)} AS VARCHAR), '.', 1), '')" if by else "''"
    found: list[Recoding] = []
    for column in columns:
        if not table[column].coded:
            continue
        a, b = (f"CAST({side}.{name(column)} AS VARCHAR)" for side in ("o", "n"))
        query = (
            f"SELECT {group} AS g, {a} AS a, {b} AS b, count(*) FROM {pairs} WHERE {a} IS DISTINCT FROM {b} "
            "GROUP BY ALL ORDER BY ALL"
        )
        found += [Recoding(table.name, column, *row) for row in con.execute(query).fetchall()]
    return found
