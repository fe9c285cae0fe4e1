"""Quantities as text, and the numbers of two provisions side by side."""

from __future__ import annotations

from typing import Any

import pandas as pd

SIGNS = {"at_most": "≤ ", "at_least": "≥ ", "about": "≈ "}
"""Sign of each qualifier; exact values have none."""

LARGE = {1e9: "billion", 1e6: "million"}
"""Words for large numbers, the largest first."""

COUNTED_UNITS = ("person", "hour", "day", "month", "year", "thing", "member")
"""Units that are words with a plural; the others are symbols or do not change."""


def unit_text(unit: str, value: float) -> str:
    """Return a unit as it is written after a value: 1 day, 2 days, 5 USD."""
    return f"{unit}s" if unit in COUNTED_UNITS and value != 1 else unit


def unit_of(row: Any) -> str:
    """Return the unit of a quantity: the currency code of an amount of money, otherwise the unit."""
    currency = row.get("currency")
    return str(row["unit"]) if currency is None or pd.isna(currency) else str(currency)


def number_text(value: float) -> str:
    """Return a number as it is said: 600,000, 100 billion."""
    for power, word in LARGE.items():
        if abs(value) >= power and float(f"{value / power:.4g}") * power == value:
            return f"{value / power:,.4g} {word}"
    return f"{value:,.15g}"


def quantity_text(row: Any, words: bool = False) -> str:
    """Return a quantity with its sign and unit: ≤ 10 km, 2 days; with `words`, 100 billion USD."""
    unit = unit_text(unit_of(row), row["value"])
    number = number_text(row["value"]) if words else f"{row['value']:,.15g}"
    return f"{SIGNS.get(str(row['qualifier']), '')}{number} {unit}"


Numbers = dict[tuple[str, str], list[float]]
"""The numbers of a provision, by measure and unit."""


def numbers_by_kind(quantities: pd.DataFrame) -> dict[str, Numbers]:
    """Return the numbers of each provision that has any, by measure and unit."""
    found: dict[str, Numbers] = {}
    for row in quantities.to_dict("records"):
        kinds = found.setdefault(str(row["provision_id"]), {})
        kinds.setdefault((str(row["measure"]), unit_of(row)), []).append(float(row["value"]))
    return found


def numbers_side_by_side(first: Numbers, second: Numbers) -> dict[str, Any] | None:
    """Return the first number that two provisions both state, with its difference; None if there is none.

    Numbers are comparable if measure and unit are the same, and no other number of either provision has the same.

    Returns
    -------
    dict or None
        `measure`, `unit` (str), `number_a`, `number_b`, `difference` (float).
    """
    for (measure, unit), values in first.items():
        others = second.get((measure, unit), [])
        if len(values) == len(others) == 1:
            a, b = values[0], others[0]
            return {"measure": measure, "unit": unit, "number_a": a, "number_b": b, "difference": b - a}
    return None
