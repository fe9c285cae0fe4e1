"""JSON Lines: a file for each table, one object for each row, missing values left out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from clausula.analysis.dataset import Dataset


def plain(value: Any) -> Any:
    """A cell as a plain Python value; None where it is missing."""
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return value.item() if hasattr(value, "item") else value


def records(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """The rows of a typed frame as objects of plain values; missing ones are None."""
    names = [str(column) for column in frame.columns]
    for row in frame.itertuples(index=False, name=None):
        yield dict(zip(names, map(plain, row), strict=True))


def write(data: Dataset, tables: Sequence[str], target: Path) -> None:
    """Write a folder of `<table>.jsonl`, UTF-8."""
    target.mkdir()
    for table in tables:
        with (target / f"{table}.jsonl").open("w", encoding="utf-8", newline="\n") as file:
            for record in records(data.load(table)):
                filled = {k: v for k, v in record.items() if v is not None}
                file.write(json.dumps(filled, ensure_ascii=False) + "\n")
