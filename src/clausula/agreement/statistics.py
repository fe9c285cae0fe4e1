"""Krippendorff's alpha for two passes, with its distances and its bootstrap interval.

Alpha is 1 - D_o / D_e: one minus the observed disagreement divided by the disagreement expected if values were assigned
at random (Krippendorff 2018, chapter 12). The library `krippendorff` computes the point estimate. The values of the
bootstrap resamples are computed from the same coincidence matrices, all resamples at once; a test checks that the two
methods give the same result. Sets are compared with the MASI distance of Passonneau (2006): one minus the Jaccard
coefficient times 1, 2/3, 1/3 or 0 for sets that are equal, nested, overlapping or disjoint.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

DRAWS = 2000
MIN_DRAWS = 200
MAX_CELLS = 20_000_000
"""The number of cells, draws times clusters, above which fewer are drawn: so many units have a narrow interval."""

FEW = 100
"""The number of values up to which products are computed on one thread; several threads would wait for each other."""

MAX_DENSE = 5_000_000
"""The number of cells of a matrix above which the same figure is computed without the matrix."""

CHUNK_CELLS = 2_000_000
"""The number of cells of draws and pairs that are held at a time."""

CELLS_AT_ONCE = 200_000
"""The number of cells that are drawn at a time: few enough to stay in the cache of a processor."""

KEPT_BYTES = 60_000_000
"""How many bytes of drawn numbers are kept: most variables of a source, and of sources of its length, need the same."""

SEED = 1
CONFIDENCE = 0.95
MIN_DEFINED = 0.95
"""Smallest share of resamples in which alpha must be defined for an interval to be reported."""

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Alpha:
    """Agreement on one variable.

    Attributes
    ----------
    n : int
        Number of pairs of values.
    proportion : float or None
        Share of pairs with identical values, from 0 to 1; None if there are no pairs.
    value : float or None
        Krippendorff's alpha; None if it is undefined: no pairs, or only one value.
    low, high : float or None
        Bounds of the percentile interval; None if nothing varies or too few resamples have a defined alpha.
    """

    n: int
    proportion: float | None
    value: float | None
    low: float | None = None
    high: float | None = None


def masi(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the MASI distance of two sets, from 0 (equal, or both empty) to 1 (disjoint) (Passonneau 2006)."""
    if one == other:
        return 0.0
    common = one & other
    if not common:
        return 1.0
    monotonicity = 2 / 3 if one <= other or other <= one else 1 / 3
    return 1.0 - monotonicity * len(common) / len(one | other)


def domain(values: Sequence[Any], metric: str) -> list[Any]:
    """Return the distinct values in the order of the scale."""
    return sorted(set(values), key=sorted if metric == "sets" else None)


def distances(values: Sequence[Any], metric: str) -> Array | None:
    """Return squared distances between values; None on the ordinal level, where they depend on the counts."""
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


def _ordinal_distances(counts: Array) -> Array:
    """Return squared ordinal distances for each row of counts: ranks between two values, the outer ones by half."""
    middle = np.cumsum(counts, axis=-1) - counts / 2
    return np.asarray((middle[..., :, None] - middle[..., None, :]) ** 2)


def _totals(groups: Sequence[Array], amounts: Sequence[Array], size: int, weights: Array) -> Array:
    """Return the weighted sum of the amounts of each group in each draw, with a row for each group.

    Parameters
    ----------
    groups, amounts : sequences of arrays, each of shape (n,)
        One or more groups of each pair, as indices, and what it adds to them.
    size : int
        Number of groups.
    weights : array, shape (draws, n)
    """
    from scipy.sparse import csr_array  # type: ignore[import-untyped,unused-ignore]

    pairs, of = np.tile(np.arange(weights.shape[1]), len(groups)), np.concatenate(groups)
    order, first = np.lexsort((pairs, of)), np.concatenate(([0], np.cumsum(np.bincount(of, minlength=size))))
    matrix = csr_array((np.concatenate(amounts)[order], pairs[order], first), shape=(size, weights.shape[1]))
    return np.asarray(matrix @ weights.T)


