"""Agreement between coding passes, as a forest plot."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from clausula.analysis.views import Views
from clausula.core.pandas_text import text_dtype
from clausula.core.wording import count
from clausula.figures.figure import NARROW, Figure, altair, left_labels
from clausula.figures.palette import ACCENT, BLUE, INK, LINE, MUTED, VERMILLION

THRESHOLD = 0.80
"""Threshold for reliable variables (Krippendorff 2019); lower values are shown as well."""

SHAPES = ["circle", "square", "triangle-up", "diamond"]


def _draw(rows: pd.DataFrame, width: int) -> Any:
    alt = altair()
    space = 150 if width <= NARROW else 270
    rows = rows.assign(round=rows["round"].astype(text_dtype()))
    rounds = sorted(rows["round"].unique(), key=int)
    lowest = min(0.0, float(rows["low"].min()), float(rows["value"].min()))
    axis = alt.Axis(values=[0, 0.2, 0.4, 0.6, 0.8, 1], orient="top", grid=True, gridColor=LINE, format=".1f")
    scale = alt.Scale(domain=[lowest, 1])
    x = alt.X("value:Q", scale=scale, axis=axis, title="agreement")
    y = alt.Y("label:N", sort=list(rows["label"].drop_duplicates()), title=None, axis=left_labels(space))
    several = len(rounds) > 1
    base = alt.Chart(rows).encode(y=y, **({"yOffset": alt.YOffset("round:N", sort=rounds)} if several else {}))
    colour = alt.Color("round:N", scale=alt.Scale(domain=rounds, range=[BLUE, VERMILLION, ACCENT, INK]), legend=None)
    shape = alt.Shape("round:N", scale=alt.Scale(domain=rounds, range=SHAPES[: len(rounds)]))
    shape = shape.legend(alt.Legend(orient="top", title="round", labelColor=INK, titleColor=MUTED) if several else None)
    low = alt.X("low:Q", scale=scale, axis=axis, title="agreement")
    bars = base.mark_rule(strokeWidth=3, opacity=0.55).encode(x=low, x2="high:Q", color=colour)
    points = base.mark_point(size=60, filled=True, opacity=1).encode(x=x, color=colour, shape=shape)
    undefined = base.transform_filter("!isValid(datum.value)").mark_text(align="left", dx=4, fill=MUTED)
    undefined = undefined.encode(x=alt.datum(lowest), text=alt.value("not defined"))
    threshold = alt.Chart(pd.DataFrame({"x": [THRESHOLD]})).mark_rule(strokeDash=[5, 3], strokeWidth=1.5, color=INK)
    chart = alt.layer(threshold.encode(x="x:Q"), bars, points, undefined)
    return chart.properties(width=width - space - 20, height=alt.Step(12 if several else 18))


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
