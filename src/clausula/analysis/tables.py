"""What views need of a dataset: its tables and how they were made."""

from __future__ import annotations

from typing import Any

import pandas as pd

from clausula.analysis.rollup import Actors


class TypedTables:
    """Typed tables by name; subclasses implement `load`."""

    provenance: dict[str, Any] | None = None
    """How the data were made; None if the dataset does not state it."""

    def load(self, table: str, labels: bool = False) -> pd.DataFrame:
        """Load a table as a typed data frame."""
        raise NotImplementedError

    def _actors(self) -> Actors:
        return Actors(self.load("actors"), self.load("affiliations"))
