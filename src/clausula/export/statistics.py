"""Stata and SPSS files with labels, display formats and levels of measurement, written with pyreadstat (ReadStat).

Both programs label numbers only. Categories therefore become whole numbers from 1 in the order of the schema, with the
labels of the categories; truth values become 0 and 1. Missing numbers and dates are system-missing. An empty text is
missing in Stata; for SPSS it is declared missing.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from clausula.analysis.dataset import Dataset
from clausula.core.lexical import format_value
from clausula.core.model import Field, Table
from clausula.export.sql import about

MEASURES = {
    "identifier": "nominal",
    "text": "nominal",
    "nominal": "nominal",
    "ordinal": "ordinal",
    "interval": "scale",
    "ratio": "scale",
}
"""The measurement level that SPSS knows for each level of the schemas."""

LARGEST = 2_147_483_620
"""The largest number that Stata stores as a whole number; larger codes mean missing."""

VARIABLE_LABEL = 80
"""Maximum length of a variable label in Stata, in bytes; SPSS has more, but cuts longer ones in its output."""

NOTE = 80
"""Number of bytes in a line of the notes of an SPSS file."""

WIDEST = 60
"""Maximum width of a column on the screen, in characters; longer texts are complete but shown in part."""


def value_labels(field: Field) -> dict[int | float, str]:
    """Return the labels of a field's numbers; empty if it has none."""
    if field.type == "boolean":
        return {0: "No", 1: "Yes"}
    if field.categories and field.type == "string":
        return {i: c.label for i, c in enumerate(field.categories, 1)}
    return {int(c.value): c.label for c in (field.categories or field.scale) if isinstance(c.value, int)}


@dataclass(frozen=True)
class Shape:
    """What a column needs on the screen: the length of its longest value or label, digits before and after the point.

    `digits` counts the sign, and `decimals` is 0 for whole numbers.
    """

    longest: int
    digits: int
    decimals: int


def shape(field: Field, column: pd.Series) -> Shape:
    """Measure the values of a column in a typed frame."""
    labels = value_labels(field)
    if labels:
        return Shape(max(map(len, labels.values())), max(len(str(value)) for value in labels), 0)
    if field.type == "date":
        return Shape(len("2000-01-01"), 0, 0)
    texts = [format_value(value) for value in column.dropna().drop_duplicates().tolist()]
    parts = [text.partition(".") for text in texts] if field.type in ("integer", "number") else []
    digits = max((len(whole) for whole, _, _ in parts), default=1)
    return Shape(max(map(len, texts), default=1), digits, max((len(decimals) for _, _, decimals in parts), default=0))


def spss_format(field: Field, of: Shape) -> str:
    """Return the format of a variable in SPSS; an empty string leaves it to the width of the longest text."""
    if field.type == "date":
        return "SDATE10"
    if not value_labels(field) and field.type not in ("integer", "number"):
        return ""
    return f"F{of.digits + (of.decimals + 1 if of.decimals else 0)}.{of.decimals}"


def stata_format(field: Field, of: Shape) -> str:
    """Return the format of a variable in Stata; a labelled one is as wide as its longest label, as with `encode`."""
    if field.type == "date":
        return "%tdCCYY-NN-DD"
    if value_labels(field):
        return f"%{min(of.longest, WIDEST)}.0g"
    if field.type in ("integer", "number"):
        return "%10.0g" if of.decimals else f"%{max(of.digits, 8)}.0f"
    return f"%-{min(of.longest, WIDEST)}s"


@dataclass(frozen=True)
class Program:
    """How a program stores dates, as a number of steps of `step` seconds since an epoch, and how long labels may be.

    `before_time` is what precedes, in a file, the time at which it was written. `time` replaces that time, so that the
    same data give the same bytes at any time and in any time zone.
    """

    suffix: str
    epoch: pd.Timestamp
    step: int
    file_label: int
    value_label: int
    before_time: re.Pattern[bytes]
    time: bytes
    display: Callable[[Field, Shape], str]


STATA = Program(
    "dta",
    pd.Timestamp(1960, 1, 1),
    86_400,
    80,
    32_000,
    re.compile(rb".*?</label><timestamp>\x11", re.DOTALL),
    b"01 Jan 1980 00:00",
    stata_format,
)
SPSS = Program(
    "sav",
    pd.Timestamp(1582, 10, 14),
    1,
    64,
    120,
    re.compile(rb".{92}", re.DOTALL),
    b"01 Jan 8000:00:00",
    spss_format,
)


