"""Lineage of the provisions of a topic across instruments."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping
from functools import partial
from typing import Any

import pandas as pd

from clausula.analysis.composition import comparison_fields
from clausula.analysis.scope import Names, Since
from clausula.analysis.views import Views
from clausula.core.pandas_text import text_dtype
from clausula.core.wording import count
from clausula.figures.figure import NARROW, Figure, instrument_labels
from clausula.figures.labels import LINE_HEIGHT, left_labels, several_lines, wrapped
from clausula.figures.lanes import assign_lanes, place_labels
from clausula.figures.legend import Sample, legend
from clausula.figures.palette import AMBER, BLUE, FONT_SIZE, GREEN, INK, LINE, MUTED, PAPER, PURPLE, VERMILLION
from clausula.figures.scoped import scoped
from clausula.figures.vega import Spec, concat, field, layers, mark, raw, told

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
MOST_ALONE = 8
"""Provisions without a link that are drawn besides those with one."""


def _place_provisions(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each provision with its grid position: a row for each instrument, a lane for each chain."""
    nodes = rows.drop_duplicates("provision_id").reset_index(drop=True)
    names, instruments = nodes["provision_id"].tolist(), nodes["instrument_id"].tolist()
    level = {name: number for number, name in enumerate(dict.fromkeys(instruments))}
    at = [level[name] for name in instruments]
    pairs = zip(rows["provision_id"].tolist(), rows["earlier_provision_id"].tolist(), strict=True)
    lanes = assign_lanes(dict(zip(names, at, strict=True)), [(new, old) for new, old in pairs if isinstance(old, str)])
    return nodes.assign(row=at, lane=[lanes[name] for name in names])


def _short(provision_id: str) -> str:
    return provision_id.rsplit(".", 1)[-1]


def _node(row: dict[Hashable, Any]) -> Spec:
    """Return what a box shows: the name of the provision, dots for its strength, and its tooltip."""
    provision_id, name, strength = row["provision_id"], _short(row["provision_id"]), int(row["strength"])
    return {
        **{key: row[key] for key in ("provision_id", "instrument_id", "lane", "row")},
        "name": name,
        "dots": "●" * strength + "○" * (3 - strength),
        "tip": f"{name}: {row['summary']}",
        "record": f"provisions {provision_id}",
    }


def _edges(rows: pd.DataFrame, nodes: list[Spec]) -> list[Spec]:
    """Return each link with both ends, the position of its label and its tooltip.

    Plain dictionaries: the site draws a hundred lineages, and operations on frames of ten rows would take most of the
    time.
    """
    at = {node["provision_id"]: (float(node["lane"]), float(node["row"])) for node in nodes}
    columns = ("provision_id", "earlier_provision_id", "relation", "changed")
    links = [row for row in zip(*(rows[name].tolist() for name in columns), strict=True) if isinstance(row[1], str)]
    lines = [(at[new], at[old]) for new, old, *_ in links]
    labels = place_labels(lines, [str(relation) for _, _, relation, _ in links], at.values())
    return [
        {
            **dict(zip(("lane", "row", "lane2", "row2"), (*start, *end), strict=True)),
            "at_lane": x,
            "at_row": y,
            "relation": str(relation),
            "colour": STYLES.get(relation, OTHER_STYLE)[0],
            "tip": f"{_short(new)} {relation} {_short(old)}" + (f": {changed}" if changed else ""),
            "record": f"provisions {new}",
        }
        for (new, old, relation, changed), (start, end), (x, y) in zip(links, lines, labels, strict=True)
    ]


def _only(rows: list[Spec], *names: str) -> Spec:
    """Return some columns of rows as the data of a chart."""
    return {"values": [{name: row[name] for name in names} for row in rows]}


