"""Which unit of one pass is which unit of the other: one to one, by the overlap of their anchors.

Two units may be the same if their anchors share at least half of the words of the shorter one: coders are told to take
the shortest run of words that bears the codes, and one who takes in a clause more has still seen the same unit. Among
those, the assignment is the one whose overlaps, as Jaccard coefficients of the anchored code points, have the largest
sum (Kuhn 1955); ties go to the pairs that stand nearest in the order of the two passes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clausula.agreement.passes import Span, Unit

THRESHOLD = 0.5
"""Least share of the shorter anchor that two anchors of one unit have in common."""

_TIE = 1e-9
"""Weight of the order of the text: far below any difference of overlaps."""


@dataclass(frozen=True)
class Unmatched:
    """A unit that one pass has and the other has not.

    Attributes
    ----------
    side : str
        a or b: the pass that has it.
    inside : tuple of str
        Units of the other pass that overlap it and are matched to others: one pass split what the other joined.
    """

    side: str
    unit: Unit
    inside: tuple[str, ...] = ()


@dataclass(frozen=True)
class Matching:
    """The units of two passes: those that both have, and the others."""

    pairs: list[tuple[Unit, Unit]]
    unmatched: list[Unmatched]


def length(spans: Sequence[Span]) -> int:
    """Number of code points in the union of spans."""
    covered, last = 0, 0
    for start, end in sorted(spans):
        covered += max(0, end - max(start, last))
        last = max(last, end)
    return covered


def shared(one: Sequence[Span], other: Sequence[Span]) -> int:
    """Number of code points that two unions of spans have in common."""
    return length(one) + length(other) - length([*one, *other])


def likeness(one: Sequence[Span], other: Sequence[Span], threshold: float = THRESHOLD) -> float:
    """Jaccard coefficient of two unions of spans; 0 if they share less of the shorter than the threshold."""
    common, short = shared(one, other), min(length(one), length(other))
    if not common or common < threshold * short:
        return 0.0
    return common / (length(one) + length(other) - common)


def match(a: Sequence[Unit], b: Sequence[Unit], threshold: float = THRESHOLD) -> Matching:
    """Match the units of one kind that two passes found in one source.

    Parameters
    ----------
    a, b : sequence of Unit
        In the order of the text.
    threshold : float
        Least share of the shorter anchor that must be common.
    """
    from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped,unused-ignore]

    weights = np.array([[likeness(x.spans, y.spans, threshold) for y in b] for x in a]).reshape(len(a), len(b))
    order = np.abs(np.arange(len(a))[:, None] / max(len(a), 1) - np.arange(len(b))[None, :] / max(len(b), 1))
    rows, columns = linear_sum_assignment(np.where(weights > 0, weights - _TIE * order, 0.0), maximize=True)
    chosen = [(int(i), int(j)) for i, j in zip(rows, columns, strict=True) if weights[i, j] > 0]
    left, right = {i for i, _ in chosen}, {j for _, j in chosen}
    alone = [
        Unmatched("a", x, tuple(b[int(j)].name for j in np.flatnonzero(weights[i])))
        for i, x in enumerate(a)
        if i not in left
    ]
    alone += [
        Unmatched("b", y, tuple(a[int(i)].name for i in np.flatnonzero(weights[:, j])))
        for j, y in enumerate(b)
        if j not in right
    ]
    return Matching([(a[i], b[j]) for i, j in chosen], alone)
