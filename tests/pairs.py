"""Cases of a matrix: every row and every column at least once in `make test`, all pairs in `make test-exhaustive`."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pytest


def pairs(rows: Collection[Any], columns: Collection[Any]) -> list[Any]:
    """Return all pairs as parameters; those beyond one per row and column are marked as exhaustive."""
    quick = {(number % len(rows), number % len(columns)) for number in range(max(len(rows), len(columns)))}
    return [
        pytest.param(row, column, marks=() if (i, j) in quick else pytest.mark.exhaustive)
        for i, row in enumerate(rows)
        for j, column in enumerate(columns)
    ]


def chosen(cases: Collection[Any], quick: Collection[Any]) -> list[Any]:
    """Return all cases as parameters; those that are not among the quick ones are marked as exhaustive."""
    unknown = [case for case in quick if case not in cases]
    assert not unknown, f"not among the cases: {unknown}"
    return [pytest.param(case, marks=() if case in quick else pytest.mark.exhaustive) for case in cases]
