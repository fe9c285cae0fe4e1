"""Stances of actors on provisions, instruments, propositions or topics."""

from __future__ import annotations

import textwrap
from functools import partial
from typing import Any

import pandas as pd

from clausula.analysis.positions import TARGETS, Target, exclude_selected, latest
from clausula.analysis.scope import Names, Since
from clausula.analysis.views import Views
from clausula.core.errors import require_one_of
from clausula.core.wording import count
from clausula.figures.figure import NARROW, Figure, instrument_labels
from clausula.figures.labels import LINE_HEIGHT, in_two_lines, row_axis, rows_of
from clausula.figures.palette import FONT_SIZE, INK, LINE, MUTED, ON_STANCE, STANCE
from clausula.figures.vega import Spec, concat, field, layers, mark, raw, told

CELL, ROW = 38, 26
GAP = 3
"""Space between two rows."""

LEAST_SPACE = 320
"""Least width of the labels in a wide figure."""

WORDS = dict(zip(STANCE, ("rejects", "leans against", "neutral, mixed", "leans towards", "supports"), strict=True))
"""What each stance is called."""

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
            nothing = f"{row['actor']}: no source reports a position"
            styles.append((ABSENT, "#ffffff", MUTED, LINE, 0.0, 0.0, nothing, ""))
            continue
        selected = bool(pd.notna(row["selected_by_actor_id"]))
        label = cell_mark(str(row["position"]), row["stance"], bool(row["conditional"]), selected)
        if row["position"] == "silent":
            styles.append((label, "#ffffff", INK, MUTED, 0.0, 1.0, *_told(row, "silence noted by the source")))
        else:
            edge = 2.0 if row["conditional"] else 0.0
            stance = int(row["stance"])
            styles.append((label, STANCE[stance], ON_STANCE[stance], INK, 1.0, edge, *_told(row, WORDS[stance])))
    columns = ["mark", "fill", "text_fill", "edge", "filled", "width", "tip", "record"]
    return pd.concat([grid[["target", "actor"]], pd.DataFrame(styles, columns=columns)], axis=1)


def _told(row: dict[Any, Any], position: str) -> tuple[str, str]:
    """Return the tooltip of a cell and the record that it stands for."""
    condition = f", if: {row['condition']}" if pd.notna(row["condition"]) else ""
    date = f" ({row['date']})" if pd.notna(row["date"]) else ""
    return f"{row['actor']} {position}{date}{condition}", f"reactions {row['reaction_id']}"


def _box_style() -> Spec:
    """Return how a box shows the kind of its cell: by its fill, and by an edge that is dashed if it has none."""
    dashed = {"test": "datum.filled == 0", "value": [3, 2]}
    return {
        "fill": raw("fill:N"),
        "fillOpacity": raw("filled:Q"),
        "strokeWidth": raw("width:Q"),
        "strokeDash": {"condition": dashed, "value": [1, 0]},
    }


