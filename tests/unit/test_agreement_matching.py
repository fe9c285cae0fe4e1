"""Units of two passes, matched by the overlap of their anchors."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausula.agreement.matching import length, likeness, match, shared
from clausula.agreement.passes import Unit


def units(*spans: tuple[int, int] | list[tuple[int, int]]) -> list[Unit]:
    return [Unit(f"p{i:03}", s if isinstance(s, list) else [s]) for i, s in enumerate(spans, 1)]


def names(found: object) -> list[tuple[str, str]]:
    return [(a.name, b.name) for a, b in found.pairs]


def test_overlap_is_of_the_union_of_anchors() -> None:
    assert length([(0, 10), (5, 20), (30, 40)]) == 30
    assert shared([(0, 10), (20, 30)], [(5, 25)]) == 10
    assert likeness([(0, 10)], [(0, 10)]) == 1.0
    assert likeness([(0, 10)], [(10, 20)]) == 0.0


def test_half_of_the_shorter_anchor_is_enough_and_less_is_not() -> None:
    assert likeness([(0, 10)], [(5, 100)]) == pytest.approx(5 / 100)
    assert likeness([(0, 10)], [(6, 100)]) == 0.0


def test_a_coder_who_takes_in_a_clause_more_has_seen_the_same_unit() -> None:
    found = match(units((0, 100), (100, 150)), units((0, 40), (110, 150)))
    assert names(found) == [("p001", "p001"), ("p002", "p002")]
    assert found.unmatched == []


def test_a_unit_that_one_pass_split_is_listed_with_what_it_lies_in() -> None:
    found = match(units((0, 40), (40, 100)), units((0, 100)))
    assert names(found) == [("p002", "p001")]
    assert [(x.side, x.unit.name, x.inside) for x in found.unmatched] == [("a", "p001", ("p001",))]


def test_a_unit_that_the_other_pass_did_not_see() -> None:
    found = match(units((0, 10)), units((0, 10), (50, 60)))
    assert [(x.side, x.unit.name, x.inside) for x in found.unmatched] == [("b", "p002", ())]


def test_units_on_the_same_words_are_matched_in_their_order() -> None:
    same = [(0, 50)] * 4
    assert names(match(units(*same), units(*same))) == [(f"p00{i}", f"p00{i}") for i in range(1, 5)]


def test_the_best_sum_is_taken_not_the_first_best_pair() -> None:
    a = units((0, 60), (50, 90))
    b = units((40, 90), (48, 60))
    found = match(a, b, threshold=0.01)
    assert names(found) == [("p001", "p002"), ("p002", "p001")]


def test_no_units() -> None:
    assert match([], []).pairs == []
    assert len(match(units((0, 5)), []).unmatched) == 1
    assert len(match([], units((0, 5))).unmatched) == 1


spans = st.tuples(st.integers(0, 60), st.integers(1, 30)).map(lambda x: (x[0], x[0] + x[1]))


@settings(max_examples=60, deadline=None)
@given(st.lists(spans, max_size=5), st.lists(spans, max_size=5))
def test_no_other_assignment_has_a_larger_sum(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> None:
    a, b = units(*one), units(*other)
    found = match(a, b)
    small, large, turned = (a, b, False) if len(a) <= len(b) else (b, a, True)
    best = max(
        (sum(likeness(x.spans, y.spans) for x, y in zip(small, chosen, strict=True)))
        for chosen in permutations(large, len(small))
    )
    assert turned in (True, False)
    assert sum(likeness(x.spans, y.spans) for x, y in found.pairs) == pytest.approx(best, abs=1e-6)
    assert len({x.name for x, _ in found.pairs}) == len(found.pairs) == len({y.name for _, y in found.pairs})
    assert 2 * len(found.pairs) + len(found.unmatched) == len(a) + len(b)
