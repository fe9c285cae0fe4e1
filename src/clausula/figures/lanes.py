"""Where the boxes of a lineage stand, so that no line runs behind a box to which it does not belong.

Places are (lane, row), in steps of the grid; a line is straight, between the middles of two boxes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

WIDE, HIGH = 0.28, 0.2
"""Half the width and height of a box with the air around it."""

LETTER, LINE = 0.033, 0.09
"""Half the width of a letter, and half the height of a line of letters."""

SHARES = (0.5, 0.6, 0.4, 0.7, 0.3, 0.8)
"""How far down a line its name may stand, from the earlier end."""

Place = tuple[float, float]
Line = tuple[Place, Place]


def passes(line: Line, box: Place, wide: float = WIDE, high: float = HIGH) -> bool:
    """Whether a line touches a box."""
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


def _met(here: Place, partners: Sequence[Place], boxes: Iterable[Place], lines: Iterable[Line]) -> int:
    """How often a line would run behind a box if one stood here: others behind this one, its own behind others."""
    own = [((here, partner), box) for partner in partners for box in boxes if box != partner]
    return sum(passes(line, here) for line in lines) + sum(passes(line, box) for line, box in own)


def placed(rows: Mapping[str, int], links: Sequence[tuple[str, str]]) -> dict[str, int]:
    """The lane of each box: that of a box to which it is linked, or the nearest that is clear, rather to the right.

    Boxes without a link come last, so that they stand in nobody's way.

    Parameters
    ----------
    rows : mapping of str to int
        Boxes with their rows, in the order in which they may choose.
    links : sequence of pairs of str
        Later and earlier box of each line.
    """
    later, linked = {new for new, _ in links}, {name for pair in links for name in pair}
    order = sorted(rows, key=lambda name: (name not in linked, rows[name], name not in later))
    places: dict[str, Place] = {}
    lines: list[Line] = []
    for name in order:
        others = [new if old == name else old for new, old in links if name in (new, old)]
        partners = [places[other] for other in others if other in places]
        wanted = partners[0][0] if partners else 0.0
        row, boxes = float(rows[name]), list(places.values())
        free = [(float(lane), row) for lane in range(2 * len(rows)) if (lane, row) not in boxes]
        free.sort(key=lambda place: abs(place[0] - wanted - 0.1))
        here = min(free, key=lambda place: _met(place, partners, boxes, lines))
        places[name] = here
        lines += [(here, partner) for partner in partners]
    return {name: int(lane) for name, (lane, _) in places.items()}


def named(lines: Iterable[Line], names: Iterable[str], boxes: Iterable[Place]) -> list[Place]:
    """Where the name of each line stands: on it, and clear of boxes and of other names if it can be."""
    taken = [(x, y, WIDE, HIGH) for x, y in boxes]
    found = []
    for ((x, y), (to_x, to_y)), text in zip(lines, names, strict=True):
        half = LETTER * len(text)
        places = [(to_x + (x - to_x) * share, to_y + (y - to_y) * share) for share in SHARES]
        clear = [
            (at_x, at_y)
            for at_x, at_y in places
            if not any(abs(at_x - a) < half + wide and abs(at_y - b) < LINE + high for a, b, wide, high in taken)
        ]
        here = (clear or places)[0]
        taken.append((*here, half, LINE))
        found.append(here)
    return found
