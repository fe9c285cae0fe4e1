"""Links composed along chains: every pair of changes, several chains, and common predecessors."""

from __future__ import annotations

from itertools import product
from typing import Any

import pandas as pd
import pytest

from clausula.analysis.compare import compare
from clausula.analysis.composition import ADJECTIVES, Comparison, Links, comparison_fields, relation_of
from clausula.analysis.dataset import shipped

FIELDS = ("act", "obligor", "number", "time", "monitor", "condition")
VALUES = ("same", "more", "less", "other")


def link(later: str, earlier: str, relation: str, note: str | None = None, **changes: str) -> dict[str, Any]:
    same = dict.fromkeys(FIELDS, "same")
    return {
        "provision_id": later,
        "earlier_provision_id": earlier,
        "relation": relation,
        "note": note,
        **same,
        **changes,
    }


def links(*rows: dict[str, Any]) -> Links:
    frame = pd.DataFrame(list(rows))
    return Links(frame.astype({name: pd.CategoricalDtype(VALUES) for name in FIELDS}))


def only(changes: str) -> Comparison:
    return Comparison(relation_of([changes]), (changes,))


@pytest.mark.parametrize(
    ("first", "second", "relation"),
    [
        ("more", "more", "stronger"),
        ("less", "less", "weaker"),
        ("more", "less", "related"),
        ("less", "more", "related"),
        ("other", "more", "replaced"),
        ("less", "other", "replaced"),
        ("other", "other", "related"),
    ]
    + [
        (one, other, relation_of([one if other == "same" else other]))
        for one, other in product(VALUES, VALUES)
        if "same" in (one, other)
    ],
)
def test_two_changes_of_one_thing(first: str, second: str, relation: str) -> None:
    assert only(first).then("m", only(second)).relation == relation


def test_the_relation_of_each_regular_link_follows_from_its_comparisons() -> None:
    """The table of the codebook, held against every coded link; links that depart from it have a note."""
    table = shipped().load("provision_links")
    fields = comparison_fields(table)
    assert tuple(fields) == FIELDS
    for row in table.to_dict("records"):
        follows = relation_of([row[name] for name in fields])
        stated = ADJECTIVES[str(row["relation"])]
        opposite = stated == "reversed" and row["act"] == "other"
        assert follows == stated or opposite or isinstance(row["note"], str), row


def test_changes_of_different_things_along_a_chain_are_a_replacement_as_in_one_link() -> None:
    graph = links(link("c.p1", "b.p1", "strengthens", number="more"), link("b.p1", "a.p1", "weakens", time="less"))
    found = graph.earlier("c.p1")["a.p1"]
    assert (found.relation, found.changes[2:4], found.through, found.steps) == (
        "replaced",
        ("more", "less"),
        ("b.p1",),
        2,
    )


def test_a_reversal_remains_one_unless_something_else_was_settled_differently() -> None:
    opposite = link("b.p1", "a.p1", "reverses", act="other")
    assert (
        links(link("c.p1", "b.p1", "strengthens", time="more"), opposite).earlier("c.p1")["a.p1"].relation == "reversed"
    )
    for relation in ("reverses", "replaces"):
        graph = links(link("c.p1", "b.p1", relation, act="other"), opposite)
        assert graph.earlier("c.p1")["a.p1"].relation == "related"


def test_a_relation_that_departs_from_the_table_is_composed_as_stated() -> None:
    """A provision that carries an earlier one out has another act and strengthens it; the note says so."""
    graph = links(
        link("c.p1", "b.p1", "restates"), link("b.p1", "a.p1", "strengthens", note="Carries it out.", act="other")
    )
    assert graph.earlier("c.p1")["a.p1"].relation == "stronger"


def test_seen_from_the_earlier_provision_more_is_less() -> None:
    graph = links(link("b.p1", "a.p1", "strengthens", number="more"), link("c.p1", "b.p1", "strengthens", time="more"))
    found = graph.later("a.p1")["c.p1"]
    assert (found.relation, found.changes[2:4], found.through) == ("weaker", ("less", "less"), ("b.p1",))
    assert found.inverse() == graph.earlier("c.p1")["a.p1"]


def test_chains_of_one_length_must_agree_and_longer_ones_do_not_count() -> None:
    short = [link("c.p1", "b.p1", "restates"), link("b.p1", "a.p1", "strengthens", time="more")]
    other = [link("c.p1", "b.p2", "restates"), link("b.p2", "a.p1", "weakens", time="less")]
    longer = [
        link("c.p1", "x.p1", "restates"),
        link("x.p1", "y.p1", "restates"),
        link("y.p1", "a.p1", "reverses", act="other"),
    ]
    assert links(*short, *longer).earlier("c.p1")["a.p1"].relation == "stronger"
    found = links(*short, *other).earlier("c.p1")["a.p1"]
    assert (found.relation, set(found.through), found.steps) == ("related", {"b.p1", "b.p2"}, 2)


def test_provisions_with_a_common_predecessor_are_compared_through_it() -> None:
    graph = links(link("b.p1", "a.p1", "strengthens", number="more"), link("c.p1", "a.p1", "restates"))
    (found,) = graph.siblings("b.p1")
    assert (found[0], found[1].relation, found[1].through) == ("c.p1", "stronger", ("a.p1",))
    (back,) = graph.siblings("c.p1")
    assert back[1].relation == "weaker"


def test_a_circle_of_links_ends() -> None:
    graph = links(link("a.p1", "b.p1", "restates"), link("b.p1", "a.p1", "restates"))
    assert graph.earlier("a.p1")["b.p1"].relation == "same"


def test_comparing_in_the_other_order_turns_the_relation() -> None:
    load = shipped().load
    turned = {"stronger": "weaker", "weaker": "stronger"}
    there, back = (compare(load, *pair) for pair in (PAIR, PAIR[::-1]))
    for via in ("link", "chain", "proposition"):
        pairs = there[there["via"] == via].set_index(["provision_id_a", "provision_id_b"])["relation"].astype(str)
        others = back[back["via"] == via].set_index(["provision_id_b", "provision_id_a"])["relation"].astype(str)
        assert (
            len(pairs) and pairs.map(lambda r: turned.get(r, r)).sort_index().to_dict() == others.sort_index().to_dict()
        )


PAIR = ("poroshenko-plan-2014", "minsk-package-2015")
