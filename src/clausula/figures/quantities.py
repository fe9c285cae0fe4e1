"""The numbers of an instrument, each as the range that its provision allows."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from clausula.analysis.views import Views
from clausula.core.wording import count
from clausula.figures.figure import NARROW, Figure, altair, left_labels
from clausula.figures.palette import ACCENT, INK, LINE, VERMILLION

SIGNS = {"at_most": "≤ ", "at_least": "≥ ", "about": "≈ "}
"""How a qualifier of the schema is written before a number; an exact one stands alone."""

TOLD = {"exactly": "exact", "about": "approximate", "at_least": "lower bounds", "at_most": "upper bounds"}


def said(row: Any) -> str:
    """A quantity in a few signs: ≤ 10 km."""
    return f"{SIGNS.get(str(row['qualifier']), '')}{row['value']:,.15g} {row['unit']}"


def _draw(table: pd.DataFrame, width: int) -> Any:
    alt = altair()
    space = 130 if width <= NARROW else 300
    parts = []
    for unit, own in table.groupby("unit", sort=False):
        thing = own["item"].fillna(own["measure"])
        rows = own.assign(label=own["provision_id"].str.rsplit(".", n=1).str[-1] + "  " + thing)
        top = float(rows[["value", "baseline_value"]].max().max()) * 1.3 or 1.0
        value = rows["value"].astype(float)
        rows["least"] = value.where(rows["qualifier"] != "at_most", 0.0)
        rows["most"] = value.where(rows["qualifier"] != "at_least", top)
        rows["key"] = [f"{label} {number}" for number, label in enumerate(rows["label"])]
        axis = alt.Axis(orient="top", grid=True, gridColor=LINE, tickCount=4, format="~s" if top >= 10000 else "~f")
        scale = alt.Scale(domain=[0, top], nice=False)
        x = alt.X("value:Q", scale=scale, axis=axis, title=str(unit))
        labels = left_labels(space, labelExpr="replace(datum.label, / [0-9]+$/, '')")
        y = alt.Y("key:N", sort=list(rows["key"]), title=None, axis=labels)
        base = alt.Chart(rows).encode(y=y)
        bars = base.mark_bar(height=8, opacity=0.4, color=ACCENT)
        bars = bars.encode(x=alt.X("least:Q", scale=scale, axis=axis, title=str(unit)), x2="most:Q")
        ticks = base.mark_tick(thickness=3, size=16, color=ACCENT).encode(x=x)
        words = base.mark_text(align="left", dx=6, dy=-9, fontSize=11, fill=INK).encode(x=x, text="said:N")
        before = base.transform_filter("isValid(datum.baseline_value)").mark_point(
            shape="triangle-down", filled=True, size=70, color=VERMILLION, opacity=1, yOffset=-8
        )
        before = before.encode(x=alt.X("baseline_value:Q", scale=scale, axis=axis, title=str(unit)))
        chart = alt.layer(bars, ticks, before, words)
        parts.append(chart.properties(width=width - space - 60, height=alt.Step(30)))
    return alt.vconcat(*parts).resolve_scale(x="independent", y="independent")


def quantities(data: Views, instrument: str) -> Figure:
    """The numbers in the provisions of an instrument, on the bounds that they set.

    Returns
    -------
    Figure
        A tick at each number; a bar over what its provision allows, where it sets an upper or a lower bound; a
        triangle where the source gives the number that held before.

    Raises
    ------
    KeyError
        If there is no such instrument.
    """
    instruments = data.load("instruments").set_index("instrument_id")
    if instrument not in instruments.index:
        raise KeyError(f"no instrument {instrument!r}; clausula.load('instruments') lists them")
    provisions = data.load("provisions").query("instrument_id == @instrument")[["provision_id", "ordinal"]]
    table = data.load("provision_quantities").merge(provisions, on="provision_id")
    table = table.sort_values(["ordinal", "quantity_no"]).reset_index(drop=True)
    drawn = table.astype(dict.fromkeys(("qualifier", "unit", "measure"), "str"))
    drawn["said"] = [said(row) for row in drawn.to_dict("records")]
    kinds = drawn["qualifier"].value_counts()
    told = ", ".join(f"{words}: {kinds[kind]}" for kind, words in TOLD.items() if kind in kinds)
    text = f"{count(len(drawn), 'number')} in {count(drawn['provision_id'].nunique(), 'provision')}; {told}."
    notes = ("A bar spans what the provision allows. A triangle marks what held before, where the source says it.",)
    columns = ["provision_id", "measure", "item", "value", "unit", "qualifier", "baseline_value", "baseline_qualifier"]
    title = f"Quantities of {instruments['title'][instrument]}"
    return Figure(title, text, notes, drawn[[*columns, "said"]], partial(_draw, drawn))
