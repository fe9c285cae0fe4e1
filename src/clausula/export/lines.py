"""JSON Lines: one file per table, one object per row, without missing values."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from clausula.analysis.dataset import Dataset
from clausula.analysis.show import plain


def records(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield the rows of a typed frame as dictionaries of plain values; missing ones are None."""
    names = [str(column) for column in frame.columns]
    for row in frame.itertuples(index=False, name=None):
        yield dict(zip(names, map(plain, row), strict=True))


def write(data: Dataset, tables: Sequence[str], target: Path) -> None:
    """Write a folder with one `<table>.jsonl` per table, in UTF-8."""
    target.mkdir()
    for table in tables:
        with (target / f"{table}.jsonl").open("w", encoding="utf-8", newline="\n") as file:
            for record in records(data.load(table)):
                filled = {k: v for k, v in record.items() if v is not None}
                file.write(json.dumps(filled, ensure_ascii=False) + "\n")
