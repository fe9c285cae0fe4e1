"""What the frames for analysis share: a usable day with its precision, filters, and labels of categories."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import pandas as pd

from clausula.core.errors import InvalidArgument, require_known
from clausula.core.pandas_text import text_dtype, text_index

PRECISION = ("day", "month", "year", "interval", "before", "after")
"""How precisely a date is known, from a single day to an interval of which one end is unknown."""

Names = str | Iterable[str] | None
Since = int | str | date | None


class Load(Protocol):
    """A function that returns a typed table by its name."""

    def __call__(self, table: str, labels: bool = False) -> pd.DataFrame:
        """Return the table, on request with labels of categories."""


def with_day(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with `day`, `date_precision` and `year`, from its columns `date_from` and `date_to`.

    `day` is the first possible day, or the last one if the first is unknown.
    """
    first, last = frame["date_from"], frame["date_to"]
    month = (first.dt.day == 1) & (last == first + pd.offsets.MonthEnd(0))
    year = (first.dt.day_of_year == 1) & (last == first + pd.offsets.YearEnd(0))
    known = pd.Series("interval", index=frame.index, dtype="object")
    known[month], known[year], known[first == last] = "month", "year", "day"
    known[first.isna()], known[last.isna()] = "before", "after"
    known[first.isna() & last.isna()] = None
    day = first.fillna(last)
    kinds = pd.CategoricalDtype(text_index(PRECISION))
    return frame.assign(day=day, date_precision=known.astype(kinds), year=day.dt.year.astype("float64"))


def _chosen(asked: Names, known: Iterable[str], kind: str, listing: str) -> frozenset[str] | None:
    """Return the IDs that a filter names; None if there is no filter."""
    if asked is None:
        return None
    named, ids = [asked] if isinstance(asked, str) else list(asked), set(known)
    for one in named:
        require_known(one, kind, ids, listing)
    return frozenset(named)


def _start(since: Since) -> pd.Timestamp | None:
    if since is None:
        return None
    text = since.isoformat()[:10] if isinstance(since, date) else str(since)
    form = {4: "%Y", 7: "%Y-%m", 10: "%Y-%m-%d"}.get(len(text), "")
    start = pd.to_datetime(text, format=form, errors="coerce", exact=True) if form else pd.NaT
    if pd.isna(start):
        raise InvalidArgument.of("invalid-argument:day", argument="since", value=since)
    return pd.Timestamp(start)


@dataclass(frozen=True)
class Scope:
    """Which records a frame is to contain, by process, instrument and date."""

    processes: frozenset[str] | None = None
    instruments: frozenset[str] | None = None
    start: pd.Timestamp | None = None

    @classmethod
    def of(cls, load: Load, process: Names = None, instrument: Names = None, since: Since = None) -> Scope:
        """Return the scope that the arguments of a view describe.

        Raises
        ------
        UnknownName
            If no process or instrument has a given ID.
        InvalidArgument
            If `since` is not a date.
        """
        processes = load("processes")["process_id"] if process is not None else ()
        instruments = load("instruments")["instrument_id"] if instrument is not None else ()
        return cls(
            _chosen(process, processes, "process ID", "clausula.load('processes')"),
            _chosen(instrument, instruments, "instrument ID", "clausula.load('instruments')"),
            _start(since),
        )

    def keep(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the rows in scope, in their order, with a RangeIndex.

        A row is in scope if its last possible day is not before the start, or if that day is unknown and its first one
        is known. Rows without any date are left out if there is a start.
        """
        chosen = pd.Series(True, index=frame.index)
        if self.processes is not None:
            chosen &= frame["process_id"].isin(self.processes)
        if self.instruments is not None:
            chosen &= frame["instrument_id"].isin(self.instruments)
        if self.start is not None:
            open_end = frame["date_to"].isna() & frame["date_from"].notna()
            chosen &= (frame["date_to"] >= self.start) | open_end
        return frame[chosen].reset_index(drop=True)


def named(ids: pd.Series, table: pd.DataFrame, key: str, label: str) -> pd.Series:
    """Return the label of the record with each ID, as text."""
    return ids.map(table.set_index(key)[label]).astype(text_dtype())


def typed(frame: pd.DataFrame, columns: Iterable[str]) -> pd.DataFrame:
    """Return these columns with a RangeIndex and names of the text dtype."""
    listed = list(columns)
    found = frame[listed].reset_index(drop=True)
    found.columns = text_index(listed)
    return found


def with_labels(frame: pd.DataFrame, load: Load, tables: Mapping[str, str]) -> pd.DataFrame:
    """Return a frame with labels instead of codes in categories; `tables` gives the table of each column."""
    found: dict[str, Any] = {}
    for column, table in tables.items():
        labels: Any = text_index(load(table, labels=True)[column].cat.categories)
        found[column] = frame[column].cat.rename_categories(labels)
    return frame.assign(**found)


def relabelled(frame: pd.DataFrame, column: str, labels: Mapping[str, str]) -> pd.DataFrame:
    """Return a frame with labels instead of the codes of a category that no table has."""
    names: Any = text_index(labels[code] for code in frame[column].cat.categories)
    return frame.assign(**{column: frame[column].cat.rename_categories(names)})


def in_text_order(provisions: pd.DataFrame) -> pd.DataFrame:
    """Return provisions by instrument, in the order in which these first appear, then in the order of the text."""
    place = pd.Series(provisions["instrument_id"].factorize()[0], index=provisions.index)
    return provisions.assign(_place=place).sort_values(["_place", "ordinal"], kind="stable").drop(columns="_place")


def provisions_in(load: Load, scope: Scope) -> pd.DataFrame:
    """Return the provisions in scope with what is known of their instruments and topics.

    `instrument`, `process_id`, `coverage`, `date_from`, `date_to`, `day`, `date_precision` and `year` are those of the
    instrument; `topic` is the label of the topic.
    """
    instruments = with_day(load("instruments")).rename(columns={"title": "instrument"})
    columns = ["instrument_id", "instrument", "process_id", "coverage", "date_from", "date_to"]
    context = instruments[[*columns, "day", "date_precision", "year"]]
    rows = scope.keep(in_text_order(load("provisions")).merge(context, on="instrument_id", validate="many_to_one"))
    topics = load("topics")
    return rows.assign(
        topic=named(rows["topic_id"], topics, "topic_id", "label"),
        strength=rows["strength"].astype("float64"),
    )
