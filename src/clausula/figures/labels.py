"""Labels of charts, which are never cut: columns as wide and rows as high as they need."""

from __future__ import annotations

import json
import math
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

LABEL_SHARE, SHORT_HEAD = 0.88, 22
"""Share of the column of labels that they may take, and the characters of the head of a column in one line."""

CHARACTER, LINE_HEIGHT = 6.3, 14
"""Width of a character of a label, on average, and height of its line in CSS pixels."""


def left_labels(space: int, **options: Any) -> dict[str, Any]:
    """Return an axis with left-aligned labels in a column of this width, which are never cut."""
    return {"labelLimit": 0, "labelAlign": "left", "labelPadding": space} | options


def space_for(labels: Iterable[str], least: int) -> int:
    """Return the width of a column in which labels fit on one line each."""
    longest = max(map(len, labels), default=0)
    return max(least, math.ceil((longest * CHARACTER + 6) / LABEL_SHARE))


def wrapped(label: str, space: int) -> list[str]:
    """Return the lines of a label in a column of this width."""
    return textwrap.wrap(label, int((space * LABEL_SHARE - 6) / CHARACTER)) or [""]


def in_two_lines(name: str) -> str:
    """Return a long name in two lines, for the head of a column."""
    width = max(SHORT_HEAD, math.ceil(len(name) / 2))
    while len(lines := textwrap.wrap(name, width)) > len(("first", "second")):
        width += 1
    return "\n".join(lines)


def several_lines(most: int) -> dict[str, Any]:
    """Return how an axis places labels of at most so many lines at the middle of their rows."""
    return {"labelLineHeight": LINE_HEIGHT, "labelOffset": -(most - 1) * LINE_HEIGHT // 2}


@dataclass(frozen=True)
class Row:
    """Where a row of a chart is, in CSS pixels from its top: its ends, and the first line of its label."""

    label: str
    lines: list[str]
    top: int
    bottom: int

    @property
    def middle(self) -> float:
        """The middle of the row."""
        return (self.top + self.bottom) / 2

    @property
    def first_line(self) -> float:
        """The middle of the first line of the label."""
        return self.middle - (len(self.lines) - 1) * LINE_HEIGHT / 2


def rows_of(labels: Iterable[str], space: int, least: int) -> dict[str, Row]:
    """Return a row for each label, as high as its lines need."""
    found: dict[str, Row] = {}
    top = 0
    for label in dict.fromkeys(labels):
        lines = wrapped(label, space)
        bottom = top + max(least, least + (len(lines) - 1) * LINE_HEIGHT - (least - LINE_HEIGHT) // 2)
        found[label] = Row(label, lines, top, bottom)
        top = bottom
    return found


def row_axis(rows: dict[str, Row], space: int) -> dict[str, Any]:
    """Return a vertical scale in CSS pixels, and the axis with the labels of rows."""
    lines = " : ".join(f"datum.value == {row.first_line:g} ? {json.dumps(row.lines)}" for row in rows.values())
    listed = [row.first_line for row in rows.values()]
    axis = left_labels(space, values=listed, labelExpr=f"{lines} : ''", labelLineHeight=LINE_HEIGHT, labelOverlap=False)
    height = max((row.bottom for row in rows.values()), default=0)
    return {"axis": axis, "scale": {"domain": [height, 0], "nice": False}, "title": None}
