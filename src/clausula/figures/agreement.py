"""Agreement between coding passes, as a forest plot."""

from __future__ import annotations

from functools import partial

import pandas as pd

from clausula.analysis.views import Views
from clausula.core.pandas_text import text_dtype
from clausula.core.wording import count
from clausula.figures.figure import NARROW, Figure, left_labels
from clausula.figures.palette import ACCENT, BLUE, INK, LINE, MUTED, VERMILLION
from clausula.figures.vega import Spec, field, layers, mark, values

THRESHOLD = 0.80
"""Threshold for reliable variables (Krippendorff 2019); lower values are shown as well."""

SHAPES = ["circle", "square", "triangle-up", "diamond"]


def _draw(rows: pd.DataFrame, width: int) -> Spec:
    space = 150 if width <= NARROW else 270
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
    legend = {"orient": "top", "title": "round", "labelColor": INK, "titleColor": MUTED} if several else None
    # One legend for colours and shapes: both must say the same.
    colour = field("round:N", scale=colours, legend=legend)
    shape = field("round:N", scale={"domain": rounds, "range": SHAPES[: len(rounds)]}, legend=legend)
    ends = {"x": field("low:Q", **place), "x2": {"field": "high"}}
    bars = mark("rule", {**base, **ends, "color": colour}, strokeWidth=3, opacity=0.55)
    points = mark("point", {**base, "x": x, "color": colour, "shape": shape}, size=60, filled=True, opacity=1)
    nothing = {**base, "x": {"datum": lowest}, "text": {"value": "not defined"}}
    undefined = mark("text", nothing, "!isValid(datum.value)", align="left", dx=4, fill=MUTED)
    line = mark("rule", {"x": field("x:Q")}, strokeDash=[5, 3], strokeWidth=1.5, color=INK)
    threshold = {"data": {"values": [{"x": THRESHOLD}]}, **line}
    parts = [{"data": values(rows), **part} for part in (bars, points, undefined)]
    return layers(None, threshold, *parts, width=width - space - 20, height={"step": 12 if several else 18})


def agreement(data: Views) -> Figure:
    """Draw the agreement between coding passes by variable, over all sources, with 0.80 marked.

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
    columns = ["label", "round", "statistic", "units", "n", "proportion", "value", "low", "high", "note"]
    return Figure("Agreement between coding passes", text, notes, table[columns], partial(_draw, table))
