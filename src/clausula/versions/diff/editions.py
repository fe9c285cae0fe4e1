"""Compare two editions of any table: what happened to its columns, its rows and its keys."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from clausula.core.findings import SHOWN, CouldNotRun
from clausula.versions.diff.columns import ColumnChange, column_change
from clausula.versions.diff.read_table import read_table

ALIKE = 0.9
"""The share of informative rows in which a renamed column has the same values."""


@dataclass
class EditionDiff:
    """The differences between two editions of a table. Counts are complete; lists have a limit."""

    old: str
    new: str
    key: list[str]
    rows_old: int
    rows_new: int
    rows_added: int = 0
    rows_gone: int = 0
    rows_rekeyed: int = 0
    added_keys: list[str] = field(default_factory=list)
    gone_keys: list[str] = field(default_factory=list)
    rekeyed: list[dict[str, str]] = field(default_factory=list)
    columns: list[ColumnChange] = field(default_factory=list)
    shown: int = SHOWN

    def as_dict(self) -> dict[str, Any]:
        """Return the differences as values for JSON, as `editions.schema.json` describes them."""
        return {name: value for name, value in asdict(self).items() if name != "shown"}


def find_key(old: pd.DataFrame, new: pd.DataFrame) -> list[str]:
    """Return the columns that identify a row in both editions; empty if none do.

    A column is preferred if most of its values are in both editions, then if its name ends in "id", then by its place.
    Pairs of columns are tried if no single column identifies the rows.
    """
    common = [c for c in new.columns if c in old.columns]

    def identifies(names: tuple[str, ...]) -> bool:
        if len(names) == 1 and not (old[names[0]].is_unique and new[names[0]].is_unique):
            return False
        frames = (frame[list(names)] for frame in (old, new))
        return all(not frame.duplicated().any() and (frame != "").all(axis=None) for frame in frames)

    def worth(names: tuple[str, ...]) -> tuple[bool, bool, int]:
        sides = [set(frame[list(names)].itertuples(index=False, name=None)) for frame in (old, new)]
        shared = len(sides[0] & sides[1]) / max(min(map(len, sides)), 1)
        return shared < 0.5, not names[0].casefold().endswith("id"), common.index(names[0])

    for size in (1, 2):
        pool = common if size == 1 else [c for c in common if old[c].nunique() > 1][:12]
        found = [names for names in itertools.combinations(pool, size) if identifies(names)]
        if found:
            return list(min(found, key=lambda names: worth(tuple(names))))
    return []


def _same_column(old: pd.Series, new: pd.Series) -> bool:
    """Return whether two columns have the same values in the rows that have another value than the usual one."""
    usual = old.mode().iloc[0] if len(old) else ""
    telling = (old != usual) | (new != usual)
    return int(telling.sum()) >= 3 and float((old == new)[telling].mean()) >= ALIKE


def _renamed(old: pd.DataFrame, new: pd.DataFrame) -> dict[str, str]:
    """Return dropped columns whose values an added column has, by old name; a column is used once."""
    dropped = [c for c in old.columns if c not in new.columns]
    added = [c for c in new.columns if c not in old.columns]
    found: dict[str, str] = {}
    for one in dropped:
        match = next((c for c in added if c not in found.values() and _same_column(old[one], new[c])), None)
        if match:
            found[one] = match
    return found


def _labels(frame: pd.DataFrame, key: list[str]) -> pd.Index:
    joined = frame[key[0]]
    for name in key[1:]:
        joined = joined + ", " + frame[name]
    return pd.Index(joined.astype("str"))


def _rekeyed(gone: pd.DataFrame, come: pd.DataFrame, key: list[str]) -> Iterator[dict[str, str]]:
    """Yield rows whose key changed while everything else stayed the same, if no other row has that content."""
    content = [c for c in come.columns if c in gone.columns and c not in key]
    if not content or gone.empty or come.empty:
        return
    sides = []
    for frame in (gone, come):
        texts = frame[content].agg("\x1f".join, axis=1)
        sides.append(dict(zip(texts[~texts.duplicated(keep=False)], frame.index, strict=False)))
    for text, label in sides[0].items():
        if text in sides[1] and text.strip("\x1f"):
            yield {"from": str(label), "to": str(sides[1][text])}


def diff_editions(old: str | Path, new: str | Path, key: list[str] | None = None, shown: int = SHOWN) -> EditionDiff:
    """Compare two editions of a table.

    Parameters
    ----------
    old, new : str or Path
        Files: CSV, xlsx, Parquet or Stata, each in its own format.
    key : list of str, optional
        The columns that identify a row. Default: they are found.
    shown : int
        At most so many keys of rows, and changed values of a column, are listed; counts are complete.

    Raises
    ------
    CouldNotRun
        If a file cannot be read, or no columns identify its rows.
    """
    paths = Path(old), Path(new)
    before, after = read_table(paths[0]), read_table(paths[1])
    for name in key or []:
        if name not in before.columns or name not in after.columns:
            raise CouldNotRun.of("no-key:unknown", name=name)
    keys = key or find_key(before, after)
    if not keys:
        raise CouldNotRun.of("no-key", old=paths[0].name, new=paths[1].name)
    before.index, after.index = _labels(before, keys), _labels(after, keys)
    if before.index.has_duplicates or after.index.has_duplicates:
        raise CouldNotRun.of("no-key:duplicated", name=", ".join(keys))
    result = EditionDiff(paths[0].name, paths[1].name, keys, len(before), len(after), shown=shown)
    shared = after.index.intersection(before.index)
    gone, come = before.drop(shared), after.drop(shared)
    result.rekeyed = list(_rekeyed(gone, come, keys))
    moved = {pair["from"] for pair in result.rekeyed}, {pair["to"] for pair in result.rekeyed}
    gone, come = gone.drop(list(moved[0])), come.drop(list(moved[1]))
    result.rows_gone, result.rows_added = len(gone), len(come)
    result.gone_keys, result.added_keys = list(gone.index[:shown]), list(come.index[:shown])
    result.rows_rekeyed, result.rekeyed = len(result.rekeyed), result.rekeyed[:shown]
    result.columns = list(_columns(before.loc[shared], after.loc[shared], keys))
    for column in result.columns:
        column.distinct, column.values = len(column.values), column.values[:shown]
    return result


def _columns(before: pd.DataFrame, after: pd.DataFrame, keys: list[str]) -> Iterator[ColumnChange]:
    renamed = _renamed(before, after)
    for one in before.columns:
        other = renamed.get(one, one)
        if one in renamed:
            yield ColumnChange("renamed", one, one, other)
        elif one not in after.columns:
            yield ColumnChange("dropped", one)
            continue
        change = None if one in keys else column_change(other, before[one], after[other])
        if change:
            yield change
    yield from (
        ColumnChange("added", c) for c in after.columns if c not in before.columns and c not in renamed.values()
    )
