"""Coding passes, read from the tables of the package: their units with anchors, and every coded value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TypeVar

from clausula.core.model import Model, Table
from clausula.core.store import Store, Values

Span = tuple[int, int]
_T = TypeVar("_T")

RECORDS = {"p": "provisions", "r": "reactions", "v": "events"}
"""The table of records for each first letter of a unit name."""

TARGETS = "reaction_targets"
"""The child table of reactions whose rows are units of their own in a pass (r006.t2)."""


@dataclass
class Unit:
    """A provision, a reaction or an event as coded in one pass.

    Attributes
    ----------
    name : str
        Name within its pass, such as p012.
    spans : list of (int, int)
        Text spans that state the unit, as code point offsets, ends exclusive.
    record : str
        ID of the record that resulted from the unit, or an empty text.
    values : dict
        Values of the record's own fields, by field name.
    rows : dict
        Child rows of the record, by table and item.
    """

    name: str
    spans: list[Span]
    record: str = ""
    values: Values = field(default_factory=dict)
    rows: dict[str, dict[str, Values]] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """Table of records that the unit belongs to."""
        return RECORDS[self.name[0]]

    @property
    def place(self) -> str:
        """Spans of the unit as text: "177-277, 300-310"."""
        return ", ".join(f"{start}-{end}" for start, end in self.spans)

    def row(self, table: Table | str, item: str) -> Values:
        """Return a child row, creating it if it does not exist."""
        name = table if isinstance(table, str) else table.name
        return self.rows.setdefault(name, {}).setdefault(item, {})


@dataclass
class Pass:
    """One coding pass over one source.

    Attributes
    ----------
    version : str
        Version of the codebook.
    blind : bool
        Whether the pass was made without seeing any other pass over the source.
    coder : str
        ID of the coder.
    coder_kind : str
        Kind of the coder: person, language_model or program; empty if the coder is not in the table `coders`.
    frozen : bool
        Whether the codebook was frozen before the text was coded.
    units_given : bool
        Whether the coder was given the units, so that agreement on them means nothing.
    round : int
        Round of comparison, counted from 1: passes that used the same version of the codebook are in the same round,
        except that those for which it was frozen have a round of their own.
    """

    name: str
    source: str
    version: str
    blind: bool
    coder_kind: str = ""
    frozen: bool = False
    units_given: bool = False
    coder: str = ""
    round: int = 0
    units: dict[str, Unit] = field(default_factory=dict)

    def units_of_kind(self, kind: str) -> list[Unit]:
        """Return the units of one kind in the order of the text."""
        return sorted((u for u in self.units.values() if u.kind == kind), key=lambda u: (u.spans, u.name))


@cache
def version_key(version: str) -> tuple[int, ...]:
    """Return the numbers of a codebook version, for sorting; 0 for a part that is not a number."""
    return tuple(int(part) if part.isdigit() else 0 for part in version.split("."))


def record_id(row: Values) -> str:
    """Return the ID of the record that a row refers to, or an empty text."""
    return row["provision_id"] or row["reaction_id"] or row["event_id"]


CELLS = ("pass_id", "unit", "variable", "item", "value")
"""The fields of a coding."""


class _Shared(dict[str, str]):
    """Texts by themselves, so that equal texts of many rows are one object in memory."""

    def __missing__(self, text: str) -> str:
        self[text] = text
        return text


class _Values:
    """Stores coded values in their units; equal texts are shared, as passes repeat a few codes many times."""

    def __init__(self, model: Model) -> None:
        self.model, self.text = model, _Shared()
        self.names: dict[str, tuple[str, str]] = {}
        self.keys: dict[tuple[str, str], Values] = {}

    def store(self, unit: Unit, target: str, variable: str, item: str, value: str) -> None:
        """Store one coded value in its unit."""
        value = self.text[value]
        if variable not in self.names:
            table, dot, name = variable.partition(".")
            self.names[variable] = (table, name) if dot else ("", variable)
        table, name = self.names[variable]
        if target:
            unit.row(TARGETS, self.text[target])[variable if table else name] = value
        elif table:
            child = unit.row(table, self.text[item])
            if not child and table in self.model.tables:
                child.update(self._key(table, item))
            child[name] = value
        else:
            unit.values[name] = value

    def _key(self, table: str, item: str) -> Values:
        if (table, item) not in self.keys:
            self.keys[table, item] = _key(self.model[table], item)
        return self.keys[table, item]


def _key(table: Table, item: str) -> Values:
    parts = item.split(" ")
    return dict(zip(table.primary_key[-len(parts) :], parts, strict=False))


def _use_anchor_spans(unit: Unit) -> None:
    """Replace the spans of a unit with those of its anchors, if the pass has anchors."""
    stated = [row for row in unit.rows.get("evidence", {}).values() if row.get("bearing") == "states"]
    found = sorted({(int(row["start"]), int(row["end"])) for row in stated if row.get("start") and row.get("end")})
    unit.spans = found or unit.spans


def read_passes(store: Store, source: str | None = None) -> list[Pass]:
    """Read the passes of a package with their units and values, in the order of the tables.

    Parameters
    ----------
    source : str, optional
        Read only the passes over this source.

    Raises
    ------
    ValueError
        If a table is malformed or does not match its schema; `clausula validate` shows where.
    """
    kinds = {row["coder_id"]: row["kind"] for row in store.records("coders")}
    passes = {
        row["pass_id"]: Pass(
            row["pass_id"],
            row["source_id"],
            row["codebook_version"],
            row["blind"] == "true",
            kinds.get(row["coder_id"], ""),
            row["codebook_frozen"] == "true",
            row["units_given"] == "true",
            row["coder_id"],
        )
        for row in store.records("coding_passes")
    }
    rounds = sorted({(p.version, p.frozen) for p in passes.values()}, key=lambda r: (version_key(r[0]), r[1]))
    for one in passes.values():
        one.round = rounds.index((one.version, one.frozen)) + 1
    kept = {name: one for name, one in passes.items() if source in (None, one.source)}
    only = None if source is None else ("pass_id", kept)
    for row in store.stream("coding_units", only):
        owner = _lookup(passes, row["pass_id"])
        if "." not in row["unit"]:
            span = (int(row["start"]), int(row["end"]))
            owner.units[row["unit"]] = Unit(row["unit"], [span], record_id(row))
    values = _Values(store.package.model)
    last, unit = ("", ""), None
    for name, full, variable, item, value in store.stream_cells("codings", CELLS, only):
        base, _, target = full.partition(".")
        if unit is None or last != (name, base):
            last, unit = (name, base), _lookup(_lookup(passes, name).units, base)
        values.store(unit, target, variable, item, value)
    for one in kept.values():
        for unit in one.units.values():
            _use_anchor_spans(unit)
    return list(kept.values())


def _lookup(items: Mapping[str, _T], name: str) -> _T:
    if name not in items:
        raise ValueError(f"{name!r} is referenced but not listed")
    return items[name]
