"""Lookups that all pages share: rows, names, labels and addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, cached_property
from typing import Any

import pandas as pd

from clausula.analysis.dataset import Dataset
from clausula.analysis.show import plain_records
from clausula.core.lexical import format_value
from clausula.site.names import NAMED, TABLES_WITH_PAGES, page_of, safe_name

Record = dict[str, Any]

_PAIR = re.compile(r"\[?([^\[\]/,.]+)(?:/|\.\.)([^\[\]/,.]+)\]?")

NAME_FIELDS = {
    "actors": "name",
    "topics": "label",
    "sources": "title",
    "places": "name",
    "processes": "title",
    "instruments": "title",
    "propositions": "statement",
}
"""The field that holds the readable name of a record, by table."""

SHOWN_ON = {
    "provisions": ("instrument_id", "instruments"),
    "propositions": ("topic_id", "topics"),
    "reactions": ("claimant_id", "actors"),
}
"""Tables whose records are shown on the page of another record: the field with its ID, and its table."""


PARTS = (
    ("reactions", "claimant_id"),
    ("reactions", "speaker_id"),
    ("provision_actors", "actor_id"),
    ("instrument_actors", "actor_id"),
    ("event_actors", "actor_id"),
)
"""Tables and fields in which an actor does something; other actors are only named, and have no page of their own."""


MOST_BRIEF_ROLES, BRIEF_ON_A_PAGE = 10, 40
"""Roles in provisions up to which an actor without reactions shares a page, and the actors on such a page."""


class Context:
    """A dataset and the lookups that pages need; `all` returns the rows of a table, without empty cells."""

    def __init__(self, data: Dataset) -> None:
        self.data = data
        self.model = data.model
        self.frame = cache(data.load)
        self.all = cache(lambda table: plain_records(self.frame(table)))
        self._grouped = cache(self._group_rows)

    @cached_property
    def _names(self) -> Mapping[str, Mapping[str, str]]:
        names = {}
        for table, field in NAME_FIELDS.items():
            frame = self.frame(table)
            names[table] = dict(zip(frame[self.model[table].primary_key[0]], frame[field], strict=True))
        instruments = self.frame("instruments").dropna(subset="version")
        for row in instruments.itertuples():
            names["instruments"][row.instrument_id] = f"{row.title} ({row.version})"
        return names

    @cached_property
    def _parents(self) -> Mapping[str, Mapping[str, str]]:
        """The record on whose page another is shown: by table, its ID."""
        parents = {}
        for table, (field, _) in SHOWN_ON.items():
            frame = self.frame(table)
            parents[table] = dict(zip(frame[self.model[table].primary_key[0]], frame[field], strict=True))
        return parents

    def instrument_of(self, provision_id: str) -> str:
        """Return the instrument of a provision."""
        return self._parents["provisions"].get(provision_id, "")

    @cached_property
    def selected(self) -> Mapping[str, str]:
        """Sources whose contents a party selected, with the ID of that actor."""
        frame = self.frame("sources").dropna(subset="selected_by_actor_id")
        return dict(zip(frame["source_id"], frame["selected_by_actor_id"], strict=True))

    @cached_property
    def coded_instruments(self) -> set[str]:
        """Instruments with a page of their own: those with coded provisions. The others share one."""
        return set(self.frame("provisions")["instrument_id"])

    @cached_property
    def active_actors(self) -> set[str]:
        """Actors with a reaction, or with a part in a provision, an instrument or an event."""
        return {actor for table, field in PARTS for actor in self.frame(table)[field].dropna()}

    @cached_property
    def brief_actors(self) -> Mapping[str, str]:
        """Actors about which so little is known that they share a page with others: the page of each."""
        told = {actor for field in ("claimant_id", "speaker_id") for actor in self.frame("reactions")[field].dropna()}
        roles = self.frame("provision_actors")["actor_id"].value_counts()
        names = self._names["actors"]
        brief = self.active_actors - told - set(roles[roles > MOST_BRIEF_ROLES].index)
        listed = sorted(brief, key=lambda one: (names.get(one, one), one))
        return {actor: f"actors/brief/{number // BRIEF_ON_A_PAGE + 1}.html" for number, actor in enumerate(listed)}

    def name(self, table: str, record_id: str) -> str:
        """Return the readable name of a record."""
        return self._names.get(table, {}).get(record_id, record_id)

    def address(self, table: str, record_id: str) -> str:
        """Return the address of a record from the root of the site; empty if it has none."""
        if table == "actors" and record_id in self._names[table] and record_id not in self.active_actors:
            return f"actors.html#{safe_name(record_id)}"
        if table == "actors" and record_id in self.brief_actors:
            return f"{self.brief_actors[record_id]}#{safe_name(record_id)}"
        if table == "instruments" and record_id in self._names[table] and record_id not in self.coded_instruments:
            return f"{NAMED}#{safe_name(record_id)}"
        if table in TABLES_WITH_PAGES:
            return page_of(table, record_id) if record_id in self._names[table] else ""
        if table in self._parents:
            parent = self._parents[table].get(record_id)
            return f"{page_of(SHOWN_ON[table][1], parent)}#{self.anchor(table, record_id)}" if parent else ""
        if not record_id:
            return ""
        page = {"sources": "sources.html", "events": "instruments.html", "processes": "instruments.html"}.get(table)
        return f"{page}#{safe_name(record_id)}" if page else ""

    def anchor(self, table: str, record_id: str) -> str:
        """Return the anchor of a record on its page; for a provision, its ID without the ID of the instrument."""
        instrument = self._parents[table].get(record_id, "") if table == "provisions" else ""
        return safe_name(record_id.removeprefix(f"{instrument}.") if instrument else record_id)

    def label(self, table: str, field: str, value: Any) -> str:
        """Return the label of a category, or the value as text."""
        definition = self.model[table][field]
        categories = definition.categories or definition.scale
        return next((c.label for c in categories if c.value == value), format_value(value))

    def rows(self, table: str, field: str, value: str) -> list[Record]:
        """Return the rows of a table that have this value in a field."""
        return self._grouped(table, field).get(value, [])

    def _group_rows(self, table: str, field: str) -> Mapping[str, list[Record]]:
        """Return the rows of a table by the value of a field."""
        rows: dict[str, list[Record]] = {}
        for row in plain_records(self.frame(table).dropna(subset=field)):
            rows.setdefault(row[field], []).append(row)
        return rows

    @cached_property
    def positions(self) -> list[Record]:
        """The rows of `Dataset.positions`, with the summary of the reaction."""
        frame = self.data.positions()
        summaries = self.frame("reactions").set_index("reaction_id")["summary"]
        return plain_records(frame.assign(summary=frame["reaction_id"].map(summaries)))

    @cached_property
    def _positions_by_target(self) -> Mapping[tuple[str, str], list[Record]]:
        found: dict[tuple[str, str], list[Record]] = {}
        for position in sorted(self.positions, key=lambda p: (p.get("date_to", ""), p["reaction_id"])):
            found.setdefault((position["target_kind"], position["target_id"]), []).append(position)
        return found

    def positions_on(self, kind: str, record_id: str) -> list[Record]:
        """Return the positions on one target, earliest first."""
        return self._positions_by_target.get((kind, record_id), [])


def date_text(date: str | None) -> str:
    """Return an EDTF date in words."""
    if not date:
        return "undated"
    if date.startswith("../"):
        return f"{date[3:]} or earlier"
    if date.endswith("/.."):
        return f"{date[:-3]} or later"
    pair = _PAIR.fullmatch(date)
    return f"between {pair[1]} and {pair[2]}" if pair else f"about {date[:-1]}" if date.endswith("~") else date


def cell_texts(frame: pd.DataFrame) -> dict[str, list[str]]:
    """Return the text of each cell by column, as in the CSV file."""
    columns = {}
    for name, column in frame.items():
        if column.dtype.kind == "M":
            columns[str(name)] = column.dt.strftime("%Y-%m-%d").fillna("").tolist()
        else:
            values = column.astype("object").where(column.notna(), None).tolist()
            columns[str(name)] = [v if isinstance(v, str) else "" if v is None else format_value(v) for v in values]
    return columns
