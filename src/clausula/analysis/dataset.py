"""The data in Python: typed tables of the shipped release, or of any Clausula package on disk."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from clausula.analysis.views import Views
from clausula.core.commit import require_settled
from clausula.core.findings import CouldNotRun
from clausula.core.fixity import digest_of, sha256
from clausula.core.model import Model, SchemaError, Table
from clausula.core.package import MANIFEST, own_package, parquet_path
from clausula.core.pandas_text import text_frame, text_index
from clausula.core.schemas import load_model, read_json
from clausula.derive import citation
from clausula.derive.frames import to_frame
from clausula.derive.provenance import described

if TYPE_CHECKING:
    import pandera.pandas as pandera


class Dataset(Views):
    """One version of the data. `clausula.open()` returns one.

    Parameters
    ----------
    root : Path
        Folder of a built package, with `schemas/`, `data/parquet/` and `data/manifest.json`.

    Attributes
    ----------
    root : Path
        Folder of the package.
    version : str
        Version of the data.
    model : Model
        The schemas of the tables.
    provenance : dict or None
        How the data were made, with `statement`, `details`, `coders` and `passes` by kind of coder. None if the package
        does not say.

    Raises
    ------
    CouldNotRun
        If the folder is not a built package.

    Examples
    --------
    >>> import clausula
    >>> data = clausula.open()
    >>> data.version == clausula.data_version
    True
    """

    def __init__(self, root: Path) -> None:
        require_settled(root)
        try:
            self.model: Model = load_model(root / "schemas")
            manifest: dict[str, Any] = read_json(root / MANIFEST)
            self._files: dict[str, Any] = manifest["tables"]
        except (SchemaError, KeyError) as error:
            raise CouldNotRun.of("package-not-found:not-built", root=root, error=error) from error
        self.root = root
        self.provenance: dict[str, Any] | None = manifest.get("provenance")
        self.version = str(self.model.metadata["version"])

    def __repr__(self) -> str:
        return f"<clausula {self.version}: {len(self.model.tables)} tables in {self.root}>"

    def load(self, table: str, labels: bool = False) -> pd.DataFrame:
        """Load a table as a typed data frame.

        Parameters
        ----------
        table : str
            Name of a table, such as "provisions". `clausula.tables()` lists them.
        labels : bool, default False
            Whether categories are returned as labels ("Constitution of a body") instead of codes ("constitution").

        Returns
        -------
        DataFrame
            One row per row of the table, one column per field, with a RangeIndex. Dtypes: str for text, category for
            closed lists (ordered if the schema orders them), Int64 for whole numbers, Float64 for other numbers,
            boolean for truth values, datetime64[ms] for dates. `attrs` contains `table` and `data_version`.

        Raises
        ------
        KeyError
            If there is no such table.
        CouldNotRun
            If the file cannot be read or is not the one that was validated when the package was built.

        Examples
        --------
        >>> import clausula
        >>> provisions = clausula.load("provisions")
        >>> provisions[["strength", "due_from"]].dtypes
        strength             Int64
        due_from    datetime64[ms]
        dtype: object
        """
        if table not in self.model.tables:
            raise KeyError(f"unknown table {table!r}; the tables are {', '.join(self.model.tables)}")
        structure = self.model[table]
        frame = self._frame(structure)
        if labels:
            for field in structure.fields:
                if field.categories and field.type == "string":
                    names: Any = text_index(c.label for c in field.categories)
                    frame[field.name] = frame[field.name].cat.rename_categories(names)
        frame.attrs = {"table": table, "data_version": self.version}
        return frame

    def _frame(self, table: Table) -> pd.DataFrame:
        """Return a table with the types of its schema."""
        import pyarrow.parquet as pq

        return to_frame(pq.read_table(BytesIO(self._read(table.name)), use_threads=False), table)

    def _read(self, table: str) -> bytes:
        path = self.root / parquet_path(table)
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CouldNotRun.of("unreadable-file:parquet", path=path, error=error.strerror) from error
        digest = sha256(content)
        if digest == self._files[table]["parquet"]["sha256"]:
            return content
        require_settled(self.root)
        now = read_json(self.root / MANIFEST)["tables"].get(table, {})
        if now.get("parquet", {}).get("sha256") == digest:
            raise CouldNotRun.of("rebuilt-package", root=self.root, name=str(self.root))
        raise CouldNotRun.of("hash:validated", path=path)

    def tables(self) -> pd.DataFrame:
        """List the tables.

        Returns
        -------
        DataFrame
            One row per table; the index is the table name (`table`). Columns: `title` and `grain` (what one row is),
            both str, and the numbers of `rows` and `columns`, both int64.

        Examples
        --------
        >>> import clausula
        >>> clausula.tables().loc["provisions", "title"]
        'Provisions'
        """
        rows = [(t.name, t.title, t.grain, self._files[t.name]["rows"], len(t.fields)) for t in self.model]
        return text_frame(rows, ["table", "title", "grain", "rows", "columns"]).set_index("table")

    def codebook(self, field: str | None = None) -> pd.DataFrame:
        """Return the definitions of all fields, or of the categories of one field.

        Parameters
        ----------
        field : str, optional
            Name of a field, such as "stance", or "reactions.form" if several tables have it. Default: all fields.

        Returns
        -------
        DataFrame
            With a RangeIndex. Without `field`: one row per field of each table, with columns `table`, `field`, `title`,
            `type`, `level`, `unit` and `description` (str), `required` and `coded` (bool). With `field`: one row per
            category, with columns `table`, `value`, `label`, `definition`; empty if the field has no categories.

        Raises
        ------
        KeyError
            If there is no such field.

        Examples
        --------
        >>> import clausula
        >>> clausula.codebook("stance")[["value", "label"]]
           value             label
        0     -2           Rejects
        1     -1     Leans against
        2      0  Neutral or mixed
        3      1     Leans towards
        4      2          Supports
        """
        if field is None:
            rows = [
                (t.name, f.name, f.title, f.type, f.level, f.unit or None, t.required(f), f.coded, f.description)
                for t in self.model
                for f in t.fields
            ]
            columns = ["table", "field", "title", "type", "level", "unit", "required", "coded", "description"]
            return text_frame(rows, columns)
        table, _, name = field.rpartition(".")
        found = [(t, f) for t in self.model for f in t.fields if f.name == name and table in ("", t.name)]
        if not found:
            raise KeyError(f"unknown field {field!r}; clausula.codebook() lists all fields")
        listed = [(t.name, c.value, c.label, c.description) for t, f in found for c in f.categories or f.scale]
        return text_frame(listed, ["table", "value", "label", "definition"])

    def contract(self, table: str) -> pandera.DataFrameSchema:
        """Return the pandera schema of a table, to validate frames in your own pipeline.

        pandera must be installed.

        Parameters
        ----------
        table : str
            Name of a table.

        Returns
        -------
        pandera.pandas.DataFrameSchema
            Types, categories, ranges, patterns, and primary and unique keys of the table.

        Raises
        ------
        KeyError
            If there is no such table.

        Examples
        --------
        >>> import clausula
        >>> schema = clausula.contract("reaction_targets")
        >>> len(schema.validate(clausula.load("reaction_targets"))) > 0
        True
        """
        from clausula.derive.contract import contract

        return contract(self.model[table])

    def cite(self, style: Literal["text", "bibtex"] = "text") -> str:
        """Return the citation of this version and a statement of how the data were made.

        Parameters
        ----------
        style : {"text", "bibtex"}, default "text"
            Plain text, or a BibTeX entry.

        Returns
        -------
        str

        Examples
        --------
        >>> import clausula
        >>> clausula.data_version in clausula.cite()
        True
        """
        metadata = described(self.model.metadata, self.provenance)
        return citation.bibtex(metadata) if style == "bibtex" else citation.text(metadata)


def shipped() -> Dataset:
    """Return the release that ships with this code; in a checkout, as it was last built."""
    root = own_package()
    return _opened(root, digest_of(root / MANIFEST))


@lru_cache(maxsize=1)
def _opened(root: Path, digest: str) -> Dataset:
    del digest
    return Dataset(root)
