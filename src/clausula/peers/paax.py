"""PAA-X, the actors of PA-X: one row for each actor of each agreement."""

from __future__ import annotations

from pathlib import Path

from clausula.analysis.dataset import Dataset
from clausula.peers.dates import Columns, read_dates
from clausula.peers.imported import Imported, Parts, agreements_of, imported, provisions_of
from clausula.peers.recode import Mention
from clausula.peers.table import Source


def read_paax(path: str | Path, data: Dataset | None = None) -> Imported:
    """Read a file of PAA-X that you hold (CSV or xlsx).

    Dates are compared with the day that the agreement's title names: swapped ones are put right, empty ones filled,
    each with a finding. For the parameters see `clausula.read_pax`.

    Returns
    -------
    Imported
        `agreements` has one row for each agreement; `actors` one for each actor of it; `provisions` is empty.
    """
    return imported(path, "paax", data, _parts, once=False)


def _parts(source: Source) -> Parts:
    dates = read_dates(source, Columns("Dat", "Agt"))
    first: dict[int, int] = {}
    for place, row in enumerate(source.rows):
        if row.key is not None and (row.key not in first or dates[first[row.key]] is None):
            first[row.key] = place
    chosen = sorted(first.values())
    agreements = agreements_of([source.rows[i] for i in chosen], [dates[i] for i in chosen], "Agt", [])
    mentions = [
        Mention(row.key, "actor_name", "name", row.get("actor_name"))
        for row in source.rows
        if row.key is not None and row.get("actor_name")
    ]
    return agreements, provisions_of([]), mentions
