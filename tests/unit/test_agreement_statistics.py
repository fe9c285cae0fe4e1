"""Agreement statistics, checked against published worked examples and against each other."""

from __future__ import annotations

import random

import numpy as np
import pytest

from clausula.agreement import statistics
from clausula.agreement.statistics import (
    Alpha,
    agreement,
    alphas,
    binary_alpha,
    bootstrap_weights,
    confusion,
    distances,
    domain,
    draws_for,
    masi,
    percentile_interval,
)

# Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), section C: four observers, twelve units.
OBSERVERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]
PUBLISHED = {"nominal": 0.743, "ordinal": 0.815, "interval": 0.849, "ratio": 0.797}


@pytest.mark.parametrize(("metric", "value"), PUBLISHED.items())
def test_library_gives_the_published_values(metric: str, value: float) -> None:
    import krippendorff

    data = np.array(OBSERVERS, dtype=float)
    assert krippendorff.alpha(reliability_data=data, level_of_measurement=metric) == pytest.approx(value, abs=5e-4)


def test_binary_data_of_two_observers() -> None:
    """Section A of Krippendorff (2011): ten units, two values, alpha 0.095."""
    meg = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    owen = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    pairs = [(str(a), str(b)) for a, b in zip(meg, owen, strict=True)]
    found = agreement(pairs, "nominal", draws=0)
    assert (found.n, found.proportion, round(found.value, 3)) == (10, 0.6, 0.095)
    counts = np.zeros((2, 2))
    np.add.at(counts, (meg, owen), 1)
    assert binary_alpha(counts).value == pytest.approx(found.value)


def test_nominal_data_of_two_observers() -> None:
    """Section B of Krippendorff (2011): twelve units, five values, alpha 0.692."""
    ben, gerry = "aabbdcccedda", "babbbccceddd"
    found = agreement(list(zip(ben, gerry, strict=True)), "nominal", draws=0)
    assert round(found.value, 3) == 0.692


@pytest.mark.parametrize("metric", ["nominal", "ordinal", "interval", "ratio", "sets"])
def test_resampled_alphas_equal_those_of_the_library(metric: str) -> None:
    """If every pair counts once, the result is alpha itself; in each draw, it is alpha of the drawn pairs."""
    generator = random.Random(metric)
    sets = [frozenset(), frozenset("a"), frozenset("ab"), frozenset("bc"), frozenset("d")]
    scale = {"nominal": list("vwxyz"), "sets": sets}.get(metric, [0.0, 1.0, 2.0, 5.0, 9.0])
    pairs = [
        (one, one if generator.random() < 0.7 else generator.choice(scale)) for one in generator.choices(scale, k=40)
    ]
    values = domain([v for pair in pairs for v in pair], metric)
    place = {value: i for i, value in enumerate(values)}
    a, b = (np.array([place[pair[side]] for pair in pairs]) for side in (0, 1))
    weights = np.vstack([np.ones(40), *bootstrap_weights(range(40), 5)])
    found = alphas(a, b, len(values), distances(values, metric), weights)
    assert found[0] == pytest.approx(agreement(pairs, metric, draws=0).value)
    for row, value in zip(weights[1:], found[1:], strict=True):
        drawn = [pair for pair, times in zip(pairs, row, strict=True) for _ in range(int(times))]
        if len({v for pair in drawn for v in pair}) == len(values):
            assert value == pytest.approx(agreement(drawn, metric, draws=0).value)


def test_ordinal_distance_counts_the_values_between() -> None:
    pairs = [(0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (2.0, 2.0)]
    # n = 3, 3, 2: distance of the first two is ((3 + 3) / 2) ** 2 = 9; the others 16 and 30.25 from ranks 1.5, 4.5, 7
    observed = 9 / 4
    expected = 2 * (3 * 3 * 9 + 3 * 2 * 5.5**2 + 3 * 2 * 2.5**2) / (8 * 7)
    assert agreement(pairs, "ordinal", draws=0).value == pytest.approx(1 - observed / expected)


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ("", "", 0.0),
        ("", "a", 1.0),
        ("a", "a", 0.0),
        ("a", "b", 1.0),
        ("a", "ab", 1 - 1 / 2 * 2 / 3),
        ("ab", "bc", 1 - 1 / 3 * 1 / 3),
        ("abc", "a", 1 - 1 / 3 * 2 / 3),
    ],
)
def test_masi(one: str, other: str, distance: float) -> None:
    assert masi(frozenset(one), frozenset(other)) == pytest.approx(distance)
    assert masi(frozenset(other), frozenset(one)) == pytest.approx(distance)


