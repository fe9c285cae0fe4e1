"""The data in Python: typed tables of the shipped release, or of any Clausula package on disk."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from clausula.analysis.views import Views
from clausula.core.commit import require_settled
from clausula.core.errors import require_known, require_one_of
from clausula.core.findings import CouldNotRun
from clausula.core.fixity import digest_of, sha256
from clausula.core.model import LABELS, MEANINGS, Model, SchemaError, Table
from clausula.core.package import MANIFEST, own_package, parquet_path
from clausula.core.pandas_text import text_frame, text_index
from clausula.core.requirements import needs
from clausula.core.schemas import load_model, read_json
from clausula.derive import citation
from clausula.derive.frames import read_parquet, to_frame
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
        structure = self._structure(table)
        frame = self._frame(structure)
        if labels:
            for field in structure.fields:
                if field.categories and field.type == "string":
                    names: Any = text_index(c.label for c in field.categories)
                    frame[field.name] = frame[field.name].cat.rename_categories(names)
        frame.attrs = {"table": table, "data_version": self.version}
        return frame

    def _structure(self, table: str) -> Table:
        require_known(table, "table", self.model.tables, "clausula.tables()")
        return self.model[table]

    def _frame(self, table: Table) -> pd.DataFrame:
        """Return a table with the types of its schema."""
        return to_frame(read_parquet(self._read(table.name)), table)

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
            category, with columns `table`, `value`, `label`, `definition`; in a dataset that added values under others
            also `broader`. For a field with IDs, such as "topic_id": one row per record that it can refer to, with the
            table of the records; `definition` is NA where the record has none. Empty if the field has neither
            categories nor IDs.

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
            known = [name for t in self.model for f in t.fields for name in (f.name, f"{t.name}.{f.name}")]
            require_known(field, "field", known, "clausula.codebook()")
        columns = ["table", "value", "label", "definition"]
        listed = [
            (t.name, c.value, c.label, c.description, c.broader or None)
            for t, f in found
            for c in f.categories or f.scale
        ]
        if any(row[-1] for row in listed):
            return text_frame(listed, [*columns, "broader"])
        if listed:
            return text_frame([row[:-1] for row in listed], columns)
        owners = dict.fromkeys(owner for t, _ in found if (owner := self.model.owner(t, name)))
        return text_frame([row for owner in owners for row in self._definitions(self.model[owner])], columns)

    def _definitions(self, table: Table) -> list[tuple[str, str, str, str | None]]:
        """Return the records of a table as rows of the codebook: table, ID, label, definition."""
        label = next((name for name in LABELS if name in table.names), table.primary_key[0])
        frame = self.load(table.name)
        empty = [None] * len(frame)
        meaning = next((frame[name] for name in MEANINGS if name in table.names and name != label), empty)
        cells = zip(frame[table.primary_key[0]], frame[label], meaning, strict=True)
        return [(table.name, one, text, None if pd.isna(more) else more) for one, text, more in cells]

    def contract(self, table: str) -> pandera.DataFrameSchema:
        """Return the pandera schema of a table, to validate frames in your own pipeline.

        pandera must be installed; it is in the extra `validate`.

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
        structure = self._structure(table)
        with needs("clausula.contract()", "validate"):
            from clausula.derive.contract import contract

            return contract(structure)

    def cite(self, style: Literal["text", "apa", "bibtex"] = "text") -> str:
        """Return the citation of this version and a statement of how the data were made.

        Parameters
        ----------
        style : {"text", "apa", "bibtex"}, default "text"
            The reference and the statement as plain text; the reference alone in the style of the APA (7th edition);
            or a BibTeX entry.

        Returns
        -------
        str

        Raises
        ------
        ValueError
            If `style` is not one of the listed values.

        Examples
        --------
        >>> import clausula
        >>> clausula.data_version in clausula.cite()
        True
        """
        metadata = described(self.model.metadata, self.provenance)
        require_one_of("style", style, citation.STYLES)
        return citation.STYLES[style](metadata)


def shipped() -> Dataset:
    """Return the release that ships with this code; in a checkout, as it was last built."""
    root = own_package()
    return _opened(root, digest_of(root / MANIFEST))


@lru_cache(maxsize=1)
def _opened(root: Path, digest: str) -> Dataset:
    del digest
    return Dataset(root)
