"""Agreement between coding passes, as a forest plot."""

from __future__ import annotations

import textwrap
from functools import partial
from typing import Any

import pandas as pd

from clausula.analysis.views import Views
from clausula.core.pandas_text import text_dtype
from clausula.core.wording import count
from clausula.figures.figure import NARROW, Figure
from clausula.figures.labels import CHARACTER, left_labels, space_for
from clausula.figures.legend import Sample, legend
from clausula.figures.palette import ACCENT, BLUE, FONT_SIZE, INK, LINE, MUTED, VERMILLION
from clausula.figures.vega import Spec, concat, field, layers, mark, told, values

THRESHOLD = 0.80
"""Threshold for reliable variables (Krippendorff 2019); lower values are shown as well."""

SHAPES = ["circle", "square", "triangle-up", "diamond"]


def _bound(data: Views, width: int) -> Spec | None:
    """Return the sentence on the figure that says what the numbers can show; None if there is none."""
    if not data.provenance:
        return None
    lines = textwrap.wrap(data.provenance["agreement"], int(width / CHARACTER))
    return {"text": lines, "fontSize": FONT_SIZE, "fontWeight": "normal", "color": MUTED}


def _draw(rows: pd.DataFrame, data: Views, width: int) -> Spec:
    space = space_for(rows["label"].unique(), 150 if width <= NARROW else 270)
    bound = _bound(data, width)
    rows = rows.assign(round=rows["round"].astype(text_dtype()))
    rounds = sorted(rows["round"].unique(), key=int)
    lowest = min(0.0, float(rows["low"].min()), float(rows["value"].min()))
    axis = {"values": [0, 0.2, 0.4, 0.6, 0.8, 1], "orient": "top", "grid": True, "gridColor": LINE, "format": ".1f"}
    place = {"scale": {"domain": [lowest, 1]}, "axis": axis, "title": "agreement"}
    x = field("value:Q", **place)
    labels = list(rows["label"].drop_duplicates())
    base: Spec = {"y": field("label:N", sort=labels, title=None, axis=left_labels(space))}
    several = len(rounds) > 1
    if several:
        base["yOffset"] = field("round:N", sort=rounds)
    colours = {"domain": rounds, "range": [BLUE, VERMILLION, ACCENT, INK]}
    rows = rows.assign(tip=[_tip(row) for row in rows.to_dict("records")], record="")
    key = {"orient": "top", "title": "round", "labelColor": INK, "titleColor": MUTED} if several else None
    # One legend for colours and shapes: both must say the same.
    colour = field("round:N", scale=colours, legend=key)
    shape = field("round:N", scale={"domain": rounds, "range": SHAPES[: len(rounds)]}, legend=key)
    ends = {"x": field("low:Q", **place), "x2": {"field": "high"}}
    bars = mark("rule", {**base, **ends, "color": colour}, strokeWidth=3, opacity=0.55)
    points = told(mark("point", {**base, "x": x, "color": colour, "shape": shape}, size=60, filled=True, opacity=1))
    nothing = {**base, "x": {"datum": lowest}, "text": {"value": "not defined"}}
    undefined = mark("text", nothing, "!isValid(datum.value)", align="left", dx=4, fill=MUTED)
    line = mark("rule", {"x": field("x:Q")}, strokeDash=[5, 3], strokeWidth=1.5, color=INK)
    threshold = {"data": {"values": [{"x": THRESHOLD}]}, **line}
    parts = [{"data": values(rows), **part} for part in (bars, points, undefined)]
    chart = layers(None, threshold, *parts, width=width - space - 20, height={"step": 9 if several else 18})
    samples: list[Sample] = [
        ({"type": "point", "filled": True, "size": 60, "color": BLUE, "opacity": 1}, "agreement"),
        ({"type": "rule", "strokeWidth": 3, "opacity": 0.55, "color": BLUE}, "95 percent interval"),
        ({"type": "rule", "strokeDash": [5, 3], "strokeWidth": 1.5, "color": INK}, "threshold of 0.80"),
    ]
    drawn = concat(legend(samples, width, space), chart)
    return {**drawn, "title": bound} if bound else drawn


def _tip(row: dict[Any, Any]) -> str:
    """Return the tooltip of a point."""
    if pd.isna(row["value"]):
        return f"{row['label']}: not defined"
    interval = f" ({row['low']:.2f} to {row['high']:.2f})" if pd.notna(row["low"]) else ""
    return f"{row['label']}, round {row['round']}: {row['value']:.2f}{interval}, {row['n']} units"


def agreement(data: Views, top: int | None = None) -> Figure:
    """Draw the agreement between coding passes by variable, over all sources, with 0.80 marked.

    Parameters
    ----------
    data : Dataset
        The dataset.
    top : int, optional
        Number of variables to draw, those with the lowest agreement. Default: all.

    Returns
    -------
    Figure
        One point for each statistic and round, with its 95 percent interval as a bar.
    """
    rows = data.load("agreement").query("scope == 'all'")
    names = {"f_units": "units found", "alpha_text": "text covered"}
    statistic = rows["statistic"].astype(text_dtype())
    named = rows["variable"] + ": " + statistic.map(names).fillna("")
    table = rows.assign(label=rows["variable"].where(~statistic.isin(list(names)), named)).reset_index(drop=True)
    lowest = table.groupby("label", sort=False)["value"].min().sort_values(kind="stable").index
    left_out = len(lowest[top:]) if top is not None else 0
    table = table[table["label"].isin(lowest[:top])].reset_index(drop=True)
    defined = table[table["value"].notna()]
    below = defined[defined["value"] < THRESHOLD]
    text = (
        f"{count(table['label'].nunique(), 'variable')} in {count(table['round'].nunique(), 'round')}; "
        f"{len(defined) - len(below)} of {count(len(defined), 'statistic')} reach {THRESHOLD:.2f}"
        + (f", {len(below)} {'does' if len(below) == 1 else 'do'} not. " if len(below) else ".")
        + (f"The lowest is {defined['value'].min():.2f}." if len(below) else "")
    )
    notes = (
        "Bars are 95 percent intervals. A point has no bar if there are too few units or no disagreement.",
        "The dashed line is at 0.80. Agreement was computed before conflicts were resolved.",
        *([data.provenance["agreement"]] if data.provenance else []),
    )
    if left_out:
        notes = (f"Drawn are the variables with the lowest agreement; {count(left_out, 'other')} are left out.", *notes)
    columns = ["label", "round", "statistic", "units", "n", "proportion", "value", "low", "high", "note"]
    return Figure("Agreement between coding passes", text, notes, table[columns], partial(_draw, table, data))