def alphas(a: Array, b: Array, size: int, fixed: Array | None, weights: Array) -> Array:
    """Return alpha of the same pairs of values for several weightings of the pairs at once.

    Parameters
    ----------
    a, b : arrays of int, shape (n,)
        The values of the two passes as indices into the domain.
    size : int
        Number of values in the domain.
    fixed : array, shape (size, size), or None
        Squared distances; None on the ordinal level.
    weights : array, shape (draws, n)
        Number of times that each pair counts in each draw.

    Returns
    -------
    array of float, shape (draws,)
        NaN if alpha is undefined.
    """
    from scipy.sparse import csr_array  # type: ignore[import-untyped,unused-ignore]

    one = np.ones(len(a))
    if fixed is None:
        both, kind = np.unique(np.stack([a, b]), axis=1, return_inverse=True)
        sums = _totals([a, b, size + kind.reshape(-1)], [one, one, one], size + both.shape[1], weights)
        counts, times = sums[:size].T, sums[size:].T
        spread = _ordinal_distances(counts)
        disagreement = (times * spread[:, both[0], both[1]]).sum(axis=1)
        expected = np.einsum("di,dij,dj->d", counts, spread, counts)
        total = counts.sum(axis=1)
    else:
        sums = _totals([a, b, np.full(len(a), size)], [one, one, fixed[a, b]], size + 1, weights)
        times, disagreement = sums[:size], sums[size]
        total = times.sum(axis=0)
        if np.array_equal(fixed, 1.0 - np.eye(size)):
            expected = total**2 - (times**2).sum(axis=0)
        else:
            expected = ((fixed if size > FEW else csr_array(fixed)) @ times * times).sum(axis=0)
    observed = disagreement / np.maximum(total / 2, 1)
    expected = np.divide(expected, total * (total - 1), out=np.zeros_like(expected), where=total > 1)
    undefined = np.full_like(expected, np.nan)
    return np.asarray(1 - np.divide(observed, expected, out=undefined, where=expected > 0))


def _point_estimate(a: Array, b: Array, values: Sequence[Any], metric: str, table: Array | None) -> float:
    """Return alpha as computed by the library `krippendorff`, with our `distances` of sets."""
    if len(a) * len(values) ** 2 > MAX_DENSE:  # the library has a matrix of all values for each pair
        return float(alphas(a, b, len(values), table, np.ones((1, len(a))))[0])
    import krippendorff  # type: ignore[import-untyped,unused-ignore]

    eye = np.eye(len(values), dtype=int)
    scale = values if metric in ("interval", "ratio") else range(len(values))

    def between(*_: Array, i1: Array, i2: Array, **__: Any) -> Any:
        """Return the squared distances of sets, given their indices in the domain."""
        assert table is not None
        return table[i1, i2]

    level: Any = between if metric == "sets" else metric
    counts = eye[a] + eye[b]
    return float(krippendorff.alpha(value_counts=counts, value_domain=list(scale), level_of_measurement=level))


