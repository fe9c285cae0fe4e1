"""Older releases in the newest model, through the written migrations of `schemas/migrations.json`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from clausula.analysis.dataset import Dataset
from clausula.core.findings import CouldNotRun, Finding
from clausula.core.model import Descriptor, Model, Table
from clausula.core.schemas import read_json
from clausula.derive.frames import pandas_dtype

MIGRATIONS = "schemas/migrations.json"
Change = dict[str, Any]


def parts(version: str) -> tuple[int, ...]:
    """A version as numbers."""
    return tuple(int(p) for p in version.split("."))


def changes(newest: Path, old: str, new: str) -> list[Change]:
    """The changes that were written for the versions after `old` up to `new`, in order."""
    listed: list[Descriptor] = read_json(newest / MIGRATIONS)["migrations"]
    between = [m for m in listed if parts(old) < parts(m["to"]) <= parts(new)]
    return [change for m in sorted(between, key=lambda m: parts(m["to"])) for change in m["changes"]]


def apply(frame: pd.DataFrame, change: Change) -> pd.DataFrame:
    """One change of one table, on plain values."""
    dropped: list[str] = change.get("drop", [])
    renamed: dict[str, str] = change.get("rename", {})
    frame = frame.drop(columns=dropped).rename(columns=renamed)
    for field, values in change.get("values", {}).items():
        frame[field] = [value if pd.isna(value) else values.get(value, value) for value in frame[field]]
    for field, value in change.get("fill", {}).items():
        frame[field] = pd.Series([value] * len(frame), index=frame.index, dtype="object")
    return frame


def origin(table: str, steps: list[Change]) -> str:
    """The name that a table of the newest model had in the old one."""
    for change in reversed(steps):
        if change.get("renamed_to") == table:
            table = str(change["table"])
    return table


class Migrated(Dataset):
    """An older release, read as the newest model would have it.

    Fields that are new and may be empty are empty; tables that are new have no rows. `version` stays that of the
    release, and `attrs["model_version"]` of a frame tells the model.

    Parameters
    ----------
    old : Dataset
        The release as it was published.
    newest : Dataset
        Whose model is used.
    """

    def __init__(self, old: Dataset, newest: Dataset) -> None:
        self.old = old
        self.provenance = old.provenance
        self.root = old.root
        self.version = old.version
        self.model_version = newest.version
        self.model = Model(newest.model.tables, old.model.metadata)
        self._steps = changes(newest.root, old.version, newest.version)
        self._files = {t.name: {"rows": self._rows(t.name)} for t in newest.model}

    def _rows(self, table: str) -> int:
        name = origin(table, self._steps)
        return int(self.old._files[name]["rows"]) if name in self.old.model.tables else 0

    def load(self, table: str, labels: bool = False) -> pd.DataFrame:
        """A table as a typed frame of the newest model; see `Dataset.load`.

        Raises
        ------
        CouldNotRun
            If the old table cannot become the new one because no migration was written.
        """
        if table not in self.model.tables:
            raise KeyError(f"no table {table!r}; there are {', '.join(self.model.tables)}")
        structure, name = self.model[table], origin(table, self._steps)
        if name in self.old.model.tables:
            frame = self.old.load(name).astype("object")
            for change in self._steps:
                if change["table"] == name:
                    frame = apply(frame, change)
                    name = change.get("renamed_to", name)
        else:
            frame = pd.DataFrame(columns=list(structure.names), dtype="object")
        frame = self._typed(frame, structure)
        frame.attrs = {"table": table, "data_version": self.version, "model_version": self.model_version}
        if labels:
            for field in structure.fields:
                if field.categories and field.type == "string":
                    names = {c.value: c.label for c in field.categories}
                    frame[field.name] = frame[field.name].cat.rename_categories(names)
        return frame

    def _typed(self, frame: pd.DataFrame, structure: Table) -> pd.DataFrame:
        for field in structure.fields:
            if field.name not in frame:
                if structure.required(field) and len(frame):
                    raise self._unwritten(structure, f"the field {field.name} is new and required")
                frame[field.name] = pd.NA
            known = {str(v) for v in field.allowed}
            strange = [v for v in frame[field.name].dropna().unique() if known and str(v) not in known]
            if strange:
                raise self._unwritten(structure, f"{field.name} knows {strange[0]!r} no more")
        gone = [str(c) for c in frame.columns if str(c) not in structure.names]
        if gone:
            raise self._unwritten(structure, f"the field {gone[0]} is gone")
        try:
            return frame[list(structure.names)].astype({f.name: pandas_dtype(f) for f in structure.fields})
        except (ValueError, TypeError) as error:
            raise self._unwritten(structure, f"a type has changed: {error}") from error

    def _unwritten(self, structure: Table, what: str) -> CouldNotRun:
        message = (
            f"{structure.name} of version {self.version} cannot be read in the model of {self.model_version}: {what}"
        )
        return CouldNotRun(
            Finding("missing-migration", message, f"Write the change in {MIGRATIONS}, or open it as released.")
        )
