"""The data in Python: typed tables of the shipped release, or of any clausula package on disk."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from clausula.analysis.views import Views
from clausula.core.findings import CouldNotRun, Finding
from clausula.core.model import Model, SchemaError
from clausula.core.package import MANIFEST, own_home, parquet_path
from clausula.core.schemas import load_model, read_json
from clausula.derive import citation
from clausula.derive.frames import pandas_dtype
from clausula.derive.provenance import described

if TYPE_CHECKING:
    import pandera.pandas as pandera


class Dataset(Views):
    """One version of the data.

    Parameters
    ----------
    root : Path
        Folder of a package that was built: `schemas/`, `data/parquet/` and `data/manifest.json`.

    Attributes
    ----------
    version : str
        The version of the data.
    provenance : dict or None
        How the data were made: `statement`, `details`, `coders`, and `passes` by kind of coder.
    """

    def __init__(self, root: Path) -> None:
        try:
            self.model: Model = load_model(root / "schemas")
            manifest: dict[str, Any] = read_json(root / MANIFEST)
            self._files: dict[str, Any] = manifest["tables"]
        except (SchemaError, KeyError) as error:
            raise CouldNotRun(
                Finding(
                    "package-not-found",
                    f"{root} holds no built clausula package: {error}",
                    "Name its folder; run `clausula build` in a checkout.",
                )
            ) from error
        self.root = root
        self.provenance: dict[str, Any] | None = manifest.get("provenance")
        self.version = str(self.model.metadata["version"])

    def __repr__(self) -> str:
        return f"<clausula {self.version}: {len(self.model.tables)} tables in {self.root}>"

    def load(self, table: str, labels: bool = False) -> pd.DataFrame:
        """A table as a typed frame.

        Parameters
        ----------
        table : str
            Name of a table, such as "provisions"; `tables()` lists them.
        labels : bool
            Whether categories stand as their labels instead of their codes.

        Returns
        -------
        DataFrame
            Strings as str, closed lists as category (ordered where the schema orders them), whole numbers as Int64,
            numbers as Float64, truth values as boolean, dates as datetime64. `attrs` names table and version.

        Raises
        ------
        KeyError
            If there is no such table.
        CouldNotRun
            If the file is not the one that was validated when the package was built.
        """
        if table not in self.model.tables:
            raise KeyError(f"no table {table!r}; there are {', '.join(self.model.tables)}")
        import io

        content = self._read(table)
        # One thread: the tables are small, and a process that ends while the reader's threads wind down can abort.
        frame = pd.read_parquet(io.BytesIO(content), use_threads=False)
        structure = self.model[table]
        frame = frame.astype({field.name: pandas_dtype(field) for field in structure.fields})
        if labels:
            for field in structure.fields:
                if field.categories and field.type == "string":
                    frame[field.name] = frame[field.name].cat.rename_categories(
                        {c.value: c.label for c in field.categories}
                    )
        frame.attrs = {"table": table, "data_version": self.version}
        return frame

    def _read(self, table: str) -> bytes:
        path = self.root / parquet_path(table)
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CouldNotRun(
                Finding(
                    "missing-file",
                    f"{path} cannot be read: {error.strerror}",
                    "Run `clausula build`, or install the package again.",
                )
            ) from error
        if hashlib.sha256(content).hexdigest() != self._files[table]["parquet"]["sha256"]:
            raise CouldNotRun(
                Finding(
                    "hash",
                    f"{path} is not the file that was validated",
                    "Run `clausula build`, or install the package again.",
                )
            )
        return content

    def tables(self) -> pd.DataFrame:
        """One row for each table: name, title, what a row is, rows, columns."""
        rows = [(t.name, t.title, t.grain, self._files[t.name]["rows"], len(t.fields)) for t in self.model]
        return pd.DataFrame(rows, columns=["table", "title", "grain", "rows", "columns"]).set_index("table")

    def codebook(self, field: str | None = None) -> pd.DataFrame:
        """What the fields mean.

        Parameters
        ----------
        field : str, optional
            Name of a field, with its table if several tables have it (`reactions.form`): its categories then.

        Returns
        -------
        DataFrame
            One row for each field of each table; or, for one field, for each of its categories.

        Raises
        ------
        KeyError
            If there is no such field.
        """
        if field is None:
            rows = [
                (t.name, f.name, f.title, f.type, f.level, f.unit or None, t.required(f), f.coded, f.description)
                for t in self.model
                for f in t.fields
            ]
            columns = ["table", "field", "title", "type", "level", "unit", "required", "coded", "description"]
            return pd.DataFrame(rows, columns=columns)
        table, _, name = field.rpartition(".")
        found = [(t, f) for t in self.model for f in t.fields if f.name == name and table in ("", t.name)]
        if not found:
            raise KeyError(f"no field {field!r}; clausula.codebook() lists them")
        listed = [(t.name, c.value, c.label, c.description) for t, f in found for c in f.categories or f.scale]
        return pd.DataFrame(listed, columns=["table", "value", "label", "definition"])

    def contract(self, table: str) -> pandera.DataFrameSchema:
        """The pandera schema of a table, to be demanded of frames in a pipeline of your own."""
        from clausula.derive.contract import contract

        return contract(self.model[table])

    def cite(self, style: Literal["text", "bibtex"] = "text") -> str:
        """Return how to cite this version and, below it, how the data were made."""
        metadata = described(self.model.metadata, self.provenance)
        return citation.bibtex(metadata) if style == "bibtex" else citation.text(metadata)


@cache
def shipped() -> Dataset:
    """The release that belongs to this code."""
    return Dataset(own_home())
