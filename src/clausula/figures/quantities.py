"""Quantities of an instrument, each with the range that its provision allows."""

from __future__ import annotations

from functools import partial

import pandas as pd

from clausula.analysis.quantities import quantity_text, unit_of
from clausula.analysis.views import Views
from clausula.core.errors import require_known
from clausula.core.pandas_text import text_dtype
from clausula.core.wording import count
from clausula.figures.figure import NARROW, Figure
from clausula.figures.labels import LINE_HEIGHT, left_labels, several_lines, wrapped
from clausula.figures.legend import Sample, legend
from clausula.figures.palette import ACCENT, INK, LINE, VERMILLION
from clausula.figures.vega import Spec, concat, field, layers, mark, told

AXIS_LABELS = (
    "datum.value >= 1e9 ? format(datum.value / 1e9, '~f') + ' billion' : "
    "datum.value >= 1e6 ? format(datum.value / 1e6, '~f') + ' million' : format(datum.value, ',~f')"
)
"""Large numbers in words, as they are said: 100 billion."""

BASELINE = {"shape": "triangle-down", "filled": True, "size": 70, "color": VERMILLION, "opacity": 1}
"""The mark of a baseline."""

QUALIFIER_LABELS = {"exactly": "exact", "about": "approximate", "at_least": "lower bounds", "at_most": "upper bounds"}


def _draw(table: pd.DataFrame, width: int) -> Spec:
    space = 130 if width <= NARROW else 300
    samples: list[Sample] = [
        ({"type": "tick", "orient": "vertical", "thickness": 3, "size": 16, "color": ACCENT}, "value in the text"),
    ]
    if table["qualifier"].isin(["at_least", "at_most"]).any():
        samples.append(({"type": "bar", "height": 8, "opacity": 0.4, "color": ACCENT}, "range that it allows"))
    if table["baseline_value"].notna().any():
        samples.append(({"type": "point", **BASELINE}, "baseline"))
    parts = [legend(samples, width, space)]
    for _, group in table.groupby("unit", sort=False):
        item = group["item"].fillna(group["measure"].str.replace("_", " "))
        rows = group.assign(label=group["provision_id"].str.rsplit(".", n=1).str[-1] + "  " + item)
        top = float(rows[["value", "baseline_value"]].max().max()) * 1.3 or 1.0
        value = rows["value"].astype(float)
        rows["lower"] = value.where(rows["qualifier"] != "at_most", 0.0)
        rows["upper"] = value.where(rows["qualifier"] != "at_least", top)
        lines = [wrapped(label, space) for label in rows["label"]]
        rows["key"] = ["\n".join([*parts, str(number)]) for number, parts in enumerate(lines)]
        most_lines = max(map(len, lines))
        axis = {"orient": "top", "grid": True, "gridColor": LINE, "tickCount": 4, "labelExpr": AXIS_LABELS}
        if (value % 1 == 0).all():
            axis["tickMinStep"] = 1
        place = {"scale": {"domain": [0, top], "nice": False}, "axis": axis, "title": str(group["unit_label"].iloc[0])}
        x, lower, baseline = (field(f"{name}:Q", **place) for name in ("value", "lower", "baseline_value"))
        label_axis = left_labels(
            space, labelExpr="slice(split(datum.label, '\\n'), 0, -1)", **several_lines(most_lines)
        )
        base = {"y": field("key:N", sort=list(rows["key"]), title=None, axis=label_axis)}
        bars = mark("bar", {**base, "x": lower, "x2": {"field": "upper"}}, height=8, opacity=0.4, color=ACCENT)
        ticks = told(mark("tick", {**base, "x": x}, thickness=3, size=16, color=ACCENT))
        text = {**base, "x": x, "text": field("text:N")}
        labels = mark("text", text, align="left", dx=6, dy=-9, fontSize=11, fill=INK)
        baselines = mark("point", {**base, "x": baseline}, "isValid(datum.baseline_value)", **BASELINE, yOffset=-8)
        size = {"width": width - space - 60, "height": {"step": 30 + (most_lines - 1) * LINE_HEIGHT}}
        rows["tip"] = rows["text"] + ": " + rows["summary"]
        rows["record"] = "provisions " + rows["provision_id"]
        drawn = rows[["key", "value", "lower", "upper", "baseline_value", "text", "tip", "record"]]
        parts.append(layers(drawn, bars, ticks, baselines, labels, **size))
    return concat(*parts, independent=("x", "y"))


def quantities(data: Views, instrument: str, top: int | None = None) -> Figure:
    """Draw the quantities in the provisions of an instrument with their bounds.

    Parameters
    ----------
    data : Dataset
        The dataset.
    instrument : str
        ID of an instrument.
    top : int, optional
        Number of quantities to draw of each unit, the largest. Default: all.

    Returns
    -------
    Figure
        A tick at each value; a bar over the allowed range if the provision sets an upper or lower bound; a triangle at
        the baseline if the source gives one.

    Raises
    ------
    KeyError
        If no instrument has this ID.
    """
    instruments = data.load("instruments").set_index("instrument_id")
    require_known(instrument, "instrument ID", instruments.index, "clausula.load('instruments')")
    provisions = data.load("provisions").query("instrument_id == @instrument")[["provision_id", "ordinal", "summary"]]
    table = data.load("provision_quantities").merge(provisions, on="provision_id")
    table = table.sort_values(["ordinal", "quantity_no"]).reset_index(drop=True)
    drawn = table.astype(dict.fromkeys(("qualifier", "unit", "currency", "measure"), text_dtype()))
    drawn["unit"] = [unit_of(row) for row in drawn.to_dict("records")]
    words = data.load("provision_quantities", labels=True).set_index(["provision_id", "quantity_no"])["unit"]
    labels = (
        words.loc[pd.MultiIndex.from_frame(drawn[["provision_id", "quantity_no"]])].astype(text_dtype()).str.lower()
    )
    money = drawn["currency"].notna()
    drawn["unit_label"] = [
        f"amount in {unit}" if is_money else label
        for unit, label, is_money in zip(drawn["unit"], labels, money, strict=True)
    ]
    if top is not None:
        rank = drawn.groupby("unit")["value"].rank(method="first", ascending=False)
        drawn = drawn[rank <= top].reset_index(drop=True)
    drawn["text"] = [quantity_text(row, words=True) for row in drawn.to_dict("records")]
    kinds = drawn["qualifier"].value_counts()
    summary = ", ".join(f"{label}: {kinds[kind]}" for kind, label in QUALIFIER_LABELS.items() if kind in kinds)
    provisions_with = count(drawn["provision_id"].nunique(), "provision")
    text = f"{count(len(drawn), 'quantity', 'quantities')} in {provisions_with}; {summary}."
    notes = (
        "A bar covers the range that the provision allows. A triangle marks the baseline, if the source gives one.",
    )
    columns = ["provision_id", "measure", "item", "value", "unit", "qualifier", "baseline_value", "baseline_qualifier"]
    title = f"Quantities in {instruments['title'][instrument]}"
    return Figure(title, text, notes, drawn[[*columns, "text"]], partial(_draw, drawn))
