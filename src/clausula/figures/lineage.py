"""Lineage of the provisions of a topic across instruments."""

from __future__ import annotations

from functools import partial

import pandas as pd

from clausula.analysis.composition import comparison_fields
from clausula.analysis.scope import Names, Since
from clausula.analysis.views import Views
from clausula.core.pandas_text import text_dtype
from clausula.core.wording import count
from clausula.figures.figure import NARROW, Figure, instrument_labels, left_labels, several_lines, wrapped
from clausula.figures.lanes import assign_lanes, place_labels
from clausula.figures.legend import Sample, legend
from clausula.figures.palette import AMBER, BLUE, FONT_SIZE, GREEN, INK, LINE, MUTED, PAPER, PURPLE, VERMILLION
from clausula.figures.scoped import scoped
from clausula.figures.vega import Spec, concat, field, layers, mark, raw, told, values

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
    columns = ["provision_id", "earlier_provision_id", "relation", "changed"]
    edges = rows.dropna(subset="earlier_provision_id")[columns].copy()
    edges["relation"] = edges["relation"].astype(text_dtype())
    for end, column in (("", "provision_id"), ("2", "earlier_provision_id")):
        for name in ("lane", "row"):
            edges[f"{name}{end}"] = edges[column].map(at[name])
    ends = edges[["lane", "row", "lane2", "row2"]].to_numpy().tolist()
    lines = [((x, y), (to_x, to_y)) for x, y, to_x, to_y in ends]
    labels = place_labels(lines, list(edges["relation"]), at.itertuples(index=False, name=None))
    edges["at_lane"], edges["at_row"] = [x for x, _ in labels], [y for _, y in labels]
    styles = edges["relation"].map(lambda relation: STYLES.get(relation, OTHER_STYLE))
    short = edges["provision_id"].str.rsplit(".", n=1).str[-1]
    earlier = edges["earlier_provision_id"].str.rsplit(".", n=1).str[-1]
    tip = (
        short + " " + edges["relation"] + " " + earlier + edges["changed"].map(lambda text: f": {text}" if text else "")
    )
    record = "provisions " + edges["provision_id"]
    return edges.assign(colour=styles.str[0], dash=styles.str[1].map(str), tip=tip, record=record)


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
    # Lines that fit are not measured again.
    axis = left_labels(space, labelLimit=0, values=list(range(len(labels))), labelExpr=label_expression, **grid)

    def place(x: str, y: str) -> Spec:
        return {"x": field(x, axis=None, scale=lanes), "y": field(y, title=None, axis=axis, scale=levels)}

    at = place("lane:Q", "row:Q")
    parts = []
    samples: list[Sample] = [({"type": "text", "text": "●●○", "fontSize": 10, "fill": MUTED}, "strength 2 of 3")]
    for relation, links in edges.groupby("relation", sort=False):
        colour, dash = STYLES.get(str(relation), OTHER_STYLE)
        ends = {**at, "x2": {"field": "lane2"}, "y2": {"field": "row2"}}
        line = told(mark("rule", ends, strokeWidth=2, color=colour, strokeDash=dash))
        parts.append({"data": values(links[["lane", "row", "lane2", "row2", "tip", "record"]]), **line})
        samples.append(({"type": "rule", "strokeWidth": 2, "color": colour, "strokeDash": dash}, str(relation)))
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
    boxes = told(mark("point", at, **box))
    names = mark("text", {**at, "text": field("name:N")}, fontWeight=600, dy=-6)
    dots = mark("text", {**at, "text": field("dots:N")}, fontSize=10, dy=9, fill=MUTED)
    nodes["tip"] = nodes["name"] + ": " + nodes["summary"]
    nodes["record"] = "provisions " + nodes["provision_id"]
    placed = values(nodes[["lane", "row", "name", "dots", "tip", "record"]])
    parts += [{"data": placed, **part} for part in (boxes, names, dots)]
    chart = layers(None, *parts, width=max(across, 120), height=height)
    return concat(legend(samples, max(width, across + space), space), chart, independent=("x", "y"))


def _linked(table: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Return the rows to draw, and the number of provisions left out: many provisions without a link hide the links."""
    linked = {*table.dropna(subset="relation")["provision_id"], *table["earlier_provision_id"].dropna()}
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