def _draw(rows: pd.DataFrame, titles: Mapping[str, str], width: int) -> Spec:
    nodes = [_node(row) for row in _place_provisions(rows).to_dict("records")]
    edges = _edges(rows, nodes)
    labels = [titles[one] for one in dict.fromkeys(node["instrument_id"] for node in nodes)]
    last = max(node["lane"] for node in nodes)
    across = NODE * (last + 1)
    space = 130 if width <= NARROW else min(420, max(190, width - across - 20))
    texts = [wrapped(label, space) for label in labels]
    label_expression = (
        " : ".join(f"datum.value == {n} ? {json.dumps(lines)}" for n, lines in enumerate(texts)) + " : ''"
    )
    most_lines = max(map(len, texts))
    height = max(ROW, (most_lines + 1) * LINE_HEIGHT) * len(labels)
    lanes = {"domain": [-0.5, last + 0.5], "nice": False}
    levels = {"domain": [len(labels) - 0.5, -0.5], "nice": False}
    grid = {"grid": True, "gridColor": LINE, "gridDash": [2, 4], **several_lines(most_lines)}
    axis = left_labels(space, values=list(range(len(labels))), labelExpr=label_expression, **grid)

    def place(x: str, y: str) -> Spec:
        return {"x": field(x, axis=None, scale=lanes), "y": field(y, title=None, axis=axis, scale=levels)}

    at = place("lane:Q", "row:Q")
    parts = []
    samples: list[Sample] = [({"type": "text", "text": "●●○", "fontSize": 10, "fill": MUTED}, "strength 2 of 3")]
    for relation in dict.fromkeys(edge["relation"] for edge in edges):
        links = [edge for edge in edges if edge["relation"] == relation]
        colour, dash = STYLES.get(relation, OTHER_STYLE)
        ends = {**at, "x2": {"field": "lane2"}, "y2": {"field": "row2"}}
        line = told(mark("rule", ends, strokeWidth=2, color=colour, strokeDash=dash))
        parts.append({"data": _only(links, "lane", "row", "lane2", "row2", "tip", "record"), **line})
        samples.append(({"type": "rule", "strokeWidth": 2, "color": colour, "strokeDash": dash}, relation))
    if edges:
        label = {**place("at_lane:Q", "at_row:Q"), "text": field("relation:N")}
        halo = mark("text", label, fontSize=FONT_SIZE - 1, stroke=PAPER, strokeWidth=4, fill=PAPER)
        coloured = mark("text", {**label, "fill": raw("colour:N")}, fontSize=FONT_SIZE - 1)
        labelled = _only(edges, "at_lane", "at_row", "relation", "colour")
        parts += [{"data": labelled, **part} for part in (halo, coloured)]
    box: Spec = {
        "shape": "M-.9,-.5h1.8v1h-1.8z",
        "size": 2900,
        "filled": True,
        "fill": PAPER,
        "stroke": INK,
        "opacity": 1,
    }
    boxes = told(mark("point", at, **box))
    names = mark("text", {**at, "text": field("name:N")}, fontWeight=600, dy=-6)
    dots = mark("text", {**at, "text": field("dots:N")}, fontSize=10, dy=9, fill=MUTED)
    placed = _only(nodes, "lane", "row", "name", "dots", "tip", "record")
    parts += [{"data": placed, **part} for part in (boxes, names, dots)]
    chart = layers(None, *parts, width=max(across, 120), height=height)
    return concat(legend(samples, max(width, across + space), space), chart, independent=("x", "y"))


