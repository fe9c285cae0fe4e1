"""Any table as text cells: CSV, Excel, Parquet or Stata, with numbers in one form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from clausula.core.findings import CouldNotRun, shown

SUFFIXES = (".csv", ".tsv", ".xlsx", ".parquet", ".dta")
"""The files that can be compared as tables."""


def is_table(name: str) -> bool:
    """Return whether a name is the path of a file with a table."""
    return Path(name).suffix.lower() in SUFFIXES and Path(name).is_file()


def read_table(path: Path) -> Any:
    """Return a table as a data frame of texts; missing cells are empty.

    Raises
    ------
    CouldNotRun
        If the file cannot be read as a table, or has no columns.
    """
    from zipfile import BadZipFile

    import pandas as pd

    suffix = path.suffix.lower()
    try:
        if suffix in (".csv", ".tsv"):
            frame = _csv(path)
        elif suffix == ".xlsx":
            frame = pd.read_excel(path, dtype=object, engine="openpyxl")
        elif suffix == ".parquet":
            frame = pd.read_parquet(path)
        else:
            frame = pd.read_stata(path, convert_categoricals=False)
    except (OSError, ValueError, KeyError, ImportError, UnicodeError, BadZipFile) as error:
        raise CouldNotRun.of("unreadable-file:table", name=path.name, error=shown(str(error))) from error
    frame.columns = [str(name).strip() for name in frame.columns]
    if not len(frame.columns) or frame.columns.has_duplicates:
        raise CouldNotRun.of("unreadable-file:table", name=path.name, error="it has no columns, or two with one name")
    return pd.DataFrame({name: _column(frame[name]) for name in frame.columns})


def _csv(path: Path) -> Any:
    import pandas as pd

    start = path.open("rb").read(1 << 16)
    encoding = "utf-8-sig"
    try:
        path.read_text(encoding=encoding)
    except UnicodeDecodeError:
        encoding = "cp1252"
    line = start.split(b"\n")[0].decode(encoding, errors="replace")
    separator = max(",;\t", key=line.count)
    return pd.read_csv(
        path, dtype=str, keep_default_na=False, encoding=encoding, encoding_errors="replace", sep=separator
    )


def _column(values: Any) -> Any:
    """Return a column as texts: one line ending, no surrounding spaces, and whole numbers without decimals."""
    import pandas as pd

    texts = values if pd.api.types.is_string_dtype(values.dtype) and values.notna().all() else values.map(_text)
    texts = texts.astype("str").str.replace("\r\n", "\n", regex=False).str.strip()
    whole = texts.str.fullmatch(r"-?\d+\.0+")
    return texts.where(~whole, texts.str.partition(".")[0]) if whole.any() else texts


def _text(value: Any) -> str:
    """Return a cell as text: dates without a time of midnight, missing cells empty."""
    import pandas as pd

    if pd.isna(value):
        return ""
    if hasattr(value, "isoformat"):
        return str(value.isoformat()).removesuffix("T00:00:00")
    return str(value)
