"""Convert older releases to the newest schemas, following the migrations in `schemas/migrations.json`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from clausula.analysis.dataset import Dataset
from clausula.core.findings import CouldNotRun
from clausula.core.model import Model, Table
from clausula.core.schemas import read_json
from clausula.core.semver import version_numbers
from clausula.derive.frames import pandas_dtype

MIGRATIONS = "schemas/migrations.json"
Change = dict[str, Any]


def changes_between(newest: Path, old: str, new: str) -> list[Change]:
    """Return the changes declared for the versions after `old` up to and including `new`, in order."""
    listed = sorted(read_json(newest / MIGRATIONS)["migrations"], key=lambda m: version_numbers(m["to"]))
    first, last = version_numbers(old), version_numbers(new)
    return [change for m in listed if first < version_numbers(m["to"]) <= last for change in m["changes"]]


def apply_change(frame: pd.DataFrame, change: Change) -> pd.DataFrame:
    """Apply one change to a table of plain values: drop, rename, derive, replace values, fill new columns."""
    dropped: list[str] = change.get("drop", [])
    renamed: dict[str, str] = change.get("rename", {})
    frame = frame.drop(columns=dropped, errors="ignore").rename(columns=renamed)
    for field, source in change.get("derive", {}).items():
        frame[field] = frame[source["from"]].map(source["values"]).astype("object")
    for field, values in change.get("values", {}).items():
        frame[field] = [value if pd.isna(value) else values.get(value, value) for value in frame[field]]
    for field, value in change.get("fill", {}).items():
        frame[field] = pd.Series([value] * len(frame), index=frame.index, dtype="object")
    return frame


def old_table_name(table: str, changes: list[Change]) -> str:
    """Return the name that a table of the newest schemas had before the changes."""
    for change in reversed(changes):
        if change.get("renamed_to") == table:
            table = str(change["table"])
    return table


class MigratedDataset(Dataset):
    """An older release, converted to the newest schemas.

    New optional fields are empty, and new tables have no rows, except from fields that were dropped. `version` is still
    that of the release; `attrs["model_version"]` of a frame is the version of the schemas.

    Parameters
    ----------
    old : Dataset
        The release as it was published.
    newest : Dataset
        The dataset whose schemas are used.
    """

    def __init__(self, old: Dataset, newest: Dataset) -> None:
        self.old = old
        self.provenance = old.provenance
        self.root = old.root
        self.version = old.version
        self.model_version = newest.version
        self.model = Model(newest.model.tables, old.model.metadata)
        self.newest = newest.model
        self._changes = changes_between(newest.root, old.version, newest.version)
        self._files = {t.name: {"rows": self._rows(t.name)} for t in newest.model}

    def _rows(self, table: str) -> int:
        name = old_table_name(table, self._changes)
        if name in self.old.model.tables:
            return int(self.old._files[name]["rows"])
        return len(self._new_rows(self.newest[table]))

    def load(self, table: str, labels: bool = False) -> pd.DataFrame:
        """Return a table as a frame with the types of the newest schemas; see `Dataset.load`.

        Raises
        ------
        CouldNotRun
            If the old table does not fit the new schema and no migration is declared.
        """
        frame = super().load(table, labels)
        frame.attrs["model_version"] = self.model_version
        return frame

    def _frame(self, table: Table) -> pd.DataFrame:
        name = old_table_name(table.name, self._changes)
        if name in self.old.model.tables:
            frame = self.old.load(name).astype("object")
            for change in self._changes:
                if change["table"] == name:
                    frame = apply_change(frame, change)
                    name = change.get("renamed_to", name)
        else:
            frame = self._new_rows(table)
        return self._typed(frame, table)

    def _new_rows(self, table: Table) -> pd.DataFrame:
        """Return the rows of a table that the release does not have, from fields that were dropped since."""
        found = pd.DataFrame(columns=list(table.names), dtype="object")
        for change in self._changes:
            if change["table"] == table.name and change.get("rows_from") in self.old.model.tables:
                rows = self.old.load(change["rows_from"]).astype("object")
                frame = apply_change(rows[rows[change["where"]].notna()].reset_index(drop=True), change)
                found = frame.reindex(columns=list(table.names))
        return found

    def _typed(self, frame: pd.DataFrame, structure: Table) -> pd.DataFrame:
        for field in structure.fields:
            if field.name not in frame:
                if structure.required(field) and len(frame):
                    raise self._missing_migration(structure, f"the field {field.name} is new and required")
                frame[field.name] = pd.NA
            allowed = {str(v) for v in field.allowed}
            invalid = [v for v in frame[field.name].dropna().unique() if allowed and str(v) not in allowed]
            if invalid:
                raise self._missing_migration(structure, f"{invalid[0]!r} is no longer a valid value of {field.name}")
        removed = [str(c) for c in frame.columns if str(c) not in structure.names]
        if removed:
            raise self._missing_migration(structure, f"the field {removed[0]} was removed")
        try:
            return frame[list(structure.names)].astype({f.name: pandas_dtype(f) for f in structure.fields})
        except (ValueError, TypeError) as error:
            raise self._missing_migration(structure, f"a type changed: {error}") from error

    def _missing_migration(self, structure: Table, reason: str) -> CouldNotRun:
        versions = {"version": self.version, "newest": self.model_version}
        return CouldNotRun.of("missing-migration", name=structure.name, **versions, path=MIGRATIONS, reason=reason)
