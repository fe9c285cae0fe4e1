"""Lineage of the provisions of a topic across instruments."""

from __future__ import annotations

from functools import partial

import pandas as pd

from clausula.analysis.views import Views
from clausula.core.pandas_text import text_dtype
from clausula.core.wording import count
from clausula.figures.figure import NARROW, Figure, instrument_labels, left_labels, several_lines, wrapped
from clausula.figures.lanes import assign_lanes, place_labels
from clausula.figures.palette import AMBER, BLUE, FONT_SIZE, GREEN, INK, LINE, MUTED, PAPER, PURPLE, VERMILLION
from clausula.figures.vega import Spec, field, layers, mark, raw, values

STYLES = {
    "restates": (BLUE, [1, 0]),
    "copies": (BLUE, [2, 2]),
    "strengthens": (GREEN, [1, 0]),
    "weakens": (AMBER, [6, 3]),
    "replaces": (PURPLE, [2, 3]),
    "reverses": (VERMILLION, [8, 3, 2, 3]),
}
"""Colour and dash pattern of each relation of the schema; the line is also labelled with the relation."""

OTHER_STYLE = (MUTED, [1, 0])
ROW, NODE = 74, 92
MOST_LINES = 4
"""Lines of the name of an instrument; as many as fit beside its row."""


