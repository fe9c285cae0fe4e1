"""One-to-one matching of the units of two passes by the overlap of their anchors.

Two units can be matched if their anchors share at least half of the shorter one. Coders anchor the shortest span that
supports the codes, and a coder who includes one more clause has still coded the same unit. The chosen assignment
maximises the sum of the overlaps, measured as Jaccard coefficients of the anchored code points (Kuhn 1955). Several
units of one sentence often have the same anchor in both passes: of equal overlaps, those that agree on what the unit is
about count more, and then those that are closest in the order of the two passes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from clausula.agreement.passes import Span, Unit

Array = np.ndarray[Any, np.dtype[Any]]

THRESHOLD = 0.5
"""Smallest share of the shorter anchor that the anchors of two matched units have in common."""

CONTENT = 0.1
"""The weight of the content of two units, compared with their overlap of at most 1."""

DECIDED = 10.0
"""The weight of a pair on which a conflict was decided, larger than that of any other."""

CONTENT_FIELDS = ("topic_id", "modality", "commitment_verb", "claimant_id", "form", "kind", "date")
"""Fields that say what a unit is about, whichever kind it is."""

_TIE = 1e-9
"""Weight of the order of the text, far smaller than any difference in overlap."""


@dataclass(frozen=True)
class Unmatched:
    """A unit that only one pass has.

    Attributes
    ----------
    side : str
        The pass that has it: a or b.
    inside : tuple of str
        Units of the other pass that overlap it but are matched to other units, because one pass split a unit.
    """

    side: str
    unit: Unit
    inside: tuple[str, ...] = ()


@dataclass(frozen=True)
class Matching:
    """The matched and unmatched units of two passes."""

    pairs: list[tuple[Unit, Unit]]
    unmatched: list[Unmatched]


def length(spans: Sequence[Span]) -> int:
    """Return the number of code points in the union of spans."""
    covered, last = 0, 0
    for start, end in sorted(spans):
        covered += max(0, end - max(start, last))
        last = max(last, end)
    return covered


def shared_length(one: Sequence[Span], other: Sequence[Span]) -> int:
    """Return the number of code points that two unions of spans have in common."""
    return length(one) + length(other) - length([*one, *other])


def overlap(one: Sequence[Span], other: Sequence[Span], threshold: float = THRESHOLD) -> float:
    """Return the Jaccard coefficient of two unions of spans; 0 if they share less of the shorter than the threshold."""
    common, short = shared_length(one, other), min(length(one), length(other))
    if not common or common < threshold * short:
        return 0.0
    return common / (length(one) + length(other) - common)


def _assign(weights: Array) -> list[tuple[int, int]]:
    """Return the pairs of a row and a column with the largest sum of weights; no pair has weight 0."""
    if ((weights > 0).sum(axis=0) <= 1).all() and ((weights > 0).sum(axis=1) <= 1).all():
        return [(int(i), int(j)) for i, j in np.argwhere(weights > 0)]
    from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped,unused-ignore]

    rows, columns = linear_sum_assignment(weights, maximize=True)
    return [(int(i), int(j)) for i, j in zip(rows, columns, strict=True) if weights[i, j] > 0]


def content(one: Unit, other: Unit) -> float:
    """Return the share of the fields on what a unit is about on which two units agree; 0 if neither has any."""
    known = [name for name in CONTENT_FIELDS if one.values.get(name) or other.values.get(name)]
    return sum(one.values.get(name) == other.values.get(name) for name in known) / max(len(known), 1)


def _overlaps(a: Sequence[Unit], b: Sequence[Unit], threshold: float) -> Array:
    """Return the overlap of every unit with every other; only those whose anchors reach each other are compared."""
    weights = np.zeros((len(a), len(b)))
    low, high = ([np.array([end(unit) for unit in one]) for one in (a, b)] for end in (_first, _last))
    if len(a) and len(b):
        for i, j in np.argwhere((low[0][:, None] < high[1][None, :]) & (low[1][None, :] < high[0][:, None])):
            weights[i, j] = overlap(a[i].spans, b[j].spans, threshold)
    return weights


def _first(unit: Unit) -> int:
    return min(start for start, _ in unit.spans)


def _last(unit: Unit) -> int:
    return max(end for _, end in unit.spans)


def match(
    a: Sequence[Unit], b: Sequence[Unit], threshold: float = THRESHOLD, decided: Collection[tuple[str, str]] = ()
) -> Matching:
    """Match the units of one kind that two passes coded in one source.

    Parameters
    ----------
    a, b : sequence of Unit
        Units in the order of the text.
    threshold : float
        Smallest share of the shorter anchor, from 0 to 1, that two matched units have in common.
    decided : collection of (str, str)
        Pairs of units on which a conflict was decided, which stay pairs; a unit that was decided to be in one pass only
        is paired with an empty name, and stays alone.
    """
    weights = _overlaps(a, b, threshold)
    preferred = weights.copy()
    for i, j in np.argwhere(weights > 0):
        preferred[i, j] += CONTENT * content(a[i], b[j]) + DECIDED * ((a[i].name, b[j].name) in decided)
        if (a[i].name, "") in decided or ("", b[j].name) in decided:
            preferred[i, j] = 0.0
    order = np.abs(np.arange(len(a))[:, None] / max(len(a), 1) - np.arange(len(b))[None, :] / max(len(b), 1))
    chosen = _assign(np.where(preferred > 0, preferred - _TIE * order, 0.0))
    left, right = {i for i, _ in chosen}, {j for _, j in chosen}
    unmatched = [
        Unmatched("a", x, tuple(b[int(j)].name for j in np.flatnonzero(weights[i])))
        for i, x in enumerate(a)
        if i not in left
    ]
    unmatched += [
        Unmatched("b", y, tuple(a[int(i)].name for i in np.flatnonzero(weights[:, j])))
        for j, y in enumerate(b)
        if j not in right
    ]
    return Matching([(a[i], b[j]) for i, j in chosen], unmatched)
