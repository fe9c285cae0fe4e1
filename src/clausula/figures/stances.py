"""Stances of actors on provisions, instruments, propositions or topics."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from clausula.analysis.positions import TARGETS, Target, exclude_selected, latest
from clausula.analysis.views import Views
from clausula.core.errors import require_one_of
from clausula.core.wording import count
from clausula.figures.figure import NARROW, Figure, altair, instrument_labels, left_labels, shorten
from clausula.figures.palette import FONT_SIZE, INK, LINE, MUTED, ON_STANCE, STANCE

CELL, ROW = 38, 26
IF, SILENT, ABSENT, SELECTED = "if", "silent", "·", "†"

COLUMNS = ["group", "target_id", "target", "claimant_id", "actor", "position", "stance", "conditional", "condition"]
COLUMNS += ["date", "reaction_id", "source_id", "selected_by_actor_id"]


def cell_mark(position: str, stance: Any, conditional: bool, selected: bool) -> str:
    """Return the text of a cell: +2, −1 if, silent; with a dagger if a party selected the contents of the source."""
    if position == "silent":
        text = SILENT
    else:
        text = f"{int(stance):+d}" if stance else "0"
        text = f"{text.replace('-', '−')} {IF}" if conditional else text.replace("-", "−")
    return text + (SELECTED if selected else "")


def targets_of(data: Views, by: Target) -> pd.DataFrame:
    """Return the targets of a kind in display order: `target_id`, `target` (a label), `group`."""
    if by == "topic":
        topics = data.load("topics")
        labels = topics.set_index("topic_id")["label"]
        group = topics["parent_topic_id"].map(labels).fillna(topics["label"])
        return pd.DataFrame({"target_id": topics["topic_id"], "target": topics["label"], "group": group})
    if by == "proposition":
        rows = data.load("propositions")
        labels = data.load("topics").set_index("topic_id")["label"]
        group = rows["topic_id"].map(labels)
        return pd.DataFrame({"target_id": rows["proposition_id"], "target": rows["statement"], "group": group})
    instruments = data.load("instruments")
    instruments["target"] = instrument_labels(instruments)
    if by == "instrument":
        named = instruments.rename(columns={"instrument_id": "target_id"})
        return named[["target_id", "target"]].assign(group="Instruments")
    rows = data.load("provisions").merge(instruments[["instrument_id", "target", "date_to"]], on="instrument_id")
    rows = rows.sort_values(["date_to", "instrument_id", "ordinal"], na_position="first")
    label = rows["provision_id"].str.rsplit(".", n=1).str[-1] + "  " + rows["summary"]
    return pd.DataFrame({"target_id": rows["provision_id"], "target": label, "group": rows["target"]})


def _full_grid(group: pd.DataFrame) -> pd.DataFrame:
    """Return all actors by all targets of a group, with the style of each cell; a dot if no position is reported."""
    targets, actors = group["target"].drop_duplicates(), group["actor"].drop_duplicates()
    grid = pd.MultiIndex.from_product([targets, actors], names=["target", "actor"]).to_frame(index=False)
    grid = grid.merge(group, on=["target", "actor"], how="left")
    styles = []
    for row in grid.to_dict("records"):
        if pd.isna(row["position"]):
            styles.append((ABSENT, "#ffffff", MUTED, LINE, 0.0, 0.0))
            continue
        selected = bool(pd.notna(row["selected_by_actor_id"]))
        label = cell_mark(str(row["position"]), row["stance"], bool(row["conditional"]), selected)
        if row["position"] == "silent":
            styles.append((label, "#ffffff", INK, MUTED, 0.0, 1.0))
        else:
            edge = 2.0 if row["conditional"] else 0.0
            stance = int(row["stance"])
            styles.append((label, STANCE[stance], ON_STANCE[stance], INK, 1.0, edge))
    columns = ["mark", "fill", "text_fill", "edge", "filled", "width"]
    return pd.concat([grid[["target", "actor"]], pd.DataFrame(styles, columns=columns)], axis=1)


def _box_style() -> dict[str, Any]:
    """Return how a box shows the kind of its cell: by its fill, and by an edge that is dashed if it has none."""
    alt = altair()
    return {
        "fill": alt.Fill("fill:N", scale=None),
        "fillOpacity": alt.FillOpacity("filled:Q", scale=None),
        "strokeWidth": alt.StrokeWidth("width:Q", scale=None),
        "strokeDash": alt.condition("datum.filled == 0", alt.value([3, 2]), alt.value([1, 0])),
    }


def _grid(rows: pd.DataFrame, title: str, space: int) -> Any:
    alt = altair()
    actors = list(rows["actor"].drop_duplicates())
    targets = list(rows["target"].drop_duplicates())
    across, down = (alt.Scale(paddingInner=padding, paddingOuter=0) for padding in (0.08, 0.12))
    axis = alt.Axis(orient="top", labelAngle=-50, labelLimit=130, labelAlign="left")
    x = alt.X("actor:N", sort=actors, title=None, axis=axis, scale=across)
    y = alt.Y("target:N", sort=targets, title=None, axis=left_labels(space), scale=down)
    base = alt.Chart(rows.sort_values(["filled", "fill", "width"], kind="stable")).encode(x=x, y=y)
    boxes = base.mark_rect().encode(stroke=alt.Stroke("edge:N", scale=None), **_box_style())
    texts = base.mark_text(fontSize=FONT_SIZE - 1).encode(text="mark:N", fill=alt.Fill("text_fill:N", scale=None))
    heading = alt.TitleParams(shorten(title, 80 if space > 150 else 44))
    return alt.layer(boxes, texts).properties(width=CELL * len(actors), height=alt.Step(ROW), title=heading)


def _legend(width: int, space: int, selected: bool) -> Any:
    """Return the legend, with one sample for each kind of cell."""
    alt = altair()
    words = ["rejects", "leans against", "neutral, mixed", "leans towards", "supports"]
    samples = [
        *(
            (cell_mark("expressed", value, False, False), STANCE[value], ON_STANCE[value], 1.0, 0.0, word)
            for value, word in zip(STANCE, words, strict=True)
        ),
        (f"+1 {IF}", STANCE[1], ON_STANCE[1], 1.0, 2.0, "conditional"),
        (SILENT, "#ffffff", INK, 0.0, 1.0, "silence noted"),
        (ABSENT, "#ffffff", MUTED, 0.0, 0.0, "not reported"),
    ]
    if selected:
        samples.append((f"+1{SELECTED}", STANCE[1], ON_STANCE[1], 1.0, 0.0, "contents selected by a party"))
    across = max(1, width // 165)
    rows = pd.DataFrame(samples, columns=["mark", "fill", "text_fill", "filled", "width", "label"])
    rows["x"] = [165 * (n % across) for n in range(len(rows))]
    rows["y"] = [24 * (n // across) for n in range(len(rows))]
    height = int(rows["y"].max()) + 24
    at_x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, width], range=[-space, width - space]))
    at_y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[0, height], range=[0, height]))
    base = alt.Chart(rows).encode(x=at_x, y=at_y)
    corners = base.transform_calculate(x2="datum.x + 38", y2="datum.y + 20")
    boxes = corners.mark_rect(stroke=INK).encode(x2="x2:Q", y2="y2:Q", **_box_style())
    marks = base.mark_text(dx=19, dy=10, fontSize=FONT_SIZE - 1)
    marks = marks.encode(text="mark:N", fill=alt.Fill("text_fill:N", scale=None))
    texts = base.mark_text(dx=44, dy=10, align="left").encode(text="label:N")
    return alt.layer(boxes, marks, texts).properties(width=width - space, height=height)


def _draw(table: pd.DataFrame, width: int) -> Any:
    alt = altair()
    groups = [(str(title), _full_grid(rows)) for title, rows in table.groupby("group", sort=False)]
    most_actors = max(rows["actor"].nunique() for _, rows in groups)
    space = 120 if width <= NARROW else max(180, min(430, width - CELL * most_actors - 90))
    legend = _legend(width, space, bool(table["selected_by_actor_id"].notna().any()))
    parts = [legend, *(_grid(rows, title, space) for title, rows in groups)]
    return alt.vconcat(*parts).resolve_scale(x="independent", y="independent")


def _notes(data: Views, table: pd.DataFrame, names: dict[Any, str], left_out: pd.DataFrame) -> tuple[str, ...]:
    notes = ["If an actor reacted to the same target more than once, the latest reaction counts."]
    if len(left_out):
        parties = ", ".join(sorted({str(names[actor]) for actor in left_out["selected_by_actor_id"]}))
        notes.append(
            f"{count(len(left_out), 'position')} from {count(left_out['source_id'].nunique(), 'source')} left out, "
            f"because a party selected the contents: {parties}."
        )
    selected = table[table["selected_by_actor_id"].notna()]
    titles = dict(data.load("sources").set_index("source_id")["title"])
    for (source, actor), rows in selected.groupby(["source_id", "selected_by_actor_id"], sort=False):
        notes.append(
            f"{SELECTED} {count(len(rows), 'cell')} from “{titles[source]}”, whose contents were selected by "
            f"{names[actor]}. How often actors support or reject something in this source reflects that selection."
        )
    return tuple(notes)


def stance_matrix(data: Views, by: Target = "provision", selected: bool = False) -> Figure:
    """Draw the stances of actors on provisions, instruments, propositions or topics.

    Parameters
    ----------
    data : Dataset
        The dataset.
    by : {"provision", "instrument", "proposition", "topic"}
        Kind of target in the rows.
    selected : bool, default False
        Whether to include sources whose contents a party selected, as in `clausula.stances`.

    Returns
    -------
    Figure
        One cell for each actor and target. A number and a colour show the stance; `if` and a border mark a conditional
        stance; `silent` in an empty box means that the source notes silence; a dot means that no source reports a
        position. A dagger marks sources whose contents a party selected; without them, a note counts what is left out.

    Raises
    ------
    ValueError
        If `by` is not one of the listed values.
    """
    require_one_of("by", by, TARGETS)
    positions = data.positions()
    kept, _ = exclude_selected(positions, selected)
    left_out = positions[(positions["target_kind"] == by) & ~positions.index.isin(kept.index)]
    rows = targets_of(data, by).merge(latest(kept, by).drop(columns="target"), on="target_id")
    names = data.load("actors").set_index("actor_id")["name"]
    table = rows.assign(actor=rows["claimant_id"].map(names))[COLUMNS]
    stance = table["stance"]
    text = (
        f"{count(table['claimant_id'].nunique(), 'actor')} on {count(table['target_id'].nunique(), by)}: "
        f"{int((stance > 0).sum())} for, {int((stance < 0).sum())} against, "
        f"{int((stance == 0).sum())} neutral or mixed, {int((table['position'] == 'silent').sum())} silent "
        f"(noted by a source); {int(table['conditional'].sum())} conditional."
    )
    return Figure(
        f"Stances of actors on {by}s", text, _notes(data, table, dict(names), left_out), table, partial(_draw, table)
    )
