"""What became of the provisions on a topic, from one instrument to the next."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from clausula.analysis.views import Views
from clausula.core.wording import count
from clausula.figures.figure import NARROW, Figure, altair, left_labels
from clausula.figures.lanes import named, placed
from clausula.figures.palette import AMBER, BLUE, GREEN, INK, LETTER, LINE, MUTED, PAPER, PURPLE, VERMILLION

LOOKS = {
    "restates": (BLUE, [1, 0]),
    "strengthens": (GREEN, [1, 0]),
    "weakens": (AMBER, [6, 3]),
    "replaces": (PURPLE, [2, 3]),
    "reverses": (VERMILLION, [8, 3, 2, 3]),
}
"""Colour and dashes of each relation; its name stands on the line as well. The relations are those of the schema."""

OTHER = (MUTED, [1, 0])
ROW, NODE = 74, 92


def _placed(rows: pd.DataFrame) -> pd.DataFrame:
    """One row for each provision with its place: the instrument is the row, and a lane is kept along a chain."""
    nodes = rows.drop_duplicates("provision_id").reset_index(drop=True)
    level = {name: number for number, name in enumerate(nodes["instrument_id"].drop_duplicates())}
    nodes = nodes.assign(row=nodes["instrument_id"].map(level))
    links = rows.dropna(subset="earlier_provision_id")[["provision_id", "earlier_provision_id"]]
    lanes = placed(dict(zip(nodes["provision_id"], nodes["row"], strict=True)), list(links.itertuples(index=False)))
    return nodes.assign(lane=nodes["provision_id"].map(lanes))


def _edges(rows: pd.DataFrame, nodes: pd.DataFrame) -> pd.DataFrame:
    """One row for each link with both its ends and the place where the name of the relation stands."""
    at = nodes.set_index("provision_id")[["lane", "row"]].astype(float)
    edges = rows.dropna(subset="earlier_provision_id")[["provision_id", "earlier_provision_id", "relation"]].copy()
    edges["relation"] = edges["relation"].astype(str)
    for end, column in (("", "provision_id"), ("2", "earlier_provision_id")):
        for name in ("lane", "row"):
            edges[f"{name}{end}"] = edges[column].map(at[name])
    ends = edges[["lane", "row", "lane2", "row2"]].to_numpy().tolist()
    lines = [((x, y), (to_x, to_y)) for x, y, to_x, to_y in ends]
    found = named(lines, list(edges["relation"]), at.itertuples(index=False, name=None))
    edges["at_lane"], edges["at_row"] = [x for x, _ in found], [y for _, y in found]
    looks = edges["relation"].map(lambda relation: LOOKS.get(relation, OTHER))
    return edges.assign(colour=looks.str[0], dash=looks.str[1].map(str))


def _draw(rows: pd.DataFrame, titles: pd.Series, width: int) -> Any:
    alt = altair()
    narrow = width <= NARROW
    nodes = _placed(rows)
    nodes["name"] = nodes["provision_id"].str.rsplit(".", n=1).str[-1]
    nodes["strong"] = nodes["strength"].map(lambda s: "●" * int(s) + "○" * (3 - int(s)))
    edges = _edges(rows, nodes)
    labels = nodes.drop_duplicates("row")["instrument_id"].map(titles)
    named = " : ".join(f"datum.value == {n} ? {text!r}" for n, text in enumerate(labels)) + " : ''"
    height = ROW * len(labels)
    across = NODE * (int(nodes["lane"].max()) + 1)
    space = 130 if narrow else 190
    lanes = alt.Scale(domain=[-0.5, float(nodes["lane"].max()) + 0.5], nice=False)
    levels = alt.Scale(domain=[len(labels) - 0.5, -0.5], nice=False)
    x = alt.X("lane:Q", axis=None, scale=lanes)
    axis = left_labels(
        space,
        values=list(range(len(labels))),
        labelExpr=named,
        grid=True,
        gridColor=LINE,
        gridDash=[2, 4],
    )
    y = alt.Y("row:Q", title=None, axis=axis, scale=levels)
    points = alt.Chart(nodes).encode(x=x, y=y)
    layers = []
    for relation, own in edges.groupby("relation", sort=False):
        colour, dash = LOOKS.get(str(relation), OTHER)
        line = alt.Chart(own).mark_rule(strokeWidth=2, color=colour, strokeDash=dash)
        layers.append(line.encode(x=x, y=y, x2="lane2:Q", y2="row2:Q"))
    if len(edges):
        at = {
            "x": alt.X("at_lane:Q", axis=None, scale=lanes),
            "y": alt.Y("at_row:Q", title=None, axis=axis, scale=levels),
        }
        told = alt.Chart(edges).encode(**at, text="relation:N")
        halo = told.mark_text(fontSize=LETTER - 1, stroke=PAPER, strokeWidth=4, fill=PAPER)
        layers += [halo, told.mark_text(fontSize=LETTER - 1).encode(fill=alt.Fill("colour:N", scale=None))]
    boxes = points.mark_point(shape="M-.9,-.5h1.8v1h-1.8z", size=2900, filled=True, fill=PAPER, stroke=INK, opacity=1)
    names = points.mark_text(fontWeight=600, dy=-6).encode(text="name:N")
    strong = points.mark_text(fontSize=10, dy=9, fill=MUTED).encode(text="strong:N")
    return alt.layer(*layers, boxes, names, strong).properties(width=max(across, 120), height=height)


def lineage(data: Views, what: str) -> Figure:
    """The provisions of a topic, or the chain of a provision, through the instruments in the order of time.

    Parameters
    ----------
    data : Dataset
        A data set.
    what : str
        Id of a topic or of a provision.

    Returns
    -------
    Figure
        A row for each instrument, a box for each provision with its strength in dots, and a line for each link with
        what the later provision does to the earlier one.

    Raises
    ------
    KeyError
        If there is no such topic and no such provision.
    """
    table = data.lineage(what)
    instruments = data.load("instruments").set_index("instrument_id")
    version = instruments["version"].map(lambda v: "" if pd.isna(v) else f" ({v})")
    known = instruments["date_from"].notna() & (instruments["date_from"] == instruments["date_to"])
    day = instruments["date_from"].dt.strftime("%Y-%m-%d  ").where(known, "")
    titles = day + instruments["title"] + version
    topics = data.load("topics").set_index("topic_id")["label"]
    provisions = table["provision_id"].nunique()
    told = table["relation"].astype("str").value_counts()
    links = ", ".join(f"{number} {relation}" for relation, number in told.items() if relation != "nan")
    text = f"{count(provisions, 'provision')} in {count(table['instrument_id'].nunique(), 'instrument')}; " + (
        f"of later provisions towards earlier ones: {links}." if links else "no provision takes up another."
    )
    notes = (
        "Instruments from the earliest down, with their date where the day is known. "
        "Dots: strength from 1 (rhetorical) to 3 (detailed).",
        "A line is drawn only where a coder found the later text to take up the earlier one.",
    )
    title = f"Lineage of {topics.get(what, what)}"
    shown = ["instrument_id", "date_from", "provision_id", "strength", "relation", "earlier_provision_id", "basis"]
    return Figure(title, text, notes, table[shown], partial(_draw, table, titles))
