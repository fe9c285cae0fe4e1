"""Timeline of instruments, events and reactions, with uncertain dates."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from clausula.analysis.lineage import NO_START
from clausula.analysis.positions import reactions_in_processes
from clausula.analysis.views import Views
from clausula.core.pandas_text import text_dtype
from clausula.core.wording import count
from clausula.figures.figure import NARROW, Figure, altair, instrument_labels, left_labels, shorten
from clausula.figures.palette import BLUE, GREEN, INK, LINE, VERMILLION

KINDS = {"instrument": (BLUE, "square"), "event": (GREEN, "diamond"), "reaction": (VERMILLION, "circle")}
NO_PROCESS = "Process unknown"
COLUMNS = ["process", "kind", "lane", "id", "date", "date_from", "date_to", "certain"]


def _reactions(data: Views) -> pd.DataFrame:
    frame = reactions_in_processes(data.load, data.load("reactions"))
    names = data.load("actors").set_index("actor_id")["name"]
    return frame.assign(kind="reaction", lane=frame["claimant_id"].map(names), id=frame["reaction_id"])


def dated_records(data: Views) -> pd.DataFrame:
    """Return one row for each instrument, event and reaction: process, lane, and date with its first and last day."""
    instruments, events = data.load("instruments"), data.load("events", labels=True)
    parts = [
        instruments.assign(kind="instrument", lane=instrument_labels(instruments), id=instruments["instrument_id"]),
        events.assign(lane=events["kind"].astype(text_dtype()), kind="event", id=events["event_id"]),
        _reactions(data),
    ]
    rows = pd.concat(parts, ignore_index=True)
    titles = data.load("processes").set_index("process_id")["title"]
    rows["process"] = rows["process_id"].map(titles).fillna(NO_PROCESS)
    rows["certain"] = rows["date_from"].notna() & (rows["date_from"] == rows["date_to"])
    rows["unknown"] = rows["process"] == NO_PROCESS
    rows["rank"] = rows["kind"].map(list(KINDS).index)
    rows["last"], rows["opens"] = rows["date_to"].fillna(rows["date_from"]), rows["date_from"].fillna(NO_START)
    rows = rows.sort_values(["unknown", "process", "rank", "last", "opens", "id"], na_position="last")
    return rows[COLUMNS].reset_index(drop=True)


def _spans(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.Timestamp, pd.Timestamp]:
    """Return the marks of a process with start, end and number of records, and the first and last day of the axis.

    An unknown start or end is set to the edge of the axis.
    """
    dates = pd.concat([rows["date_from"], rows["date_to"]]).dropna()
    first, last = dates.min(), dates.max()
    margin = max((last - first) * 0.06, pd.Timedelta(days=4))
    first, last = first - margin, last + margin
    keys = ["kind", "lane", "date_from", "date_to"]
    marks = rows.groupby(keys, dropna=False, sort=False, observed=True).size().rename("number").reset_index()
    marks["open_from"], marks["open_to"] = marks["date_from"].isna(), marks["date_to"].isna()
    marks["start"] = marks["date_from"].fillna(first)
    marks["end"] = marks["date_to"].fillna(last)
    marks["day"] = marks["start"] == marks["end"]
    marks["number_text"] = marks["number"].map(lambda n: f"×{n}" if n > 1 else "")
    return marks, first, last


def _process(rows: pd.DataFrame, title: str, width: int, space: int) -> Any:
    alt = altair()
    narrow = width <= NARROW
    spans, first, last = _spans(rows)
    spans["lane"] = spans["kind"].str[0].str.upper() + "  " + spans["lane"]
    for name in ("start", "end"):
        spans[name] = spans[name].dt.strftime("%Y-%m-%d")
    spans = spans.drop(columns=["date_from", "date_to"])
    # A time scale would use the time zone of the machine.
    scale = alt.Scale(type="utc", domain=[first.strftime("%Y-%m-%d"), last.strftime("%Y-%m-%d")])
    days = (last - first).days
    axis = alt.Axis(
        orient="top",
        grid=True,
        gridColor=LINE,
        tickCount=3 if narrow else 7,
        format="%Y" if days > 1500 else "%b %Y" if days > 120 else "%d %b %y",
        labelOverlap=True,
        labelSeparation=8,
    )
    x = alt.X("start:T", scale=scale, axis=axis, title=None)
    y = alt.Y("lane:N", sort=list(spans["lane"].drop_duplicates()), title=None, axis=left_labels(space))
    colour, shape = _kind_marks()
    base = alt.Chart(spans).encode(x=x, y=y, color=colour)
    bars = base.transform_filter("!datum.day").mark_bar(height=7, opacity=0.55).encode(x2="end:T")
    points = base.transform_filter("datum.day").mark_point(size=75, filled=True, opacity=1).encode(shape=shape)
    lefts = base.transform_filter("datum.open_from").mark_text(text="◀", align="left", fontSize=9, dx=-2)
    rights = base.transform_filter("datum.open_to").mark_text(text="▶", align="right", fontSize=9, dx=2)
    rights = rights.encode(x="end:T")
    numbers = base.transform_filter("datum.number > 1").mark_text(align="left", dx=7, fontSize=11, fill=INK)
    numbers = numbers.encode(x="end:T", text="number_text:N", color=alt.value(INK))
    heading = alt.TitleParams(shorten(title, 45 if narrow else 90))
    chart = alt.layer(bars, lefts, rights, points, numbers)
    return chart.properties(width=width - space - 30, height=alt.Step(19), title=heading)


def _kind_marks() -> tuple[Any, Any]:
    """Return the colours and the shapes of the kinds of records."""
    alt, (colours, shapes) = altair(), zip(*KINDS.values(), strict=True)
    colour = alt.Color("kind:N", scale=alt.Scale(domain=list(KINDS), range=list(colours)), legend=None)
    return colour, alt.Shape("kind:N", scale=alt.Scale(domain=list(KINDS), range=list(shapes)), legend=None)


def _legend(width: int, space: int) -> Any:
    alt = altair()
    labels = ["I  instrument", "E  event", "R  reaction, by claimant"]
    rows = pd.DataFrame({"kind": list(KINDS), "label": labels, "x": [8, 118, 198]})
    colour, shape = _kind_marks()
    across = alt.Scale(domain=[0, width], range=[-space, width - space])
    base = alt.Chart(rows).encode(x=alt.X("x:Q", axis=None, scale=across))
    dots = base.mark_point(filled=True, size=75, opacity=1).encode(color=colour, shape=shape)
    texts = base.mark_text(align="left", dx=10, fill=INK).encode(text="label:N")
    return alt.layer(dots, texts).properties(width=width - space, height=18)


def _draw(table: pd.DataFrame, width: int) -> Any:
    alt = altair()
    drawn = table[table["date_from"].notna() | table["date_to"].notna()]
    space = 140 if width <= NARROW else 260
    parts = [_process(rows, str(title), width, space) for title, rows in drawn.groupby("process", sort=False)]
    chart = alt.vconcat(_legend(width, space), *parts)
    return chart.resolve_scale(x="independent", y="independent", color="independent", shape="independent")


def timeline(data: Views) -> Figure:
    """Draw instruments, events and reactions over time, by process.

    Returns
    -------
    Figure
        A symbol for a known day; a bar from the first to the last possible day otherwise, with an arrow if one end is
        open.
    """
    table = dated_records(data)
    undated = table["date_from"].isna() & table["date_to"].isna()
    numbers = table["kind"].value_counts()
    text = (
        f"{', '.join(count(int(numbers.get(kind, 0)), kind) for kind in KINDS)} in "
        f"{count(table['process'].nunique(), 'process', 'processes')}; {int(table['certain'].sum())} on a known day, "
        f"{int((~table['certain'] & ~undated).sum())} within a range, {int(undated.sum())} without a date (not drawn)."
    )
    notes = ("A bar covers all possible days; an arrow means that one end is unknown.",)
    drawable = table if (~undated).any() else table.iloc[:0]
    return Figure("Timeline of instruments, events and reactions", text, notes, drawable, partial(_draw, table))
