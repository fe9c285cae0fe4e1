"""A part of a dataset for a figure: the records of some processes, or since a day."""

from __future__ import annotations

from typing import Any

import pandas as pd

from clausula.analysis.positions import reactions_in_processes
from clausula.analysis.scope import Names, Scope, Since
from clausula.analysis.views import Views


class Scoped(Views):
    """The instruments, events and reactions of a dataset in scope, with what belongs to them."""

    def __init__(self, data: Views, process: Names, since: Since) -> None:
        self._data = data
        self.provenance = data.provenance
        self._filters = {"process": process, "since": since}
        scope = Scope.of(data.load, process, None, since)
        reactions = scope.keep(reactions_in_processes(data.load, data.load("reactions")))
        instruments, events = scope.keep(data.load("instruments")), scope.keep(data.load("events"))
        provisions = data.load("provisions")
        chosen = provisions["instrument_id"].isin(instruments["instrument_id"])
        self._kept = {
            "instrument_id": set(instruments["instrument_id"]),
            "provision_id": set(provisions.loc[chosen, "provision_id"]),
            "event_id": set(events["event_id"]),
            "reaction_id": set(reactions["reaction_id"]),
        }

    def load(self, table: str, labels: bool = False) -> pd.DataFrame:
        """Return the rows of a table that are in scope."""
        frame = self._data.load(table, labels)
        # A target in another process is still the target of a reaction in this one.
        fields = ["reaction_id"] if table == "reaction_targets" else [name for name in self._kept if name in frame]
        for name in fields:
            frame = frame[frame[name].isna() | frame[name].isin(self._kept[name])]
        return frame.reset_index(drop=True)

    def positions(self, *arguments: Any, **options: Any) -> pd.DataFrame:
        """Return the positions in scope."""
        return self._data.positions(*arguments, **{**self._filters, **options})


def scoped(data: Views, process: Names = None, since: Since = None) -> Views:
    """Return the part of a dataset in some processes or since a day; without either, the dataset itself."""
    return data if process is None and since is None else Scoped(data, process, since)