def bootstrap_weights(clusters: Sequence[Hashable], draws: int = DRAWS) -> Iterator[Array]:
    """Draw whole clusters with replacement, and yield how often each pair counts in each draw, some draws at a time.

    The random numbers come from NumPy's legacy generator, whose stream is guaranteed not to change.

    Yields
    ------
    array of float, shape (some draws, number of pairs)
    """
    place = {name: i for i, name in enumerate(dict.fromkeys(clusters))}
    at = None if len(place) == len(clusters) else np.array([place[c] for c in clusters])
    times = _times_drawn(len(place), draws_for(len(place), draws))
    rows = max(1, CHUNK_CELLS // max(len(clusters), 1))
    if at is None and rows >= times.shape[1]:
        yield _as_weights(len(place), times.shape[1])
        return
    for start in range(0, times.shape[1], rows):
        part = times[:, start : start + rows]
        yield (part if at is None else part.take(at, axis=0)).astype(float, order="C").T


@lru_cache(maxsize=1)
def _as_weights(number: int, draws: int) -> Array:
    weights = _times_drawn(number, draws).astype(float, order="C").T
    weights.setflags(write=False)
    return weights


def draws_for(clusters: int, draws: int = DRAWS) -> int:
    """Return the number of draws for a number of clusters: all of them, or fewer if there are many clusters."""
    return min(draws, max(MIN_DRAWS, MAX_CELLS // max(clusters, 1)))


_kept: OrderedDict[tuple[int, int], Array] = OrderedDict()


def _times_drawn(number: int, draws: int) -> Array:
    """Return how often each of a number of clusters is drawn, by cluster and draw; it is shared and read-only."""
    found = _kept.pop((number, draws), None)
    if found is None:
        found = _draw(number, draws)
        kept = sum(times.nbytes for times in _kept.values()) + found.nbytes
        while _kept and kept > KEPT_BYTES:
            kept -= _kept.popitem(last=False)[1].nbytes
    _kept[number, draws] = found
    return found


def _draw(number: int, draws: int) -> Array:
    random, rows = np.random.RandomState(SEED), max(1, CELLS_AT_ONCE // max(number, 1))
    times = np.empty((number, draws), dtype=np.uint16)
    for start in range(0, draws, rows):
        size = min(rows, draws - start)
        cells = random.randint(0, number, size=(size, number))
        cells += np.arange(size)[:, None] * number
        times[:, start : start + size] = np.bincount(cells.ravel(), minlength=size * number).reshape(size, number).T
    times.setflags(write=False)
    return times


def percentile_interval(values: Array) -> tuple[float, float] | None:
    """Return the percentile interval of resampled values; None if too few are defined or all are equal."""
    known = values[~np.isnan(values)]
    if len(known) < MIN_DEFINED * len(values) or np.ptp(known) < 1e-12:
        return None
    tail = (1 - CONFIDENCE) / 2 * 100
    low, high = np.percentile(known, [tail, 100 - tail])
    return float(low), float(high)


def agreement(
    pairs: Sequence[tuple[Any, Any]], metric: str, clusters: Sequence[Hashable] | None = None, draws: int = DRAWS
) -> Alpha:
    """Return the proportion of agreement and Krippendorff's alpha of two passes on one variable.

    Parameters
    ----------
    pairs : sequence of (value, value)
        Texts on the nominal level, numbers on the others, frozensets for sets.
    metric : str
        nominal, ordinal, interval, ratio or sets.
    clusters : sequence, optional
        The unit that each pair belongs to, if units have several pairs; whole units are drawn.
    draws : int
        Number of bootstrap draws; 0 for no interval.
    """
    if not pairs:
        return Alpha(0, None, None)
    proportion = sum(a == b for a, b in pairs) / len(pairs)
    values = domain([v for pair in pairs for v in pair], metric)
    if len(values) < 2:
        return Alpha(len(pairs), proportion, None)
    if proportion == 1:  # in every draw as well
        return Alpha(len(pairs), proportion, 1.0)
    place = {value: i for i, value in enumerate(values)}
    a, b = (np.array([place[pair[side]] for pair in pairs]) for side in (0, 1))
    fixed, found = distances(values, metric), None
    value = _point_estimate(a, b, values, metric, fixed)
    if draws:
        drawn = bootstrap_weights(clusters or range(len(pairs)), draws)
        found = percentile_interval(np.concatenate([alphas(a, b, len(values), fixed, part) for part in drawn]))
    return Alpha(len(pairs), proportion, value, *(found or (None, None)))


def binary_alpha(counts: Array) -> Alpha:
    """Return nominal alpha of a yes/no variable from a contingency table.

    Parameters
    ----------
    counts : array, shape (2, 2)
        Number of cases by the value of the first pass (rows) and of the second (columns), no before yes.
    """
    n = int(counts.sum())
    if not n:
        return Alpha(0, None, None)
    proportion = float(np.trace(counts) / n)
    totals = counts.sum(axis=0) + counts.sum(axis=1)
    expected = 2 * totals[0] * totals[1] / (2 * n * (2 * n - 1))
    return Alpha(n, proportion, None if expected == 0 else float(1 - (1 - proportion) / expected))


def confusion(pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Count the combinations of values: how often the first pass has one value and the second pass another."""
    return dict(sorted(Counter(pairs).items()))