def _place_provisions(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each provision with its grid position: a row for each instrument, a lane for each chain."""
    nodes = rows.drop_duplicates("provision_id").reset_index(drop=True)
    level = {name: number for number, name in enumerate(nodes["instrument_id"].drop_duplicates())}
    nodes = nodes.assign(row=nodes["instrument_id"].map(level))
    links = rows.dropna(subset="earlier_provision_id")[["provision_id", "earlier_provision_id"]]
    lanes = assign_lanes(dict(nodes[["provision_id", "row"]].to_numpy()), list(links.itertuples(index=False)))
    return nodes.assign(lane=nodes["provision_id"].map(lanes))


def _edges(rows: pd.DataFrame, nodes: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each link with both ends and the position of its label."""
    at = nodes.set_index("provision_id")[["lane", "row"]].astype(float)
    edges = rows.dropna(subset="earlier_provision_id")[["provision_id", "earlier_provision_id", "relation"]].copy()
    edges["relation"] = edges["relation"].astype(text_dtype())
    for end, column in (("", "provision_id"), ("2", "earlier_provision_id")):
        for name in ("lane", "row"):
            edges[f"{name}{end}"] = edges[column].map(at[name])
    ends = edges[["lane", "row", "lane2", "row2"]].to_numpy().tolist()
    lines = [((x, y), (to_x, to_y)) for x, y, to_x, to_y in ends]
    labels = place_labels(lines, list(edges["relation"]), at.itertuples(index=False, name=None))
    edges["at_lane"], edges["at_row"] = [x for x, _ in labels], [y for _, y in labels]
    styles = edges["relation"].map(lambda relation: STYLES.get(relation, OTHER_STYLE))
    return edges.assign(colour=styles.str[0], dash=styles.str[1].map(str))


def _draw(rows: pd.DataFrame, titles: pd.Series, width: int) -> Spec:
    nodes = _place_provisions(rows)
    nodes["name"] = nodes["provision_id"].str.rsplit(".", n=1).str[-1]
    nodes["dots"] = nodes["strength"].map(lambda s: "●" * int(s) + "○" * (3 - int(s)))
    edges = _edges(rows, nodes)
    labels = nodes.drop_duplicates("row")["instrument_id"].map(titles)
    height = ROW * len(labels)
    across = NODE * (int(nodes["lane"].max()) + 1)
    space = 130 if width <= NARROW else min(420, max(190, width - across - 20))
    texts = [wrapped(label, space, MOST_LINES) for label in labels]
    label_expression = " : ".join(f"datum.value == {n} ? {lines!r}" for n, lines in enumerate(texts)) + " : ''"
    most_lines = max(map(len, texts))
    lanes = {"domain": [-0.5, float(nodes["lane"].max()) + 0.5], "nice": False}
    levels = {"domain": [len(labels) - 0.5, -0.5], "nice": False}
    grid = {"grid": True, "gridColor": LINE, "gridDash": [2, 4], **several_lines(most_lines)}
    axis = left_labels(space, values=list(range(len(labels))), labelExpr=label_expression, **grid)

    def place(x: str, y: str) -> Spec:
        return {"x": field(x, axis=None, scale=lanes), "y": field(y, title=None, axis=axis, scale=levels)}

    at = place("lane:Q", "row:Q")
    parts = []
    for relation, links in edges.groupby("relation", sort=False):
        colour, dash = STYLES.get(str(relation), OTHER_STYLE)
        ends = {**at, "x2": {"field": "lane2"}, "y2": {"field": "row2"}}
        line = mark("rule", ends, strokeWidth=2, color=colour, strokeDash=dash)
        parts.append({"data": values(links[["lane", "row", "lane2", "row2"]]), **line})
    if len(edges):
        label = {**place("at_lane:Q", "at_row:Q"), "text": field("relation:N")}
        halo = mark("text", label, fontSize=FONT_SIZE - 1, stroke=PAPER, strokeWidth=4, fill=PAPER)
        coloured = mark("text", {**label, "fill": raw("colour:N")}, fontSize=FONT_SIZE - 1)
        labelled = values(edges[["at_lane", "at_row", "relation", "colour"]])
        parts += [{"data": labelled, **part} for part in (halo, coloured)]
    box: Spec = {
        "shape": "M-.9,-.5h1.8v1h-1.8z",
        "size": 2900,
        "filled": True,
        "fill": PAPER,
        "stroke": INK,
        "opacity": 1,
    }
    boxes = mark("point", at, **box)
    names = mark("text", {**at, "text": field("name:N")}, fontWeight=600, dy=-6)
    dots = mark("text", {**at, "text": field("dots:N")}, fontSize=10, dy=9, fill=MUTED)
    placed = values(nodes[["lane", "row", "name", "dots"]])
    parts += [{"data": placed, **part} for part in (boxes, names, dots)]
    return layers(None, *parts, width=max(across, 120), height=height)


def _verb(relation: str, number: int) -> str:
    """Return a relation as a verb that agrees in number: restates or restate, copies or copy."""
    return relation if number == 1 else relation.removesuffix("s").replace("copie", "copy")


def lineage(data: Views, what: str) -> Figure:
    """Draw the provisions of a topic, or the chain of a provision, across instruments in chronological order.

    Parameters
    ----------
    data : Dataset
        The dataset.
    what : str
        ID of a topic or provision.

    Returns
    -------
    Figure
        A row for each instrument, a box for each provision with dots for its strength, and a labelled line for each
        link from a later to an earlier provision.

    Raises
    ------
    KeyError
        If no topic or provision has this ID.
    """
    table = data.lineage(what)
    instruments = data.load("instruments").set_index("instrument_id")
    day_known = instruments["date_from"].notna() & (instruments["date_from"] == instruments["date_to"])
    day = instruments["date_from"].dt.strftime("%Y-%m-%d  ").where(day_known, "")
    titles = day + instrument_labels(instruments)
    topics = data.load("topics").set_index("topic_id")["label"]
    provisions = table["provision_id"].nunique()
    relations = table["relation"].dropna().astype(text_dtype()).value_counts()
    verbs = ", ".join(f"{number} {_verb(str(relation), number)}" for relation, number in relations.items())
    text = f"{count(provisions, 'provision')} in {count(table['instrument_id'].nunique(), 'instrument')}. " + (
        f"{count(int(relations.sum()), 'link')} from later to earlier provisions: {verbs}."
        if verbs
        else "No links between provisions."
    )
    notes = (
        "Instruments are in chronological order from top to bottom, with the date if the day is known. "
        "Dots show strength from 1 (rhetorical) to 3 (detailed).",
        "A line connects provisions only if a coder linked the later provision to the earlier one.",
    )
    title = f"Lineage of {topics.get(what, what)}"
    columns = ["instrument_id", "date_from", "provision_id", "strength", "relation", "earlier_provision_id", "basis"]
    return Figure(title, text, notes, table[columns], partial(_draw, table, titles))
