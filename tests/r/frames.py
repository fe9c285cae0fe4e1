"""The same calls in Python and in R, and the differences between their results."""

from __future__ import annotations

import inspect
import itertools
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pandas as pd

from clausula.analysis.dataset import Dataset
from clausula.analysis.views import Views

HERE = Path(__file__).parent
NOT_IN_R = {"load", "compare"}
"""Methods of `Views` that are no views, or that only Python has so far; r/README.md says so."""

COMPOSED = ["steps", "composed"]
"""Columns of `lineage` that only Python has so far."""

VIEWS = [
    name
    for name, _ in inspect.getmembers(Views, inspect.isfunction)
    if name not in NOT_IN_R and not name.startswith("_")
]
"""The views that both have, those of base classes included, by name."""

FILTERS = ("process", "instrument", "since")
"""Parameters by which views leave out records; each is tried alone."""

Call = tuple[str, dict[str, Any]]
Column = dict[str, Any]
Frame = dict[str, Any]


def choices(view: str) -> dict[str, list[Any]]:
    """The parameters of a view with the values that they can have; none for those that depend on the data."""
    hints = get_type_hints(getattr(Views, view))
    listed: dict[str, list[Any]] = {}
    for name in list(inspect.signature(getattr(Views, view)).parameters)[1:]:
        hint = hints[name]
        listed[name] = [False, True] if hint is bool else list(get_args(hint)) if get_origin(hint) is Literal else []
    return listed


def calls(data: Dataset, step: int = 1) -> list[Call]:
    """Every table, with codes and labels, and each view with every combination of its arguments.

    With a larger step, only each such combination of arguments, each such record and each such field.
    """
    provisions = data.load("provisions")["provision_id"]
    in_data = {
        "record_id": [*data.load("topics")["topic_id"], *provisions[:: max(1, len(provisions) // 40)]],
        "name": sorted(data.load("template_clauses")["family"].unique()),
        "scheme": list(data.load("crosswalk")["scheme"].cat.categories),
    }
    coded = list(data.load("provisions")["instrument_id"].unique())
    filters = {
        "process": list(data.load("processes")["process_id"]),
        "instrument": [*coded[:: max(1, len(coded) // 4)], coded[:2]],
        "since": [2019, "2025-11", "2031-01-01"],
    }
    asked: list[Call] = [(name, {"table": table}) for name in ("load", "labelled") for table in data.tables().index]
    of_records = {name for table in data.model for key in table.foreign_keys for name in key.fields}
    of_records |= {name for table in data.model for name in table.primary_key}
    fields = sorted(set(data.codebook()["field"]) - of_records)
    asked += [("codebook", {}), *(("codebook", {"field": field}) for field in fields[::step])]
    for view in VIEWS:
        parameters = choices(view)
        values = {name: listed or in_data[name] for name, listed in parameters.items() if name not in FILTERS}
        combined = [dict(zip(values, chosen, strict=True)) for chosen in itertools.product(*values.values())]
        asked += [(view, arguments) for arguments in combined[::step]]
        needed = {name: values[name][0] for name in ("name",) if name in values}
        asked += [
            (view, {**needed, name: value}) for name in FILTERS if name in parameters for value in filters[name][::step]
        ]
    return asked


class Cached(Dataset):
    """A dataset that reads each table once, because the views load tables again and again."""

    def load(self, table: str, labels: bool = False) -> pd.DataFrame:
        key = table, labels
        if key not in self.__dict__.setdefault("kept", {}):
            self.kept[key] = super().load(table, labels)
        return self.kept[key].copy()


def in_python(data: Views, asked: list[Call]) -> list[Frame]:
    """The results in Python."""

    def result(name: str, arguments: dict[str, Any]) -> pd.DataFrame:
        frame = data.load(**arguments, labels=True) if name == "labelled" else getattr(data, name)(**arguments)
        if name in ("load", "labelled"):
            frame.attrs = {}
        return frame.drop(columns=COMPOSED) if name == "lineage" else frame

    return [canonical(result(*call)) for call in asked]


def in_r(library: Path, root: Path, asked: list[Call], folder: Path, **environment: str) -> list[Frame]:
    """The results in R, with the package in this library and the data in this folder."""
    (folder / "calls.json").write_text(json.dumps(asked), encoding="utf-8")
    arguments = [str(root), str(folder / "calls.json"), str(folder / "out.json")]
    done = subprocess.run(
        ["Rscript", "--vanilla", str(HERE / "frames.R"), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "R_LIBS": str(library), **environment},
    )
    assert done.returncode == 0, done.stderr
    assert not done.stderr, done.stderr
    frames: list[Frame] = json.loads((folder / "out.json").read_text(encoding="utf-8"))
    return frames


def canonical(frame: pd.DataFrame) -> Frame:
    """The frame as R writes it: an index with a name becomes columns."""
    flat = frame.reset_index() if any(frame.index.names) else frame
    attributes = {
        str(name): [str(one) for one in value] if isinstance(value, list) else [str(value)]
        for name, value in frame.attrs.items()
    }
    return {"columns": [_column(str(name), flat[name]) for name in flat.columns], "attributes": attributes}


def _column(name: str, column: pd.Series) -> Column:
    dtype = column.dtype
    levels: list[str] = []
    if isinstance(dtype, pd.CategoricalDtype):
        kind, levels = "ordered" if dtype.ordered else "category", [str(one) for one in dtype.categories]
    elif pd.api.types.is_bool_dtype(dtype):
        kind = "boolean"
    elif pd.api.types.is_datetime64_dtype(dtype):
        kind = "date"
    elif pd.api.types.is_integer_dtype(dtype):
        kind = "integer"
    else:
        kind = "number" if pd.api.types.is_float_dtype(dtype) else "text"
    return {"name": name, "kind": kind, "levels": levels, "cells": [_text(kind, cell) for cell in column]}


def _text(kind: str, cell: Any) -> str | None:
    if pd.isna(cell):
        return None
    if kind == "number":
        return f"{float(cell):.15g}"
    if kind == "date":
        return f"{cell:%Y-%m-%d}"
    return str(cell).lower() if kind == "boolean" else str(cell)


def differences(asked: list[Call], python: list[Frame], r: list[Frame]) -> Iterator[str]:
    """Name every difference: columns and their order, kinds, levels, numbers of rows, cells, attributes."""
    for call, ours, theirs in zip(asked, python, r, strict=True):
        place = f"{call[0]}({', '.join(f'{k}={v}' for k, v in call[1].items())})"
        names = [[column["name"] for column in one["columns"]] for one in (ours, theirs)]
        if names[0] != names[1]:
            yield f"{place}: columns {names[0]} / {names[1]}"
            continue
        if ours["attributes"] != (theirs["attributes"] or {}):
            yield f"{place}: attributes {ours['attributes']} / {theirs['attributes']}"
        for mine, other in zip(ours["columns"], theirs["columns"], strict=True):
            for part in ("kind", "levels"):
                if mine[part] != other[part]:
                    yield f"{place}, {mine['name']}: {part} {mine[part]} / {other[part]}"
            if len(mine["cells"]) != len(other["cells"]):
                yield f"{place}, {mine['name']}: {len(mine['cells'])} / {len(other['cells'])} rows"
                continue
            for row, (one, two) in enumerate(zip(mine["cells"], other["cells"], strict=True), 1):
                if one != two:
                    yield f"{place}, {mine['name']}, row {row}: {one} / {two}"
