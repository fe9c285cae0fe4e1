"""What happened to a column between two editions of a table: turned round, rescaled, recoded, retyped, or edited."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

MOST = 0.8
"""The share of the rows with a value that must have gone to one other value for it to count as recoded."""

CODED = 60
"""The largest number of different values of a column whose changes are counted value by value."""

_DATES = {"ISO date": r"\d{4}-\d{1,2}-\d{1,2}", "date with slashes": r"\d{1,2}[/.]\d{1,2}[/.]\d{4}"}


@dataclass
class ColumnChange:
    """The change of one column on the rows that both editions have.

    Attributes
    ----------
    kind : str
        "added", "dropped", "renamed", "retyped", "turned", "rescaled", "recoded" or "edited".
    old, new : str, optional
        Names, types or formulas before and after.
    changed, rows : int
        Number of changed cells, and of rows that both editions have.
    values : list
        Changes from one value to another, each with its count, the most frequent first; perhaps not all.
    distinct : int
        Number of different changes from one value to another.
    """

    kind: str
    column: str
    old: str | None = None
    new: str | None = None
    changed: int = 0
    rows: int = 0
    values: list[dict[str, Any]] = field(default_factory=list)
    distinct: int = 0


def type_of(values: pd.Series) -> str:
    """Return the type of a column of texts: integer, number, ISO date, date with slashes, text, or empty."""
    filled = values[values != ""]
    if filled.empty:
        return "empty"
    if filled.str.fullmatch(r"[+-]?\d+").all():
        return "integer"
    if pd.to_numeric(filled, errors="coerce").notna().all():
        return "number"
    for name, pattern in _DATES.items():
        if filled.str.fullmatch(pattern).all():
            return name
    return "text"


def _transitions(old: pd.Series, new: pd.Series) -> list[dict[str, Any]]:
    differs = old != new
    counted = Counter(zip(old[differs].astype(str), new[differs].astype(str), strict=True))
    ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return [{"from": a, "to": b, "count": n} for (a, b), n in ordered]


def _turned(old: pd.Series, new: pd.Series, differs: pd.Series) -> bool:
    """Return whether the ends of a scale were exchanged."""
    numbers = pd.to_numeric(old, errors="coerce"), pd.to_numeric(new, errors="coerce")
    values = sorted(set(old[old != ""]))
    if len(values) == 2 and set(new[new != ""]) == set(values):
        exchanged = new == old.map({values[0]: values[1], values[1]: values[0]})
        return all(exchanged[old == value].mean() >= MOST for value in values)
    if len(values) < 3 or numbers[0].isna().all() or differs.mean() < 0.2 or len(values) > CODED:
        return False
    ends = numbers[0].min() + numbers[0].max()
    known = numbers[0].notna() & numbers[1].notna()
    return bool((numbers[1] == ends - numbers[0])[known].mean() >= MOST)


def _rescaled(old: pd.Series, new: pd.Series) -> tuple[float, float] | None:
    """Return the factor and the constant by which the numbers were multiplied and moved, None if there are none."""
    a, b = pd.to_numeric(old, errors="coerce"), pd.to_numeric(new, errors="coerce")
    known = a.notna() & b.notna()
    if known.sum() < 3 or known.mean() < MOST * (old != "").mean() or a[known].nunique() < 3:
        return None
    x, y = a[known].to_numpy(float), b[known].to_numpy(float)
    low, high = int(np.argmin(x)), int(np.argmax(x))
    factor = (y[high] - y[low]) / (x[high] - x[low])
    if not np.isfinite(factor) or factor == 0:
        return None
    constant = y[low] - factor * x[low]
    close = np.isclose(y, factor * x + constant, rtol=1e-6, atol=1e-6)
    same = np.isclose(factor, 1) and np.isclose(constant, 0)
    return None if close.mean() < 0.9 or same else (float(factor), float(constant))


def _recoded(values: list[dict[str, Any]], old: pd.Series) -> bool:
    """Return whether all cells, or most, with some value went to one other value."""
    totals = old.value_counts()
    return any(pair["count"] >= MOST * totals[pair["from"]] and pair["count"] >= 2 for pair in values)


def column_change(name: str, old: pd.Series, new: pd.Series) -> ColumnChange | None:
    """Return what happened to a column, None if no cell changed. The two series have the same rows."""
    differs = old != new
    if not differs.any():
        return None
    values = _transitions(old, new)
    counted = {"changed": int(differs.sum()), "rows": len(old), "values": values[:CODED]}
    types = type_of(old), type_of(new)
    if _turned(old, new, differs):
        return ColumnChange("turned", name, **counted)  # type: ignore[arg-type]
    scale = _rescaled(old, new)
    if scale:
        formula = re.sub(r"\+ -", "- ", f"{scale[0]:g} x + {scale[1]:g}")
        return ColumnChange("rescaled", name, "x", formula, **counted)  # type: ignore[arg-type]
    if types[0] != types[1] and "empty" not in types and differs.mean() >= 0.5 * (old != "").mean():
        return ColumnChange("retyped", name, *types, **counted)  # type: ignore[arg-type]
    if old.nunique() <= CODED and _recoded(values, old):
        return ColumnChange("recoded", name, **counted)  # type: ignore[arg-type]
    return ColumnChange("edited", name, **counted)  # type: ignore[arg-type]