def _numbers(column: pd.Series) -> pd.Series:
    """Return a column of numbers: whole ones if all are, and if Stata can store them."""
    known = column.dropna()
    whole = column.dtype != "Float64" and bool(known.abs().le(LARGEST).all())
    return column.astype("Int32" if whole else "Float64").astype("Int32" if whole else "float64")


def numbered(frame: pd.DataFrame, table: Table, program: Program) -> pd.DataFrame:
    """Convert a frame so that every value is a text or a number; dates are counted in the program's unit."""
    columns: dict[str, Any] = {}
    for field in table.fields:
        column = frame[field.name]
        if field.categories and field.type == "string":
            codes = column.cat.codes.astype("Int32") + 1
            columns[field.name] = codes.where(column.notna())
        elif field.type in ("integer", "number", "boolean"):
            columns[field.name] = _numbers(column.astype("Int32") if field.type == "boolean" else column)
        elif field.type == "date":
            since = column.astype("datetime64[s]") - program.epoch.as_unit("s")
            columns[field.name] = since.dt.total_seconds() / program.step
        else:
            columns[field.name] = column.astype("object").where(column.notna(), "")
    return pd.DataFrame(columns, columns=list(table.names))


def _short(text: str, limit: int) -> str:
    """Return a text of at most so many bytes."""
    if len(text.encode("utf-8")) <= limit:
        return text
    return text.encode("utf-8")[: limit - 3].decode("utf-8", "ignore") + "…"


def _spss_options(data: Dataset, table: Table, frame: pd.DataFrame, shapes: dict[str, Shape]) -> dict[str, Any]:
    """Return what only SPSS has: levels of measurement, widths of columns, missing texts, notes on the file."""
    texts = [f.name for f in table.fields if not value_labels(f) and f.type == "string"]
    notes = [f"{table.title}. {table.grain}", *(f"{name.capitalize()}: {value}" for name, value in about(data))]
    width = NOTE // max(len(letter.encode("utf-8")) for letter in "".join(notes))
    return {
        "variable_measure": {f.name: MEASURES.get(f.level, "unknown") for f in table.fields},
        "variable_display_width": {n: min(max(s.longest, len(n), 8), WIDEST) for n, s in shapes.items()},
        "missing_ranges": {name: [""] for name in texts if frame[name].isna().any()},
        "note": [line for note in notes for line in textwrap.wrap(" ".join(note.split()), width)],
        "row_compress": True,
    }


def _write(data: Dataset, tables: Sequence[str], target: Path, program: Program) -> None:
    import pyreadstat

    writer = getattr(pyreadstat, f"write_{program.suffix}")
    target.mkdir()
    for name in tables:
        table, frame = data.model[name], data.load(name)
        path = target / f"{name}.{program.suffix}"
        shapes = {f.name: shape(f, frame[f.name]) for f in table.fields}
        formats = {f.name: program.display(f, shapes[f.name]) for f in table.fields}
        labels = {f.name: value_labels(f) for f in table.fields}
        writer(
            numbered(frame, table, program),
            str(path),
            file_label=_short(f"{data.model.metadata['name']} {data.version}: {table.title}", program.file_label),
            column_labels={f.name: _short(f.title, VARIABLE_LABEL) for f in table.fields},
            variable_value_labels={
                field: {value: _short(label, program.value_label) for value, label in listed.items()}
                for field, listed in labels.items()
                if listed
            },
            variable_format={field: format for field, format in formats.items() if format},
            **(_spss_options(data, table, frame, shapes) if program is SPSS else {}),
        )
        with path.open("r+b") as file:
            start = program.before_time.match(file.read(2048))
            assert start is not None
            file.seek(start.end())
            file.write(program.time)


def write_dta(data: Dataset, tables: Sequence[str], target: Path) -> None:
    """Write a folder of Stata files (version 15, UTF-8)."""
    _write(data, tables, target, STATA)


def write_sav(data: Dataset, tables: Sequence[str], target: Path) -> None:
    """Write a folder of SPSS files."""
    _write(data, tables, target, SPSS)
