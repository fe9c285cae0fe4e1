"""What all pages of a site share: frames, names, labels, addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, cached_property
from typing import Any

import pandas as pd

from clausula.analysis.dataset import Dataset
from clausula.analysis.show import plain_records
from clausula.core.lexical import spell
from clausula.site.names import PAGED, page_of, safe

Record = dict[str, Any]

_PAIR = re.compile(r"\[?([^\[\]/,.]+)(?:/|\.\.)([^\[\]/,.]+)\]?")

NAMED = {
    "actors": "name",
    "topics": "label",
    "sources": "title",
    "places": "name",
    "processes": "title",
    "instruments": "title",
}
"""The field that names a record of these tables to people."""


class Context:
    """A data set with what pages look up in it."""

    def __init__(self, data: Dataset) -> None:
        self.data = data
        self.model = data.model
        self.frame = cache(data.load)
        self._all = cache(lambda table: plain_records(self.frame(table)))
        self._by = cache(self._grouped)

    @cached_property
    def _names(self) -> Mapping[str, Mapping[str, str]]:
        found = {}
        for table, field in NAMED.items():
            frame = self.frame(table)
            found[table] = dict(zip(frame[self.model[table].primary_key[0]], frame[field], strict=True))
        instruments = self.frame("instruments").dropna(subset="version")
        for row in instruments.itertuples():
            found["instruments"][row.instrument_id] = f"{row.title} ({row.version})"
        return found

    @cached_property
    def _homes(self) -> Mapping[str, Mapping[str, str]]:
        """Where records stand that have no page of their own: the record on whose page they do."""
        provisions, reactions = self.frame("provisions"), self.frame("reactions")
        return {
            "provisions": dict(zip(provisions["provision_id"], provisions["instrument_id"], strict=True)),
            "reactions": dict(zip(reactions["reaction_id"], reactions["claimant_id"], strict=True)),
        }

    def home(self, provision_id: str) -> str:
        """The instrument of a provision."""
        return self._homes["provisions"].get(provision_id, "")

    @cached_property
    def selected(self) -> Mapping[str, str]:
        """Sources whose contents a party selected, and who did."""
        frame = self.frame("sources").dropna(subset="selected_by_actor_id")
        return dict(zip(frame["source_id"], frame["selected_by_actor_id"], strict=True))

    def name(self, table: str, record_id: str) -> str:
        """What people call a record."""
        return self._names.get(table, {}).get(record_id, record_id)

    def address(self, table: str, record_id: str) -> str:
        """Where a record stands, from the root of the site; empty if nowhere."""
        if table in PAGED:
            return page_of(table, record_id) if record_id in self._names[table] else ""
        if table in self._homes:
            home = self._homes[table].get(record_id)
            folder = "instruments" if table == "provisions" else "actors"
            return f"{page_of(folder, home)}#{self.anchor(table, record_id)}" if home else ""
        if not record_id:
            return ""
        page = {"sources": "sources.html", "events": "instruments.html", "processes": "instruments.html"}.get(table)
        return f"{page}#{safe(record_id)}" if page else ""

    def anchor(self, table: str, record_id: str) -> str:
        """Where on its page a record stands; a provision under the part of its id that its instrument's lacks."""
        home = self._homes[table].get(record_id, "") if table == "provisions" else ""
        return safe(record_id.removeprefix(f"{home}.") if home else record_id)

    def label(self, table: str, field: str, value: Any) -> str:
        """The label of a code, or the value as text."""
        found = self.model[table][field]
        return next((c.label for c in found.categories or found.scale if c.value == value), spell(value))

    def all(self, table: str) -> list[Record]:
        """The rows of a table without their empty cells."""
        return self._all(table)

    def rows(self, table: str, field: str, value: str) -> list[Record]:
        """The rows of a table whose field holds the value."""
        return self._by(table, field).get(value, [])

    def _grouped(self, table: str, field: str) -> Mapping[str, list[Record]]:
        """All rows of a table by the value of a field."""
        rows: dict[str, list[Record]] = {}
        for row in plain_records(self.frame(table).dropna(subset=field)):
            rows.setdefault(row[field], []).append(row)
        return rows

    @cached_property
    def positions(self) -> list[Record]:
        """Every target of every reaction, as `Dataset.positions` has them, with what its reaction says."""
        frame = self.data.positions()
        said = self.frame("reactions").set_index("reaction_id")["summary"]
        return plain_records(frame.assign(summary=frame["reaction_id"].map(said)))

    def positions_on(self, kind: str, record_id: str) -> list[Record]:
        """The positions on one target, from the earliest."""
        found = [p for p in self.positions if p["target_kind"] == kind and p["target_id"] == record_id]
        return sorted(found, key=lambda p: (p.get("date_to", ""), p["reaction_id"]))


def day(date: str | None) -> str:
    """A date of the subset of EDTF in words."""
    if not date:
        return "undated"
    if date.startswith("../"):
        return f"not after {date[3:]}"
    if date.endswith("/.."):
        return f"from {date[:-3]} on"
    pair = _PAIR.fullmatch(date)
    return f"between {pair[1]} and {pair[2]}" if pair else f"about {date[:-1]}" if date.endswith("~") else date


def texts(frame: pd.DataFrame) -> dict[str, list[str]]:
    """The text of every cell, column by column, as the CSV file has it."""
    columns = {}
    for name in frame.columns:
        column = frame[name]
        if column.dtype.kind == "M":
            columns[str(name)] = column.dt.strftime("%Y-%m-%d").fillna("").tolist()
        else:
            plain = column.astype("object")
            columns[str(name)] = ["" if pd.isna(value) else spell(value) for value in plain]
    return columns
