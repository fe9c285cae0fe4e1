"""The legend of a figure: a sample of each mark with what it stands for, in as many lines as the width needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clausula.figures.labels import CHARACTER
from clausula.figures.palette import INK
from clausula.figures.vega import Spec

LINE, SAMPLE, GAP = 20, 30, 18
"""Height of a line, width of a sample and distance between entries in CSS pixels."""

Sample = tuple[dict[str, Any], str]
"""The mark of a sample, as Vega-Lite describes it, and its label."""


def _at(mark: dict[str, Any], x: float, y: float) -> Spec:
    """Return a sample: a line from left to right, and any other mark in the middle."""
    encoding: Spec = {"x": {"value": x + SAMPLE / 2}, "y": {"value": y}}
    if mark["type"] in ("rule", "bar"):
        encoding = {"x": {"value": x + 2}, "x2": {"value": x + SAMPLE - 2}, "y": {"value": y}}
    shown = {name: value for name, value in mark.items() if name != "text"}
    if "text" in mark:
        encoding["text"] = {"value": mark["text"]}
    return {"data": {"values": [{}]}, "mark": shown, "encoding": encoding}


def legend(samples: Sequence[Sample], width: int, space: int) -> Spec:
    """Return a legend that begins at the left end of the labels of a chart.

    Parameters
    ----------
    samples : sequence of tuple
        The mark and the label of each entry.
    width, space : int
        Width of the figure, and of its labels.
    """
    x, y, parts = 0.0, LINE / 2, []
    for mark, label in samples:
        needed = SAMPLE + 4 + len(label) * CHARACTER
        if x and x + needed > width:
            x, y = 0.0, y + LINE
        parts.append(_at(mark, x - space, y))
        text: Spec = {"x": {"value": x - space + SAMPLE + 4}, "y": {"value": y}, "text": {"value": label}}
        words = {"type": "text", "align": "left", "fill": INK}
        parts.append({"data": {"values": [{}]}, "mark": words, "encoding": text})
        x += needed + GAP
    return {"layer": parts, "width": max(1, width - space), "height": y + LINE / 2}
