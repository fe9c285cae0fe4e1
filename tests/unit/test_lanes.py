"""Layout of lineages: no line runs behind a box that it does not connect."""

from __future__ import annotations

import pytest

import clausula
from clausula.figures.lanes import Line, Point, assign_lanes, intersects, place_labels
from clausula.figures.lineage import _place_provisions


@pytest.mark.parametrize(
    ("line", "box", "expected"),
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
def test_line_intersects_box(line: Line, box: Point, expected: bool) -> None:
    assert intersects(line, box) is expected
    assert intersects((line[1], line[0]), box) is expected


def test_chain_keeps_its_lane_and_unlinked_boxes_move_aside() -> None:
    rows = {"a": 0, "other": 1, "b": 2, "third": 2}
    assert assign_lanes(rows, [("b", "a")]) == {"a": 0, "b": 0, "other": 1, "third": 1}


def test_link_across_a_row_avoids_its_box() -> None:
    lanes = assign_lanes({"a": 0, "b": 1, "c": 2}, [("b", "a"), ("c", "b"), ("c", "a")])
    assert lanes["a"] == lanes["b"] != lanes["c"]


def test_earlier_box_can_be_in_a_lower_row() -> None:
    assert assign_lanes({"a": 0, "b": 1}, [("a", "b")]) == {"a": 0, "b": 0}


def test_labels_do_not_overlap() -> None:
    lines = [((0.0, 1.0), (0.0, 0.0)), ((1.0, 1.0), (0.0, 0.0))]
    (x, y), (to_x, to_y) = place_labels(lines, ["strengthens", "strengthens"], [(0.0, 0.0), (0.0, 1.0), (1.0, 1.0)])
    assert (x, y) == (0.0, 0.5)
    assert abs(y - to_y) > 0.15 or abs(x - to_x) > 0.7


@pytest.mark.exhaustive
def test_few_lines_of_a_shipped_topic_run_behind_another_box() -> None:
    """Straight lines cannot always avoid it: a clause of the security agreements has up to twelve copies."""
    topics, data = clausula.load("topics"), clausula.open()
    for topic in topics.loc[topics["leaf"], "topic_id"]:
        rows = data.lineage(topic)
        if rows["earlier_provision_id"].isna().all():
            continue
        nodes = _place_provisions(rows)
        assert not nodes.duplicated(["row", "lane"]).any()
        places = zip(nodes["lane"], nodes["row"], strict=True)
        boxes: dict[str, Point] = dict(zip(nodes["provision_id"], places, strict=True))
        links = rows[["provision_id", "earlier_provision_id"]].dropna()
        behind = 0
        for new, old in links.itertuples(index=False):
            line = boxes[new], boxes[old]
            behind += any(intersects(line, box) for name, box in boxes.items() if name not in (new, old))
        assert behind <= (len(links) * 0.15 if len(nodes) > 40 else 0), topic
