"""Layout of a lineage: place boxes so that few lines run behind a box that they do not connect.

Points are (lane, row) in grid units. Lines are straight, between the centres of two boxes.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping, Sequence

HALF_WIDTH, HALF_HEIGHT = 0.28, 0.2
"""Half the width and height of a box, with its margin."""

HALF_CHARACTER, HALF_LINE = 0.033, 0.09
"""Half the width of a character and half the height of a line of text."""

LABEL_POSITIONS = (0.5, 0.6, 0.4, 0.7, 0.3, 0.8)
"""Allowed label positions on a line, as a share of its length from the earlier end, in order of preference."""

MORE_ORDERS, MOST_BOXES = 4, 200
"""How many other orders of placing are tried if a line runs behind a box, and up to how many boxes."""

MOST_SWEEPS = 4
"""How often every box is looked at again after all have been placed, if a line runs behind a box."""

Point = tuple[float, float]
Line = tuple[Point, Point]


def intersects(line: Line, box: Point, wide: float = HALF_WIDTH, high: float = HALF_HEIGHT) -> bool:
    """Return whether a line touches a box."""
    (x, y), (to_x, to_y) = line
    low, top = 0.0, 1.0
    for start, step, middle, half in ((x, to_x - x, box[0], wide), (y, to_y - y, box[1], high)):
        if step == 0:
            if abs(start - middle) >= half:
                return False
            continue
        ends = sorted(((middle - half - start) / step, (middle + half - start) / step))
        low, top = max(low, ends[0]), min(top, ends[1])
    return low < top


def _near(line: Line, box: Point) -> bool:
    """Return whether a box is not wholly to one side of a line, which is quicker to find out than `intersects`."""
    (x, y), (to_x, to_y) = line
    at_x, at_y = box
    return (
        (y < at_y + HALF_HEIGHT or to_y < at_y + HALF_HEIGHT)
        and (y > at_y - HALF_HEIGHT or to_y > at_y - HALF_HEIGHT)
        and (x < at_x + HALF_WIDTH or to_x < at_x + HALF_WIDTH)
        and (x > at_x - HALF_WIDTH or to_x > at_x - HALF_WIDTH)
    )


def _count_crossings(
    point: Point, partners: Sequence[Point], boxes: Sequence[Point], lines: Sequence[Line], most: float = math.inf
) -> int:
    """Count the lines that would run behind a box if a box were placed at a point, at least up to a number."""
    number = 0
    for line in lines:
        number += _near(line, point) and intersects(line, point)
        if number >= most:
            return number
    for partner in partners:
        line = point, partner
        for box in boxes:
            number += box != partner and _near(line, box) and intersects(line, box)
            if number >= most:
                return number
    return number


def _best(free: Sequence[Point], partners: Sequence[Point], boxes: Sequence[Point], lines: Sequence[Line]) -> Point:
    """Return the first point with the fewest lines behind a box."""
    best, fewest = free[0], math.inf
    for point in free:
        number = _count_crossings(point, partners, boxes, lines, fewest)
        if number < fewest:
            best, fewest = point, number
        if not fewest:
            break
    return best


def assign_lanes(rows: Mapping[str, int], links: Sequence[tuple[str, str]]) -> dict[str, int]:
    """Assign a lane to each box: the lane of a linked box, or the nearest free one, with a preference for the right.

    Boxes without links are placed last, so that they do not block others.

    Parameters
    ----------
    rows : mapping of str to int
        Row of each box, in order of priority.
    links : sequence of pairs of str
        Later and earlier box of each line.

    Returns
    -------
    dict of str to int
        Lane of each box, counted from 0.
    """
    later, linked = {new for new, _ in links}, {name for pair in links for name in pair}
    order = sorted(rows, key=lambda name: (name not in linked, rows[name], name not in later))
    found = [_assigned(rows, links, order)]
    for seed in range(MORE_ORDERS if found[0][0] and len(rows) <= MOST_BOXES else 0):
        random.Random(seed).shuffle(order)
        found.append(_assigned(rows, links, sorted(order, key=lambda name: name not in linked)))
    crossings, lanes = min(found, key=lambda one: (one[0], max(one[1].values(), default=0)))
    return _moved(rows, links, lanes) if crossings else lanes


def _assigned(
    rows: Mapping[str, int], links: Sequence[tuple[str, str]], order: Sequence[str]
) -> tuple[int, dict[str, int]]:
    """Place boxes in an order; return how many lines run behind a box, and the lanes."""
    places: dict[str, Point] = {}
    lines: list[Line] = []
    crossings = 0
    for name in order:
        others = [new if old == name else old for new, old in links if name in (new, old)]
        partners = [places[other] for other in others if other in places]
        preferred = partners[0][0] if partners else 0.0
        row, boxes = float(rows[name]), list(places.values())
        free = [(float(lane), row) for lane in range(2 * len(rows)) if (lane, row) not in boxes]
        free.sort(key=lambda place: abs(place[0] - preferred - 0.1))
        point = _best(free, partners, boxes, lines)
        crossings += _count_crossings(point, partners, boxes, lines)
        places[name] = point
        lines += [(point, partner) for partner in partners]
    return crossings, {name: int(lane) for name, (lane, _) in places.items()}


def _moved(rows: Mapping[str, int], links: Sequence[tuple[str, str]], lanes: dict[str, int]) -> dict[str, int]:
    """Move one box after the other to the lane of its row with the fewest lines behind a box, while that helps."""
    places = {name: (float(lane), float(rows[name])) for name, lane in lanes.items()}
    for _ in range(MOST_SWEEPS):
        better = False
        for name, place in places.items():
            partners = [places[new if old == name else old] for new, old in links if name in (new, old)]
            lines = [(places[new], places[old]) for new, old in links if name not in (new, old)]
            boxes = [other for key, other in places.items() if key != name]
            now = _count_crossings(place, partners, boxes, lines)
            if not now:
                continue
            taken = {lane for lane, row in boxes if row == place[1]}
            free = [(float(lane), place[1]) for lane in range(max(lanes.values()) + 2) if lane not in taken]
            free.sort(key=lambda point: abs(point[0] - place[0]))
            point = _best(free, partners, boxes, lines)
            if _count_crossings(point, partners, boxes, lines, now) < now:
                places[name], better = point, True
        if not better:
            break
    return {name: int(lane) for name, (lane, _) in places.items()}


def place_labels(lines: Iterable[Line], labels: Iterable[str], boxes: Iterable[Point]) -> list[Point]:
    """Return the position of the label of each line: on the line and, if possible, clear of boxes and other labels."""
    occupied = [(x, y, HALF_WIDTH, HALF_HEIGHT) for x, y in boxes]
    result = []
    for ((x, y), (to_x, to_y)), text in zip(lines, labels, strict=True):
        half = HALF_CHARACTER * len(text)
        places = [(to_x + (x - to_x) * share, to_y + (y - to_y) * share) for share in LABEL_POSITIONS]
        clear = [
            (at_x, at_y)
            for at_x, at_y in places
            if not any(
                abs(at_x - a) < half + wide and abs(at_y - b) < HALF_LINE + high for a, b, wide, high in occupied
            )
        ]
        point = (clear or places)[0]
        occupied.append((*point, half, HALF_LINE))
        result.append(point)
    return result
