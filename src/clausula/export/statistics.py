"""Stata and SPSS files with variable labels and value labels, written with pyreadstat (ReadStat).

Both programs label numbers only. Categories therefore become whole numbers from 1 in the order of the schema, with the
labels of the categories; truth values become 0 and 1. Missing values are system-missing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from clausula.analysis.dataset import Dataset
from clausula.core.model import Field, Table

LABEL = 80
"""Maximum length of a variable label in Stata."""


@dataclass(frozen=True)
class Program:
    """How a program stores dates: the epoch and the unit in seconds; and its display formats for dates and integers.

    `before_time` is what precedes, in a file, the time at which it was written. `time` replaces that time, so that the
    same data give the same bytes at any time and in any time zone.
    """

    suffix: str
    epoch: pd.Timestamp
    step: int
    formats: dict[str, str]
    before_time: re.Pattern[bytes]
    time: bytes


STATA = Program(
    "dta",
    pd.Timestamp(1960, 1, 1),
    86_400,
    {"date": "%td", "integer": "%12.0f"},
    re.compile(rb".*?</label><timestamp>\x11", re.DOTALL),
    b"01 Jan 1980 00:00",
)
SPSS = Program(
    "sav",
    pd.Timestamp(1582, 10, 14),
    1,
    {"date": "SDATE10", "integer": "F12.0"},
    re.compile(rb".{92}", re.DOTALL),
    b"01 Jan 8000:00:00",
)


def value_labels(field: Field) -> dict[int | float, str]:
    """Return the labels of a field's numbers; empty if it has none."""
    if field.type == "boolean":
        return {0: "no", 1: "yes"}
    if field.categories and field.type == "string":
        return {i: c.label for i, c in enumerate(field.categories, 1)}
    return {int(c.value): c.label for c in (field.categories or field.scale) if isinstance(c.value, int)}


def numbered(frame: pd.DataFrame, table: Table, program: Program) -> pd.DataFrame:
    """Convert a frame so that every value is a text or a number; dates are counted in the program's unit."""
    columns: dict[str, Any] = {}
    for field in table.fields:
        column = frame[field.name]
        if field.categories and field.type == "string":
            codes = column.cat.codes.astype("Float64") + 1
            columns[field.name] = codes.where(column.notna()).astype("float64")
        elif field.type in ("integer", "number", "boolean"):
            columns[field.name] = column.astype("Float64").astype("float64")
        elif field.type == "date":
            since = column.astype("datetime64[s]") - program.epoch.as_unit("s")
            columns[field.name] = since.dt.total_seconds() / program.step
        else:
            columns[field.name] = column.astype("object").where(column.notna(), "")
    return pd.DataFrame(columns, columns=list(table.names))


def _short(text: str) -> str:
    return text if len(text) <= LABEL else text[: LABEL - 1] + "…"


def _write(data: Dataset, tables: Sequence[str], target: Path, program: Program, writer: Callable[..., None]) -> None:
    target.mkdir()
    for name in tables:
        table = data.model[name]
        path = target / f"{name}.{program.suffix}"
        writer(
            numbered(data.load(name), table, program),
            str(path),
            file_label=_short(f"{data.model.metadata['name']} {data.version}: {table.title}"),
            column_labels={f.name: _short(f.title) for f in table.fields},
            variable_value_labels={f.name: value_labels(f) for f in table.fields if value_labels(f)},
            variable_format={f.name: program.formats[f.type] for f in table.fields if f.type in program.formats},
        )
        with path.open("r+b") as file:
            start = program.before_time.match(file.read(2048))
            assert start is not None
            file.seek(start.end())
            file.write(program.time)


def write_dta(data: Dataset, tables: Sequence[str], target: Path) -> None:
    """Write a folder of Stata files (version 15, UTF-8)."""
    import pyreadstat

    _write(data, tables, target, STATA, pyreadstat.write_dta)


def write_sav(data: Dataset, tables: Sequence[str], target: Path) -> None:
    """Write a folder of SPSS files."""
    import pyreadstat

    _write(data, tables, target, SPSS, pyreadstat.write_sav)