def _linked(table: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Return the rows to draw, and the number of provisions left out: many provisions without a link hide the links."""
    has_link = table["relation"].notna()
    linked = {*table.loc[has_link, "provision_id"], *table["earlier_provision_id"].dropna()}
    alone = set(table["provision_id"]) - linked
    if not linked or len(alone) <= MOST_ALONE:
        return table, 0
    return table[table["provision_id"].isin(linked)].reset_index(drop=True), len(alone)


def _verb(relation: str, number: int) -> str:
    """Return a relation as a verb that agrees in number: restates or restate, copies or copy."""
    return relation if number == 1 else relation.removesuffix("s").replace("copie", "copy")


def _changed(data: Views, provisions: pd.Series) -> dict[tuple[str, str], str]:
    """Return what each link of provisions changes: the note of the coder, else what the comparisons say."""
    links = data.load("provision_links")
    fields = comparison_fields(links)
    links = links[links["provision_id"].isin(provisions)]
    if links.empty:
        return {}
    found = {}
    for row in links.to_dict("records"):
        changes = (
            f"{name} {'different' if row[name] == 'other' else row[name]}" for name in fields if row[name] != "same"
        )
        text = str(row["note"]) if pd.notna(row["note"]) else ", ".join(one for one in changes if "nan" not in one)
        found[row["provision_id"], row["earlier_provision_id"]] = text or "no change is recorded"
    return found


def lineage(data: Views, what: str, top: int | None = None, process: Names = None, since: Since = None) -> Figure:
    """Draw the provisions of a topic, or the chain of a provision, across instruments in chronological order.

    Parameters
    ----------
    data : Dataset
        The dataset.
    what : str
        ID of a topic or provision.
    top : int, optional
        Number of instruments to draw, those with the most provisions. Default: all.
    process : str or list of str, optional
        Only provisions of these processes, by ID.
    since : int, str or date, optional
        Only provisions of instruments whose last possible day is not before this year, month or day.

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
    table = scoped(data, process, since).lineage(what)
    if top is not None:
        sizes = table.groupby("instrument_id", sort=False)["provision_id"].nunique()
        kept = sizes.sort_values(ascending=False, kind="stable").index[:top]
        table = table[table["instrument_id"].isin(kept)].reset_index(drop=True)
        earlier = table["earlier_provision_id"].isin(table["provision_id"])
        table = table.assign(
            **{name: table[name].where(earlier) for name in ("earlier_provision_id", "relation", "basis")}
        )
        table = table.drop_duplicates(ignore_index=True)
    changed = _changed(data, table["provision_id"])
    pairs = zip(table["provision_id"], table["earlier_provision_id"], strict=True)
    table["changed"] = [changed.get(pair, "") if pd.notna(pair[1]) else "" for pair in pairs]
    instruments = data.load("instruments")
    instruments = instruments[instruments["instrument_id"].isin(table["instrument_id"])].set_index("instrument_id")
    day_known = instruments["date_from"].notna() & (instruments["date_from"] == instruments["date_to"])
    day = instruments["date_from"].dt.strftime("%Y-%m-%d  ").where(day_known, "")
    titles = (day + instrument_labels(instruments)).to_dict()
    topics = data.load("topics").set_index("topic_id")["label"]
    provisions = table["provision_id"].nunique()
    relations = table["relation"].dropna().astype(text_dtype()).value_counts()
    verbs = ", ".join(f"{number} {_verb(str(relation), number)}" for relation, number in relations.items())
    text = f"{count(provisions, 'provision')} in {count(table['instrument_id'].nunique(), 'instrument')}. " + (
        f"{count(int(relations.sum()), 'link')} from later to earlier provisions: {verbs}."
        if verbs
        else "No links between provisions."
    )
    notes: tuple[str, ...] = (
        "Instruments are in chronological order from top to bottom, with the date if the day is known. "
        "Dots show strength from 1 (rhetorical) to 3 (detailed).",
        "A line connects provisions only if a coder linked the later provision to the earlier one.",
    )
    drawn, left_out = _linked(table)
    if left_out:
        notes = (f"{count(left_out, 'provision')} without a link {'is' if left_out == 1 else 'are'} not drawn.", *notes)
    title = f"Lineage of {topics.get(what, what)}"
    columns = [
        "instrument_id",
        "date_from",
        "provision_id",
        "strength",
        "relation",
        "earlier_provision_id",
        "basis",
        "changed",
    ]
    return Figure(title, text, notes, table[columns], partial(_draw, drawn, titles))
