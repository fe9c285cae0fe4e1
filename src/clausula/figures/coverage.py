"""What each source tells about: sources by topics."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from clausula.analysis.views import Views
from clausula.core.wording import count
from clausula.figures.figure import NARROW, Figure, altair, left_labels
from clausula.figures.palette import LETTER, MUTED, ON_SHADES, SHADES
from clausula.figures.stances import SELECTED

STEPS = (1, 2, 3, 5, 9)
"""From how many records on a cell takes the next shade."""

NONE = "–"


def records(data: Views) -> pd.DataFrame:
    """One row for each source and topic: provisions anchored in it, positions voiced in it, coded absence."""
    topic = data.load("provisions").set_index("provision_id")["topic_id"]
    anchors = data.load("evidence").dropna(subset="provision_id").drop_duplicates(["source_id", "provision_id"])
    provisions = pd.DataFrame({"source_id": anchors["source_id"], "topic_id": anchors["provision_id"].map(topic)})
    spoken = data.positions()
    kind = spoken["target_kind"]
    on = spoken["target_id"].map(topic).where(kind == "provision", spoken["target_id"].where(kind == "topic"))
    positions = pd.DataFrame({"source_id": spoken["source_id"], "topic_id": on}).dropna()
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


def _looks(rows: pd.DataFrame) -> pd.DataFrame:
    total = (rows["provisions"] + rows["positions"]).astype(int)
    step = [sum(number >= s for s in STEPS) - 1 for number in total]
    return rows.assign(
        mark=total.astype(str),
        fill=[SHADES[s] if s >= 0 else "" for s in step],
        letters=[ON_SHADES[s] if s >= 0 else "" for s in step],
    )


def _group(rows: pd.DataFrame, sources: list[str], width: int, heads: bool) -> Any:
    alt = altair()
    space = 120 if width <= NARROW else 220
    side = max(22, min(40, (width - space - 40) // max(1, len(sources))))
    own = _looks(rows)
    axis = alt.Axis(orient="top", labelAngle=-60, labelLimit=150, labelAlign="left", labels=heads)
    across = alt.Scale(domain=sources, paddingInner=2 / side, paddingOuter=1 / side)
    x = alt.X("source:N", title=None, axis=axis, scale=across)
    topics = list(own["topic"].drop_duplicates())
    y = alt.Y("topic:N", sort=topics, title=None, axis=left_labels(space), scale=alt.Scale(paddingInner=0.1))
    base = alt.Chart(own.sort_values("fill", kind="stable")).encode(x=x, y=y)
    some, none = base.transform_filter("datum.fill != ''"), base.transform_filter("datum.fill == ''")
    boxes = some.mark_rect().encode(fill=alt.Fill("fill:N", scale=None))
    dashes = none.mark_point(shape="stroke", size=36, stroke=MUTED, strokeWidth=1, opacity=1)
    words = some.mark_text(fontSize=LETTER - 1).encode(text="mark:N", fill=alt.Fill("letters:N", scale=None))
    chart = alt.layer(boxes, dashes, words)
    return chart.properties(width=side * len(sources), height=alt.Step(20), title=str(rows["group"].iloc[0]))


def _draw(rows: pd.DataFrame, sources: list[str], width: int) -> Any:
    groups = rows.groupby("group", sort=False)
    parts = [_group(group, sources, width, number == 0) for number, (_, group) in enumerate(groups)]
    return altair().vconcat(*parts, spacing=14).resolve_scale(y="independent")


def _listed(rows: pd.DataFrame, sources: list[str]) -> pd.DataFrame:
    """Topics by sources: in each cell the provisions, and with a plus the positions."""
    told = rows["provisions"].astype(str) + rows["positions"].map(lambda n: f"+{n}" if n else "")
    cells = rows[["topic_id", "source"]].assign(told=told.mask(rows["absent"], NONE))
    wide = cells.pivot(index="topic_id", columns="source", values="told")
    names = rows.drop_duplicates("topic_id").set_index("topic_id")["topic"]
    wide = wide.loc[names.index, sources].rename_axis(columns=None)
    wide.insert(0, "topic", names)
    return wide.reset_index(drop=True)


def coverage(data: Views) -> Figure:
    """Sources by topics: how many provisions and positions each source yields on each topic.

    Returns
    -------
    Figure
        A number where there are some, a dash where the complete text was read and provides nothing, and nothing where
        nobody can tell. A dagger marks sources whose contents a party selected.
    """
    sources, topics = data.load("sources"), data.load("topics")
    label = topics.set_index("topic_id")["label"]
    order = topics.assign(group=topics["parent_topic_id"].map(label).fillna(topics["label"]), topic=topics["label"])
    flag = sources["selected_by_actor_id"].notna()
    sources["source"] = sources["source_id"] + flag.map({True: f" {SELECTED}", False: ""})
    rows = order[["topic_id", "group", "topic"]].merge(records(data), on="topic_id")
    rows = rows.merge(sources[["source_id", "source", "selected_by_actor_id"]], on="source_id")
    rows = rows[(rows["provisions"] + rows["positions"] > 0) | rows["absent"]]
    listed = [s for s in sources["source"] if (rows["source"] == s).any()]
    some = rows[~rows["absent"]]
    text = (
        f"{count(len(listed), 'source')} by {count(rows['topic_id'].nunique(), 'topic')}: "
        f"{int(some['provisions'].sum())} provisions and {int(some['positions'].sum())} positions; "
        f"{int(rows['absent'].sum())} times a complete text provides nothing on a topic."
    )
    names = data.load("actors").set_index("actor_id")["name"]
    notes = (
        f"Numbers count provisions and positions together; the data have 2+1 for two of these and one of those. "
        f"{NONE}: the complete text provides nothing on the topic. "
        "Empty: the source does not let one tell.",
        *(
            f"{SELECTED} {names[actor]} selected what “{title}” holds."
            for title, actor in sources.loc[flag, ["title", "selected_by_actor_id"]].itertuples(index=False)
        ),
    )
    columns = ["group", "topic", "source_id", "provisions", "positions", "absent", "selected_by_actor_id"]
    draw = partial(_draw, rows, listed)
    return Figure("Coverage of topics by sources", text, notes, rows[columns], draw, _listed(rows, listed))
