"""In a lineage no line runs behind a box to which it does not belong."""

from __future__ import annotations

import pytest

import clausula
from clausula.figures.lanes import Line, Place, named, passes, placed
from clausula.figures.lineage import _placed


@pytest.mark.parametrize(
    ("line", "box", "told"),
    [
        (((0, 0), (0, 2)), (0, 1), True),
        (((0, 0), (0, 2)), (1, 1), False),
        (((0, 0), (2, 2)), (1, 1), True),
        (((0, 0), (2, 2)), (0, 1), False),
        (((0, 2), (2, 2)), (1, 2), True),
        (((0, 2), (2, 2)), (3, 2), False),
        (((0, 0), (0, 1)), (0, 2), False),
    ],
)
def test_a_line_passes_a_box_or_not(line: Line, box: Place, told: bool) -> None:
    assert passes(line, box) is told
    assert passes((line[1], line[0]), box) is told


def test_a_chain_keeps_its_lane_and_what_is_not_linked_steps_aside() -> None:
    rows = {"a": 0, "other": 1, "b": 2, "third": 2}
    assert placed(rows, [("b", "a")]) == {"a": 0, "b": 0, "other": 1, "third": 1}


def test_a_link_over_a_linked_row_goes_around_it() -> None:
    lanes = placed({"a": 0, "b": 1, "c": 2}, [("b", "a"), ("c", "b"), ("c", "a")])
    assert lanes["a"] == lanes["b"] != lanes["c"]


def test_an_earlier_box_may_stand_further_down() -> None:
    assert placed({"a": 0, "b": 1}, [("a", "b")]) == {"a": 0, "b": 0}


def test_names_stand_apart() -> None:
    lines = [((0.0, 1.0), (0.0, 0.0)), ((1.0, 1.0), (0.0, 0.0))]
    (x, y), (to_x, to_y) = named(lines, ["strengthens", "strengthens"], [(0.0, 0.0), (0.0, 1.0), (1.0, 1.0)])
    assert (x, y) == (0.0, 0.5)
    assert abs(y - to_y) > 0.15 or abs(x - to_x) > 0.7


def test_no_line_of_a_shipped_topic_runs_behind_a_box_of_others() -> None:
    topics, data = clausula.load("topics"), clausula.open()
    for topic in topics.loc[topics["leaf"], "topic_id"]:
        rows = data.lineage(topic)
        if rows["earlier_provision_id"].isna().all():
            continue
        nodes = _placed(rows)
        assert not nodes.duplicated(["row", "lane"]).any()
        places = zip(nodes["lane"], nodes["row"], strict=True)
        boxes: dict[str, Place] = dict(zip(nodes["provision_id"], places, strict=True))
        for new, old in rows[["provision_id", "earlier_provision_id"]].dropna().itertuples(index=False):
            line = boxes[new], boxes[old]
            assert [name for name, box in boxes.items() if name not in (new, old) and passes(line, box)] == [], topic
