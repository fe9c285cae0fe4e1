"""Matching of the units of two passes by the overlap of their anchors."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausula.agreement.matching import length, match, overlap, shared_length
from clausula.agreement.passes import Unit


def units(*spans: tuple[int, int] | list[tuple[int, int]]) -> list[Unit]:
    return [Unit(f"p{i:03}", s if isinstance(s, list) else [s]) for i, s in enumerate(spans, 1)]


def names(found: object) -> list[tuple[str, str]]:
    return [(a.name, b.name) for a, b in found.pairs]


def test_overlap_is_computed_on_the_union_of_anchors() -> None:
    assert length([(0, 10), (5, 20), (30, 40)]) == 30
    assert shared_length([(0, 10), (20, 30)], [(5, 25)]) == 10
    assert overlap([(0, 10)], [(0, 10)]) == 1.0
    assert overlap([(0, 10)], [(10, 20)]) == 0.0


def test_units_share_at_least_half_of_the_shorter_anchor() -> None:
    assert overlap([(0, 10)], [(5, 100)]) == pytest.approx(5 / 100)
    assert overlap([(0, 10)], [(6, 100)]) == 0.0


def test_anchor_with_one_more_clause_is_matched() -> None:
    found = match(units((0, 100), (100, 150)), units((0, 40), (110, 150)))
    assert names(found) == [("p001", "p001"), ("p002", "p002")]
    assert found.unmatched == []


def test_part_of_a_split_unit_is_listed_with_the_unit_that_it_overlaps() -> None:
    found = match(units((0, 40), (40, 100)), units((0, 100)))
    assert names(found) == [("p002", "p001")]
    assert [(x.side, x.unit.name, x.inside) for x in found.unmatched] == [("a", "p001", ("p001",))]


def test_unit_in_only_one_pass_is_unmatched() -> None:
    found = match(units((0, 10)), units((0, 10), (50, 60)))
    assert [(x.side, x.unit.name, x.inside) for x in found.unmatched] == [("b", "p002", ())]


def test_units_with_the_same_span_are_matched_in_order() -> None:
    same = [(0, 50)] * 4
    assert names(match(units(*same), units(*same))) == [(f"p00{i}", f"p00{i}") for i in range(1, 5)]


def test_assignment_maximises_the_sum_of_overlaps() -> None:
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
    small, large = (a, b) if len(a) <= len(b) else (b, a)
    best = max(
        (sum(overlap(x.spans, y.spans) for x, y in zip(small, chosen, strict=True)))
        for chosen in permutations(large, len(small))
    )
    assert sum(overlap(x.spans, y.spans) for x, y in found.pairs) == pytest.approx(best, abs=1e-6)
    assert len({x.name for x, _ in found.pairs}) == len(found.pairs) == len({y.name for _, y in found.pairs})
    assert 2 * len(found.pairs) + len(found.unmatched) == len(a) + len(b)


def about(spans: list[tuple[int, int]], *topics: str) -> list[Unit]:
    return [Unit(f"p{i:03}", spans, values={"topic_id": topic}) for i, topic in enumerate(topics, 1)]


def test_units_of_one_sentence_are_matched_by_what_they_are_about() -> None:
    """Both passes coded two acts of one sentence, in different order."""
    a, b = about([(0, 100)], "mines", "amnesty"), about([(0, 100)], "amnesty", "mines")
    assert names(match(a, b)) == [("p001", "p002"), ("p002", "p001")]
    assert names(match(a, about([(0, 100)], "x", "y"))) == [("p001", "p001"), ("p002", "p002")]


def test_content_does_not_outweigh_a_clearly_larger_overlap() -> None:
    a = [
        Unit("p001", [(0, 50)], values={"topic_id": "mines"}),
        Unit("p002", [(50, 100)], values={"topic_id": "amnesty"}),
    ]
    b = [
        Unit("p001", [(0, 50)], values={"topic_id": "amnesty"}),
        Unit("p002", [(40, 100)], values={"topic_id": "mines"}),
    ]
    assert names(match(a, b)) == [("p001", "p001"), ("p002", "p002")]


def test_units_on_which_a_conflict_was_decided_stay_as_they_were() -> None:
    a, b = about([(0, 100)], "mines", "amnesty"), about([(0, 100)], "amnesty", "mines")
    assert names(match(a, b, decided={("p001", "p001")})) == [("p001", "p001"), ("p002", "p002")]
    found = match(a, b, decided={("p001", "")})
    assert names(found) == [("p002", "p001")]
    assert [(one.side, one.unit.name) for one in found.unmatched] == [("a", "p001"), ("b", "p002")]
