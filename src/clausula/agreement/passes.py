"""Coding passes as they were made: units with their anchors, and every value, read from the tables of the package."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from clausula.core.model import Model, Table
from clausula.core.package import Package
from clausula.derive.files import cells_of

Row = dict[str, str]
Span = tuple[int, int]
_T = TypeVar("_T")

RECORDS = {"p": "provisions", "r": "reactions", "v": "events"}
"""The table of records that a unit is one of, by the first letter of its name."""

TARGETS = "reaction_targets"
"""The table below reactions whose rows a pass names as units of their own (r006.t2)."""


@dataclass
class Unit:
    """A provision, a reaction or an event as one pass saw it.

    Attributes
    ----------
    name : str
        Within its pass, such as p012.
    spans : list of (int, int)
        The words that state it, in code points, ends exclusive.
    record : str
        Id of the record that came of it, or an empty text.
    values : dict
        The record's own fields.
    rows : dict
        By table and item: the rows below the record.
    """

    name: str
    spans: list[Span]
    record: str = ""
    values: Row = field(default_factory=dict)
    rows: dict[str, dict[str, Row]] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """The table of the records that it is one of."""
        return RECORDS[self.name[0]]

    @property
    def place(self) -> str:
        """Where its words stand, for people."""
        return ", ".join(f"{start}-{end}" for start, end in self.spans)

    def row(self, table: Table | str, item: str) -> Row:
        """A row below the record; made if it is not there."""
        name = table if isinstance(table, str) else table.name
        return self.rows.setdefault(name, {}).setdefault(item, {})


@dataclass
class Pass:
    """One reading of one source.

    Attributes
    ----------
    round : int
        Passes that followed the same version of the codebook are of one round, counted from 1.
    """

    name: str
    source: str
    version: str
    blind: bool
    round: int = 0
    units: dict[str, Unit] = field(default_factory=dict)

    def of_kind(self, kind: str) -> list[Unit]:
        """Its units of one kind in the order of the text."""
        return sorted((u for u in self.units.values() if u.kind == kind), key=lambda u: (u.spans, u.name))


def rows_of(package: Package, table: str) -> Iterator[Row]:
    """The rows of a table as texts by field; an empty cell is an empty text."""
    structure = package.model[table]
    for cells in cells_of(package, structure):
        yield {name: cell or "" for name, cell in zip(structure.names, cells, strict=True)}


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdigit() else 0 for part in version.split("."))


def any_id(row: Row) -> str:
    """Id of the one record that a row names, or an empty text."""
    return row["provision_id"] or row["reaction_id"] or row["event_id"]


def _value(model: Model, unit: Unit, target: str, row: Row) -> None:
    """Put one coded value where it belongs."""
    variable, item = row["variable"], row["item"]
    if target:
        unit.row(TARGETS, target)[variable] = row["value"]
    elif "." in variable:
        table, _, name = variable.partition(".")
        given = unit.row(table, item)
        if not given and table in model.tables:
            given.update(_key(model[table], item))
        given[name] = row["value"]
    else:
        unit.values[variable] = row["value"]


def _key(table: Table, item: str) -> Row:
    parts = item.split(" ")
    return dict(zip(table.primary_key[-len(parts) :], parts, strict=False))


def _spans(unit: Unit) -> None:
    """Take the words that state the unit from its anchors, where the pass has anchors."""
    stated = [row for row in unit.rows.get("evidence", {}).values() if row.get("bearing") == "states"]
    found = sorted({(int(row["start"]), int(row["end"])) for row in stated if row.get("start") and row.get("end")})
    unit.spans = found or unit.spans


def read_passes(package: Package) -> list[Pass]:
    """All passes of a package with their units and values, in the order of the tables.

    Raises
    ------
    ValueError
        If a table cannot be read as the schemas state it; `clausula validate` says where.
    """
    passes = {
        row["pass_id"]: Pass(row["pass_id"], row["source_id"], row["codebook_version"], row["blind"] == "true")
        for row in rows_of(package, "coding_passes")
    }
    versions = sorted({p.version for p in passes.values()}, key=_number)
    for one in passes.values():
        one.round = versions.index(one.version) + 1
    for row in rows_of(package, "coding_units"):
        owner = _known(passes, row["pass_id"])
        if "." not in row["unit"]:
            span = (int(row["start"]), int(row["end"]))
            owner.units[row["unit"]] = Unit(row["unit"], [span], any_id(row))
    for row in rows_of(package, "codings"):
        base, _, target = row["unit"].partition(".")
        _value(package.model, _known(_known(passes, row["pass_id"]).units, base), target, row)
    for one in passes.values():
        for unit in one.units.values():
            _spans(unit)
    return list(passes.values())


def _known(things: Mapping[str, _T], name: str) -> _T:
    if name not in things:
        raise ValueError(f"{name!r} is named and not listed")
    return things[name]
