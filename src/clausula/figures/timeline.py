"""Timeline of instruments, events and reactions, with uncertain dates."""

from __future__ import annotations

import textwrap
from functools import partial

import pandas as pd

from clausula.analysis.lineage import NO_START
from clausula.analysis.positions import reactions_in_processes
from clausula.analysis.scope import Names, Since
from clausula.analysis.views import Views
from clausula.core.pandas_text import text_dtype
from clausula.core.wording import count
from clausula.figures.figure import NARROW, Figure, instrument_labels
from clausula.figures.labels import row_axis, rows_of
from clausula.figures.legend import Sample, legend
from clausula.figures.palette import BLUE, GREEN, INK, LINE, MUTED, VERMILLION
from clausula.figures.scoped import scoped
from clausula.figures.vega import Spec, concat, field, layers, mark, told

UNCERTAIN = {"strokeWidth": 2, "strokeDash": [2, 3], "opacity": 1}
"""The line between the first and the last possible day: dashed, since nothing lasted that long."""

KINDS = {"instrument": (BLUE, "square"), "event": (GREEN, "diamond"), "reaction": (VERMILLION, "circle")}
ROW = 19
"""Height of a row whose label has one line."""

NO_PROCESS = "Process unknown"
COLUMNS = ["process", "kind", "lane", "id", "date", "date_from", "date_to", "certain"]


def _reactions(data: Views) -> pd.DataFrame:
    frame = reactions_in_processes(data.load, data.load("reactions"))
    names = data.load("actors").set_index("actor_id")["name"]
    claimants = frame["claimant_id"]
    return frame.assign(kind="reaction", lane=claimants.map(names).fillna(claimants), id=frame["reaction_id"])


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
    groups = rows.groupby(keys, dropna=False, sort=False, observed=True)
    marks = groups.agg(number=("id", "size"), id=("id", "first"), date=("date", "first")).reset_index()
    marks["record"] = marks["kind"] + "s " + marks["id"]
    several = marks["number"].map(lambda number: f" and {number - 1} more" if number > 1 else "")
    dates = marks["date"].map(lambda date: "undated" if pd.isna(date) else str(date))
    marks["tip"] = marks["lane"] + ", " + dates + several
    marks["open_from"], marks["open_to"] = marks["date_from"].isna(), marks["date_to"].isna()
    marks["start"] = marks["date_from"].fillna(first)
    marks["end"] = marks["date_to"].fillna(last)
    marks["day"] = marks["start"] == marks["end"]
    marks["number_text"] = marks["number"].map(lambda n: f"×{n}" if n > 1 else "")
    return marks, first, last


def _process(rows: pd.DataFrame, title: str, width: int, space: int) -> Spec:
    narrow = width <= NARROW
    spans, first, last = _spans(rows)
    spans["lane"] = spans["kind"].str[0].str.upper() + "  " + spans["lane"]
    for name in ("start", "end"):
        spans[name] = spans[name].dt.strftime("%Y-%m-%d")
    spans = spans.drop(columns=["date_from", "date_to", "id", "date"])
    # A time scale would use the time zone of the machine.
    scale = {"type": "utc", "domain": [first.strftime("%Y-%m-%d"), last.strftime("%Y-%m-%d")]}
    days = (last - first).days
    axis = {
        "orient": "top",
        "grid": True,
        "gridColor": LINE,
        "tickCount": 3 if narrow else 7,
        "format": "%Y" if days > 1500 else "%b %Y" if days > 120 else "%d %b %y",
        "labelOverlap": True,
        "labelSeparation": 8,
    }
    x = field("start:T", scale=scale, axis=axis, title=None)
    to_end = field("end:T", scale=scale, axis=axis, title=None)
    placed = rows_of(spans["lane"], space, ROW)
    spans["row"] = [placed[lane].middle for lane in spans["lane"]]
    spans = spans.drop(columns="lane")
    colour, shape = _kind_marks()
    base = {"x": x, "y": field("row:Q", **row_axis(placed, space)), "color": colour}
    end = {"field": "end"}
    bars = told(mark("rule", {**base, "x2": end}, "!datum.day", **UNCERTAIN))
    ends = [
        mark("tick", {**base, "x": at}, f"!datum.day && !datum.open_{name}", thickness=2, size=9)
        for at, name in ((x, "from"), (to_end, "to"))
    ]
    points = told(mark("point", {**base, "shape": shape}, "datum.day", size=75, filled=True, opacity=1))
    lefts = mark("text", base, "datum.open_from", text="◀", align="left", fontSize=9, dx=-2)
    rights = mark("text", {**base, "x": to_end}, "datum.open_to", text="▶", align="right", fontSize=9, dx=2)
    number = {**base, "x": to_end, "text": field("number_text:N"), "color": {"value": INK}}
    numbers = mark("text", number, "datum.number > 1", align="left", dx=7, fontSize=11, fill=INK)
    heading = {"text": textwrap.wrap(title, 45 if narrow else 90)}
    size = {"width": width - space - 30, "height": max(row.bottom for row in placed.values())}
    return layers(spans, bars, *ends, lefts, rights, points, numbers, title=heading, **size)


