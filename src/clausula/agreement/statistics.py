"""Krippendorff's alpha for two passes, with its distances and its bootstrap interval.

Alpha is 1 - D_o / D_e: the disagreement that is observed over the one that would be expected if values were dealt out
at random (Krippendorff 2018, chapter 12). It is computed by the library `krippendorff`; the resampled values by the
same coincidences, all draws at once, and a test proves the two equal. Sets are compared by the distance of Passonneau
(2006), MASI: one minus the Jaccard coefficient times 1, 2/3, 1/3 or 0 for sets that are equal, one within the other,
overlapping, or apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

DRAWS = 2000
SEED = 1
CONFIDENCE = 0.95
DEFINED = 0.95
"""Least share of draws in which alpha must be defined for an interval to be given."""

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Alpha:
    """Alpha of one variable.

    Attributes
    ----------
    n : int
        Pairs of values.
    percent : float or None
        Share of the pairs that are equal; None without pairs.
    value : float or None
        None where it is not defined: no pairs, or one value only.
    low, high : float or None
        Percentile interval; None where nothing varies over the draws or too few draws have an alpha.
    """

    n: int
    percent: float | None
    value: float | None
    low: float | None = None
    high: float | None = None


def masi(one: frozenset[str], other: frozenset[str]) -> float:
    """Distance of two sets, from 0 (equal) to 1 (apart); two empty sets are equal (Passonneau 2006)."""
    if one == other:
        return 0.0
    common = one & other
    if not common:
        return 1.0
    likeness = 2 / 3 if one <= other or other <= one else 1 / 3
    return 1.0 - likeness * len(common) / len(one | other)


def domain(values: Sequence[Any], metric: str) -> list[Any]:
    """The values that occur, each once, in the order of the scale."""
    return sorted(set(values), key=sorted if metric == "sets" else None)


def distances(values: Sequence[Any], metric: str) -> Array | None:
    """Squared distances between the values of a domain; None for the ordinal level, where they depend on the counts."""
    if metric == "ordinal":
        return None
    if metric == "sets":
        return np.array([[masi(v, w) for w in values] for v in values])
    if metric == "nominal":
        return 1.0 - np.eye(len(values))
    scale = np.array(values, dtype=float)
    gap, total = scale[:, None] - scale[None, :], scale[:, None] + scale[None, :]
    if metric == "interval":
        return np.asarray(gap**2)
    return np.asarray(np.divide(gap, total, out=np.zeros_like(gap), where=total != 0) ** 2)


def _ordinal(counts: Array) -> Array:
    """Squared ordinal distances for each row of counts: the ranks between two values, the outer ones by half."""
    middle = np.cumsum(counts, axis=-1) - counts / 2
    return np.asarray((middle[..., :, None] - middle[..., None, :]) ** 2)


def alphas(a: Array, b: Array, size: int, fixed: Array | None, weights: Array) -> Array:
    """Alpha of pairs of values under several weightings of the pairs at once.

    Parameters
    ----------
    a, b : arrays of int, shape (n,)
        The values of the two passes as places in the domain.
    size : int
        Number of values in the domain.
    fixed : array, shape (size, size), or None
        Squared distances; None for the ordinal level.
    weights : array, shape (draws, n)
        How often each pair counts.

    Returns
    -------
    array of float, shape (draws,)
        NaN where alpha is not defined.
    """
    eye = np.eye(size)
    counts = weights @ (eye[a] + eye[b])
    total = counts.sum(axis=1)
    if fixed is None:
        spread = _ordinal(counts)
        apart = spread[:, a, b]
        expected = np.einsum("di,dij,dj->d", counts, spread, counts)
    else:
        apart = np.broadcast_to(fixed[a, b], weights.shape)
        expected = np.einsum("di,ij,dj->d", counts, fixed, counts)
    observed = (weights * apart).sum(axis=1) / np.maximum(weights.sum(axis=1), 1)
    expected = np.divide(expected, total * (total - 1), out=np.zeros_like(expected), where=total > 1)
    undefined = np.full_like(expected, np.nan)
    return np.asarray(1 - np.divide(observed, expected, out=undefined, where=expected > 0))


def _point(a: Array, b: Array, values: Sequence[Any], metric: str) -> float:
    """Alpha by the library."""
    import krippendorff  # type: ignore[import-untyped,unused-ignore]

    eye = np.eye(len(values), dtype=int)
    scale = values if metric in ("interval", "ratio") else range(len(values))
    table = distances(values, metric)

    def between(*_: Array, i1: Array, i2: Array, **__: Any) -> Any:
        """Squared distances of sets, by their places in the domain."""
        assert table is not None
        return table[i1, i2]

    level: Any = between if metric == "sets" else metric
    counts = eye[a] + eye[b]
    return float(krippendorff.alpha(value_counts=counts, value_domain=list(scale), level_of_measurement=level))


def draws_of(clusters: Sequence[Hashable], draws: int = DRAWS) -> Array:
    """How often each pair counts in each draw, whole clusters being drawn.

    The generator is the old one of numpy, whose stream is guaranteed never to change.
    """
    names = list(dict.fromkeys(clusters))
    place = {name: i for i, name in enumerate(names)}
    generator = np.random.RandomState(SEED)
    drawn = generator.randint(0, len(names), size=(draws, len(names)))
    times = np.zeros((draws, len(names)))
    np.add.at(times, (np.arange(draws)[:, None], drawn), 1)
    return np.asarray(times[:, [place[c] for c in clusters]])


def interval(values: Array) -> tuple[float, float] | None:
    """Percentile interval of resampled values; None where too few are defined, or none differs from another."""
    known = values[~np.isnan(values)]
    if len(known) < DEFINED * len(values) or np.ptp(known) < 1e-12:
        return None
    tail = (1 - CONFIDENCE) / 2 * 100
    low, high = np.percentile(known, [tail, 100 - tail])
    return float(low), float(high)


def agreement(
    pairs: Sequence[tuple[Any, Any]], metric: str, clusters: Sequence[Hashable] | None = None, draws: int = DRAWS
) -> Alpha:
    """Percent agreement and Krippendorff's alpha of two passes on one variable.

    Parameters
    ----------
    pairs : sequence of (value, value)
        Texts on the nominal level, numbers on the others, frozensets for sets.
    metric : str
        nominal, ordinal, interval, ratio or sets.
    clusters : sequence, optional
        The unit to which each pair belongs, where a unit has several; units are drawn whole.
    draws : int
        Number of bootstrap draws; 0 for none.
    """
    if not pairs:
        return Alpha(0, None, None)
    percent = sum(a == b for a, b in pairs) / len(pairs)
    values = domain([v for pair in pairs for v in pair], metric)
    if len(values) < 2:
        return Alpha(len(pairs), percent, None)
    place = {value: i for i, value in enumerate(values)}
    a, b = (np.array([place[pair[side]] for pair in pairs]) for side in (0, 1))
    value = _point(a, b, values, metric)
    found = None
    if draws:
        weights = draws_of(clusters or range(len(pairs)), draws)
        found = interval(alphas(a, b, len(values), distances(values, metric), weights))
    return Alpha(len(pairs), percent, value, *(found or (None, None)))


def binary(counts: Array) -> Alpha:
    """Nominal alpha out of a table of how often the first pass said no or yes where the second did, shape (2, 2)."""
    n = int(counts.sum())
    if not n:
        return Alpha(0, None, None)
    percent = float(np.trace(counts) / n)
    told = counts.sum(axis=0) + counts.sum(axis=1)
    expected = 2 * told[0] * told[1] / (2 * n * (2 * n - 1))
    return Alpha(n, percent, None if expected == 0 else float(1 - (1 - percent) / expected))


def confusion(pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """How often the first pass said one value where the second said another."""
    return dict(sorted(Counter(pairs).items()))