def _grid(rows: pd.DataFrame, title: str, space: int, narrow: bool) -> Spec:
    placed = rows_of(rows["target"], space, ROW)
    at = [placed[label] for label in rows["target"]]
    ends: dict[str, list[float]] = {"top": [row.top for row in at], "bottom": [row.bottom - GAP for row in at]}
    ends["middle"] = [row.middle - GAP / 2 for row in at]
    rows = rows.assign(actor=rows["actor"].map(in_two_lines), **ends).drop(columns="target")
    actors = list(rows["actor"].drop_duplicates())
    across = {"paddingInner": 0.08, "paddingOuter": 0}
    lines = {"labelExpr": "split(datum.label, '\\n')", "labelLineHeight": LINE_HEIGHT}
    # The second line of a head is below the first one, so both move to the left and up.
    two = {"condition": {"test": "indexof(datum.value, '\\n') >= 0", "value": -LINE_HEIGHT // 2}, "value": 0}
    padding = 6 + LINE_HEIGHT // 2 * any("\n" in actor for actor in actors)
    axis = {"orient": "top", "labelAngle": -50, "labelLimit": 0, "labelAlign": "left", "labelPadding": padding}
    axis |= {"labelOffset": two, **lines}
    x, down = field("actor:N", sort=actors, title=None, axis=axis, scale=across), row_axis(placed, space)
    base = {"x": x, "y": field("top:Q", **down), "y2": {"field": "bottom"}}
    boxes = told(mark("rect", {**base, "stroke": raw("edge:N"), **_box_style()}))
    texts = mark(
        "text",
        {"x": x, "y": field("middle:Q", **down), "text": field("mark:N"), "fill": raw("text_fill:N")},
        fontSize=FONT_SIZE - 1,
    )
    drawn = rows.sort_values(["filled", "fill", "width"], kind="stable")
    size = {"width": CELL * len(actors), "height": max(row.bottom for row in placed.values())}
    heading = textwrap.wrap(title, 44 if narrow else 90)
    return layers(drawn, boxes, texts, title={"text": heading}, **size)


def _legend(width: int, space: int, selected: bool) -> Spec:
    """Return the legend, with one sample for each kind of cell."""
    samples = [
        *(
            (cell_mark("expressed", value, False, False), STANCE[value], ON_STANCE[value], 1.0, 0.0, word)
            for value, word in WORDS.items()
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
    rows["x2"], rows["y2"] = rows["x"] + 38, rows["y"] + 20
    height = int(rows["y"].max()) + 24
    at = {
        "x": field("x:Q", axis=None, scale={"domain": [0, width], "range": [-space, width - space]}),
        "y": field("y:Q", axis=None, scale={"domain": [0, height], "range": [0, height]}),
    }
    boxes = mark("rect", {**at, "x2": {"field": "x2"}, "y2": {"field": "y2"}, **_box_style()}, stroke=INK)
    text = {**at, "text": field("mark:N"), "fill": raw("text_fill:N")}
    marks = mark("text", text, dx=19, dy=10, fontSize=FONT_SIZE - 1)
    texts = mark("text", {**at, "text": field("label:N")}, dx=44, dy=10, align="left")
    return layers(rows, boxes, marks, texts, width=width - space, height=height)


def _draw(table: pd.DataFrame, width: int) -> Spec:
    groups = [(str(title), _full_grid(rows)) for title, rows in table.groupby("group", sort=False)]
    most_actors = max(rows["actor"].nunique() for _, rows in groups)
    narrow = width <= NARROW
    space = 140 if narrow else max(LEAST_SPACE, min(430, width - CELL * most_actors - 90))
    legend = _legend(width, space, bool(table["selected_by_actor_id"].notna().any()))
    return concat(legend, *(_grid(rows, title, space, narrow) for title, rows in groups), independent=("x", "y"))


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


def _largest(table: pd.DataFrame, top: int | None) -> pd.DataFrame:
    """Return the cells of the targets with the most cells, the first in display order among equals."""
    if top is None:
        return table
    kept = table["target_id"].value_counts(sort=False).sort_values(ascending=False, kind="stable").index[:top]
    return table[table["target_id"].isin(kept)].reset_index(drop=True)


def _largest_first(table: pd.DataFrame) -> pd.DataFrame:
    """Return the cells with the groups and, in each, the targets with the most cells first."""
    cells = {name: table[name].map(table[name].value_counts()).astype("int64") for name in ("group", "target_id")}
    order = pd.DataFrame({name: -number for name, number in cells.items()}).assign(at=range(len(table)))
    order["first"] = order.groupby(table["group"], sort=False)["at"].transform("min")
    order["own"] = order.groupby(table["target_id"], sort=False)["at"].transform("min")
    return table.loc[order.sort_values(["group", "first", "target_id", "own", "at"]).index].reset_index(drop=True)


def stance_matrix(  # noqa: PLR0913, PLR0917 - filters that all figures have
    data: Views,
    by: Target = "provision",
    selected: bool = False,
    top: int | None = None,
    process: Names = None,
    since: Since = None,
) -> Figure:
    """Draw the stances of actors on provisions, instruments, propositions or topics.

    Parameters
    ----------
    data : Dataset
        The dataset.
    by : {"provision", "instrument", "proposition", "topic"}
        Kind of target in the rows.
    selected : bool, default False
        Whether to include sources whose contents a party selected, as in `clausula.stances`.
    top : int, optional
        Number of targets to draw, those on which most actors have a position first. Default: all.
    process : str or list of str, optional
        Only positions in these processes, by ID.
    since : int, str or date, optional
        Only positions whose last possible day is not before this year, month or day.

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
    positions = data.positions(process=process, since=since)
    kept, _ = exclude_selected(positions, selected)
    left_out = positions[(positions["target_kind"] == by) & ~positions.index.isin(kept.index)]
    rows = targets_of(data, by).merge(latest(kept, by).drop(columns="target"), on="target_id")
    names = data.load("actors").set_index("actor_id")["name"]
    every = rows.assign(actor=rows["claimant_id"].map(names).fillna(rows["claimant_id"]))[COLUMNS]
    table = _largest_first(_largest(every, top))
    stance = table["stance"]
    text = (
        f"{count(table['claimant_id'].nunique(), 'actor')} on {count(table['target_id'].nunique(), by)}: "
        f"{int((stance > 0).sum())} for, {int((stance < 0).sum())} against, "
        f"{int((stance == 0).sum())} neutral or mixed, {int((table['position'] == 'silent').sum())} silent "
        f"(noted by a source); {int(table['conditional'].sum())} conditional."
    )
    notes = _notes(data, table, dict(names), left_out)
    if others := every["target_id"].nunique() - table["target_id"].nunique():
        notes = (f"Drawn are the {by}s with the most positions; {count(others, 'other')} are left out.", *notes)
    return Figure(f"Stances of actors on {by}s", text, notes, table, partial(_draw, table))