def _kind_marks() -> tuple[Spec, Spec]:
    """Return the colours and the shapes of the kinds of records."""
    colours, shapes = zip(*KINDS.values(), strict=True)
    colour = field("kind:N", scale={"domain": list(KINDS), "range": list(colours)}, legend=None)
    return colour, field("kind:N", scale={"domain": list(KINDS), "range": list(shapes)}, legend=None)


def _legend(width: int, space: int) -> Spec:
    labels = ("I  instrument", "E  event", "R  reaction, by claimant")
    samples: list[Sample] = [
        ({"type": "point", "color": colour, "shape": shape, "filled": True, "size": 75, "opacity": 1}, label)
        for (colour, shape), label in zip(KINDS.values(), labels, strict=True)
    ]
    samples.append(({"type": "rule", "color": MUTED, **UNCERTAIN}, "on an unknown day between the ends"))
    samples.append(({"type": "text", "text": "◀", "fontSize": 9, "fill": MUTED}, "start or end unknown"))
    return legend(samples, width, space)


def _draw(table: pd.DataFrame, width: int) -> Spec:
    drawn = table[table["date_from"].notna() | table["date_to"].notna()]
    space = 140 if width <= NARROW else 260
    parts = [_process(rows, str(title), width, space) for title, rows in drawn.groupby("process", sort=False)]
    return concat(_legend(width, space), *parts, independent=("x", "y", "color", "shape"))


def timeline(data: Views, top: int | None = None, process: Names = None, since: Since = None) -> Figure:
    """Draw instruments, events and reactions over time, by process.

    Parameters
    ----------
    data : Dataset
        The dataset.
    top : int, optional
        Number of actors whose reactions are drawn, those with the most first. Default: all.
    process : str or list of str, optional
        Only these processes, by ID.
    since : int, str or date, optional
        Only records whose last possible day is not before this year, month or day.

    Returns
    -------
    Figure
        A symbol for a known day; a dashed line from the first to the last possible day otherwise, with an arrow if one
        end is open.
    """
    table = dated_records(scoped(data, process, since))
    lanes = table.loc[table["kind"] == "reaction", "lane"].value_counts(sort=False)
    kept = lanes.sort_values(ascending=False, kind="stable").index[:top]
    left_out = len(lanes) - len(kept)
    table = table[(table["kind"] != "reaction") | table["lane"].isin(kept)].reset_index(drop=True)
    undated = table["date_from"].isna() & table["date_to"].isna()
    numbers = table["kind"].value_counts()
    text = (
        f"{', '.join(count(int(numbers.get(kind, 0)), kind) for kind in KINDS)} in "
        f"{count(table['process'].nunique(), 'process', 'processes')}; {int(table['certain'].sum())} on a known day, "
        f"{int((~table['certain'] & ~undated).sum())} within a range, {int(undated.sum())} without a date (not drawn)."
    )
    notes: tuple[str, ...] = (
        "A dashed line covers all possible days of a record; an arrow means that one end is unknown.",
    )
    if left_out:
        notes = (f"Drawn are the actors with the most reactions; {count(left_out, 'other')} are left out.", *notes)
    drawable = table if (~undated).any() else table.iloc[:0]
    return Figure("Timeline of instruments, events and reactions", text, notes, drawable, partial(_draw, table))
