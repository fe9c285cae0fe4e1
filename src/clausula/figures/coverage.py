"""Coverage: what each source contains on each topic."""

from __future__ import annotations

from functools import partial

import pandas as pd

from clausula.analysis.scope import Names, Since
from clausula.analysis.views import Views
from clausula.core.wording import count
from clausula.figures.figure import NARROW, Figure
from clausula.figures.labels import left_labels, space_for
from clausula.figures.legend import Sample, legend
from clausula.figures.palette import FONT_SIZE, MUTED, ON_SHADES, SHADES
from clausula.figures.scoped import scoped
from clausula.figures.stances import SELECTED, targets_of
from clausula.figures.vega import Spec, concat, field, layers, mark, raw, told

STEPS = (1, 2, 3, 5, 9)
"""Smallest number of records for each shade."""

ABSENT = "–"


def records(data: Views) -> pd.DataFrame:
    """Return one row for each source and topic: numbers of provisions and positions, and coded absence."""
    topic = data.load("provisions").set_index("provision_id")["topic_id"]
    anchors = data.load("evidence").dropna(subset="provision_id").drop_duplicates(["source_id", "provision_id"])
    provisions = pd.DataFrame({"source_id": anchors["source_id"], "topic_id": anchors["provision_id"].map(topic)})
    positions = data.positions()
    kind, target = positions["target_kind"], positions["target_id"]
    proposition = data.load("propositions").set_index("proposition_id")["topic_id"]
    named = {"provision": target.map(topic), "proposition": target.map(proposition), "topic": target}
    topic_id = pd.Series(pd.NA, index=target.index, dtype=target.dtype)
    for name, found in named.items():
        topic_id = topic_id.mask(kind == name, found)
    positions = pd.DataFrame({"source_id": positions["source_id"], "topic_id": topic_id}).dropna()
    absent = data.load("absences")[["source_id", "topic_id"]].drop_duplicates()
    keys = ["source_id", "topic_id"]
    parts = {
        "provisions": provisions.groupby(keys).size(),
        "positions": positions.groupby(keys).size(),
        "absent": absent.assign(absent=True).groupby(keys)["absent"].any(),
    }
    table = pd.DataFrame(parts).reset_index()
    for name in ("provisions", "positions"):
        table[name] = table[name].fillna(0).astype("Int64")
    table["absent"] = table["absent"].eq(True) & (table["provisions"] == 0)
    return table


def _cell_styles(rows: pd.DataFrame) -> pd.DataFrame:
    total = (rows["provisions"] + rows["positions"]).astype(int)
    step = [sum(number >= s for s in STEPS) - 1 for number in total]
    number = rows["provisions"].map(lambda n: count(int(n), "provision"))
    number += rows["positions"].map(lambda n: f", {count(int(n), 'position')}" if n else "")
    number = number.mask(rows["absent"], "the complete text has no provision on it")
    return rows.assign(
        tip=rows["topic"] + " in " + rows["source"] + ": " + number,
        record="topics " + rows["topic_id"],
        mark=total.astype(str),
        fill=[SHADES[s] if s >= 0 else "" for s in step],
        text_fill=[ON_SHADES[s] if s >= 0 else "" for s in step],
    )