def test_alpha_of_sets_computed_by_hand() -> None:
    pairs = [(frozenset("a"), frozenset("a")), (frozenset("a"), frozenset("ab")), (frozenset(), frozenset())]
    observed = (2 / 3) / 3
    # values: a three times, ab once, the empty set twice
    expected = 2 * (3 * 1 * 2 / 3 + 3 * 2 * 1 + 1 * 2 * 1) / (6 * 5)
    assert agreement(pairs, "sets", draws=0).value == pytest.approx(1 - observed / expected)


def test_alpha_is_undefined_for_one_value_or_no_pairs() -> None:
    assert agreement([("x", "x")] * 9, "nominal") == Alpha(9, 1.0, None)
    assert agreement([], "ratio") == Alpha(0, None, None)
    assert binary_alpha(np.array([[5.0, 0.0], [0.0, 0.0]])) == Alpha(5, 1.0, None)


def test_perfect_agreement_has_no_interval() -> None:
    assert agreement([("x", "x"), ("y", "y")] * 20, "nominal") == Alpha(40, 1.0, 1.0)


def test_systematic_disagreement_is_negative() -> None:
    assert agreement([("x", "y"), ("y", "x")], "nominal", draws=0).value == pytest.approx(-0.5)


def test_rare_value_has_no_interval() -> None:
    """The single deviating unit is missing from more than a third of the draws, where alpha is undefined."""
    found = agreement([("x", "x")] * 30 + [("x", "y")], "nominal")
    assert (found.low, found.high) == (None, None)
    assert percentile_interval(np.array([np.nan] * 6 + [0.5, 0.6] * 47)) is None


def test_intervals_are_reproducible_and_contain_the_value() -> None:
    pairs = [("x", "x")] * 20 + [("y", "y")] * 20 + [("x", "y")] * 5
    one, other = agreement(pairs, "nominal"), agreement(pairs, "nominal")
    assert one == other
    assert one.low < one.value < one.high
    assert (round(one.low, 4), round(one.high, 4)) == (0.5739, 0.9546)


def test_rows_of_one_unit_are_drawn_together() -> None:
    pairs = [("x", "x"), ("y", "y"), ("x", "y")] * 10
    alone = agreement(pairs, "nominal")
    together = agreement(pairs, "nominal", clusters=[i // 3 for i in range(30)])
    assert alone.value == together.value
    assert alone.low is not None
    assert together.low is None  # all units are alike, so nothing varies


def test_confusion_counts() -> None:
    assert confusion([("a", "b"), ("a", "b"), ("b", "b")]) == {("a", "b"): 2, ("b", "b"): 1}


@pytest.mark.parametrize("clusters", [list(range(300)), [n // 3 for n in range(300)]])
def test_draws_in_parts_are_the_draws_at_once(monkeypatch: pytest.MonkeyPatch, clusters: list[int]) -> None:
    (whole,) = bootstrap_weights(clusters, 50)
    statistics._kept.clear()
    monkeypatch.setattr(statistics, "CHUNK_CELLS", 900)
    monkeypatch.setattr(statistics, "CELLS_AT_ONCE", 700)
    parts = list(bootstrap_weights(clusters, 50))
    statistics._kept.clear()
    assert len(parts) > 10
    assert max(part.size for part in parts) <= 900
    assert (np.vstack(parts) == whole).all()


def test_kept_draws_stay_within_their_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    statistics._kept.clear()
    monkeypatch.setattr(statistics, "KEPT_BYTES", 2 * 50 * (10 + 20))
    first = statistics._times_drawn(10, 50)
    statistics._times_drawn(20, 50)
    assert statistics._times_drawn(10, 50) is first
    statistics._times_drawn(15, 50)
    assert list(statistics._kept) == [(10, 50), (15, 50)], "the one that was not used for longest has gone"
    statistics._times_drawn(40, 50)
    assert list(statistics._kept) == [(40, 50)]
    statistics._kept.clear()


def test_many_units_get_fewer_draws() -> None:
    assert [draws_for(n) for n in (0, 10, 10_000, 50_000, 10_000_000)] == [2000, 2000, 2000, 400, 200]


@pytest.mark.parametrize("metric", ["nominal", "ordinal", "interval", "sets"])
def test_many_distinct_values_need_no_matrix_of_pairs_and_values(monkeypatch: pytest.MonkeyPatch, metric: str) -> None:
    generator = random.Random(metric)
    scale = [frozenset({n, n + 1}) if metric == "sets" else float(n) for n in range(12)]
    pairs = [(one, generator.choice([one, generator.choice(scale)])) for one in generator.choices(scale, k=80)]
    whole = agreement(pairs, metric)
    monkeypatch.setattr(statistics, "MAX_DENSE", 0)
    sparse = agreement(pairs, metric)
    assert (sparse.n, sparse.proportion) == (whole.n, whole.proportion)
    assert (sparse.value, sparse.low, sparse.high) == pytest.approx((whole.value, whole.low, whole.high))