def _group(rows: pd.DataFrame, sources: list[str], width: int, space: int) -> Spec:
    side = max(22, min(40, (width - space - 40) // max(1, len(sources))))
    cells = _cell_styles(rows)
    axis = {"orient": "top", "labelAngle": -60, "labelLimit": 0, "labelAlign": "left"}
    across = {"domain": sources, "paddingInner": 2 / side, "paddingOuter": 1 / side}
    topics = list(cells["topic"].drop_duplicates())
    base = {
        "x": field("source:N", title=None, axis=axis, scale=across),
        "y": field("topic:N", sort=topics, title=None, axis=left_labels(space), scale={"paddingInner": 0.1}),
    }
    some, none = "datum.fill != ''", "datum.fill == ''"
    boxes = told(mark("rect", {**base, "fill": raw("fill:N")}, some))
    dashes = mark("point", base, none, shape="stroke", size=36, stroke=MUTED, strokeWidth=1, opacity=1)
    text = {**base, "text": field("mark:N"), "fill": raw("text_fill:N")}
    numbers = mark("text", text, some, fontSize=FONT_SIZE - 1)
    drawn = cells[["source", "topic", "mark", "fill", "text_fill", "tip", "record"]].sort_values("fill", kind="stable")
    size = {"width": side * len(sources), "height": {"step": 20}}
    return layers(drawn, boxes, dashes, numbers, title=str(rows["group"].iloc[0]), **size)


def _draw(rows: pd.DataFrame, sources: list[str], width: int) -> Spec:
    groups = rows.groupby("group", sort=False)
    space = space_for(rows["topic"].unique(), 120 if width <= NARROW else 220)
    parts = [_group(group, sources, width, space) for _, group in groups]
    return concat(_legend(width, space), *parts, independent=("x", "y"), spacing=14)


def _legend(width: int, space: int) -> Spec:
    """Return the legend of the shades and of the dash."""
    ends = (*(str(more - 1) for more in STEPS[1:]), "")
    ranges = [
        f"{a}" if str(a) == b else f"{a} to {b}" if b else f"{a} or more" for a, b in zip(STEPS, ends, strict=True)
    ]
    samples: list[Sample] = [
        ({"type": "square", "fill": shade, "size": 220, "opacity": 1}, f"{words} record{'' if words == '1' else 's'}")
        for shade, words in zip(SHADES, ranges, strict=True)
    ]
    dash = {"type": "point", "shape": "stroke", "size": 36, "stroke": MUTED, "strokeWidth": 1, "opacity": 1}
    return legend([*samples, (dash, "complete text, no provision")], width, space)


def _display_table(rows: pd.DataFrame, sources: list[str]) -> pd.DataFrame:
    """Return topics by sources; 2+1 means two provisions and one position."""
    text = rows["provisions"].astype(str) + rows["positions"].map(lambda n: f"+{n}" if n else "").astype(str)
    cells = rows[["topic_id", "source"]].assign(text=text.mask(rows["absent"], ABSENT))
    wide = cells.pivot(index="topic_id", columns="source", values="text")
    names = rows.drop_duplicates("topic_id").set_index("topic_id")["topic"]
    wide = wide.loc[names.index, sources].rename_axis(columns=None)
    wide.insert(0, "topic", names)
    return wide.reset_index(drop=True)


def coverage(data: Views, top: int | None = None, process: Names = None, since: Since = None) -> Figure:
    """Draw how many provisions and positions each source contains on each topic, sources by date.

    Parameters
    ----------
    data : Dataset
        The dataset.
    top : int, optional
        Number of topics to draw, those with the most provisions and positions. Default: all.
    process : str or list of str, optional
        Only provisions and positions in these processes, by ID.
    since : int, str or date, optional
        Only instruments and reactions whose last possible day is not before this year, month or day.

    Returns
    -------
    Figure
        A number if there are any; a dash if the complete text contains no provision on the topic; an empty cell if this
        is unknown. A dagger marks sources whose contents a party selected.
    """
    sources = data.load("sources")
    topics = targets_of(data, "topic").rename(columns={"target_id": "topic_id", "target": "topic"})
    selected = sources["selected_by_actor_id"].notna()
    sources["source"] = sources["source_id"] + selected.map({True: f" {SELECTED}", False: ""})
    rows = topics.merge(records(scoped(data, process, since)), on="topic_id")
    rows = rows.merge(sources[["source_id", "source", "selected_by_actor_id"]], on="source_id")
    rows = rows[(rows["provisions"] + rows["positions"] > 0) | rows["absent"]]
    sizes = (rows["provisions"] + rows["positions"]).groupby(rows["topic_id"], sort=False).sum()
    kept = sizes.sort_values(ascending=False, kind="stable").index[:top]
    left_out = len(sizes) - len(kept)
    rows = rows[rows["topic_id"].isin(kept)].reset_index(drop=True)
    sources = sources.sort_values(["date_to", "date_from", "source_id"], na_position="last")
    listed = [s for s in sources["source"] if (rows["source"] == s).any()]
    present = rows[~rows["absent"]]
    text = (
        f"{count(len(listed), 'source')} by {count(rows['topic_id'].nunique(), 'topic')}: "
        f"{count(int(present['provisions'].sum()), 'provision')}, "
        f"{count(int(present['positions'].sum()), 'position')} and "
        f"{count(int(rows['absent'].sum()), 'coded absence')}."
    )
    names = data.load("actors").set_index("actor_id")["name"]
    notes = (
        "Numbers are provisions plus positions; in the data, 2+1 means two provisions and one position. "
        f"{ABSENT}: the complete text contains no provision on the topic. "
        "Empty: unknown.",
        *(
            f"{SELECTED} The contents of “{title}” were selected by {names[actor]}."
            for title, actor in sources.loc[selected, ["title", "selected_by_actor_id"]].itertuples(index=False)
        ),
    )
    if left_out:
        notes = (f"Drawn are the topics with the most records; {count(left_out, 'other')} are left out.", *notes)
    columns = ["group", "topic", "source_id", "provisions", "positions", "absent", "selected_by_actor_id"]
    draw = partial(_draw, rows, listed)
    return Figure("Coverage of topics by sources", text, notes, rows[columns], draw, _display_table(rows, listed))
