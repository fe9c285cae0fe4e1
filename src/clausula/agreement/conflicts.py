"""Conflicts between two passes: units that only one of them has, and values on which they differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clausula.agreement.compare import Comparison
from clausula.agreement.passes import Unit
from clausula.agreement.variables import ValuePair
from clausula.core.model import Model
from clausula.core.store import Values

UNIT, PRESENT, ABSENT = "unit", "present", "absent"

Key = tuple[str, int, str, str, str, str]
"""Source, round, unit in pass a, unit in pass b, variable and item: together they identify a conflict."""

Units = tuple[Unit | None, Unit | None]
"""A unit as coded in pass a and in pass b; None if the pass does not have it."""


@dataclass(frozen=True)
class Conflict:
    """A value on which two passes differ.

    Attributes
    ----------
    unit_a, unit_b : str
        Name of the unit in each pass; empty if the pass has no such unit.
    kind, record : str
        The table of records, and the ID of the record that resulted from the unit, or an empty text.
    item : str
        For a value of a child row: the identity of the row.
    value_a, value_b : str
        The values as coded; sets are written with semicolons.
    place_a, place_b : str
        Spans of the unit in each pass, as text.
    """

    source: str
    round: int
    unit_a: str
    unit_b: str
    kind: str
    record: str
    variable: str
    item: str
    value_a: str
    value_b: str
    place_a: str = ""
    place_b: str = ""

    @property
    def key(self) -> Key:
        """The values that identify the conflict."""
        return (self.source, self.round, self.unit_a, self.unit_b, self.variable, self.item)


def _conflict(comparison: Comparison, kind: str, units: Units, variable: str, pair: ValuePair) -> Conflict:
    (unit_a, place_a), (unit_b, place_b) = ((unit.name, unit.place) if unit else ("", "") for unit in units)
    record = next((unit.record for unit in units if unit and unit.record), "")
    values = (variable, pair.item, pair.a, pair.b)
    return Conflict(comparison.source, comparison.round, unit_a, unit_b, kind, record, *values, place_a, place_b)


def conflicts(comparisons: Iterable[Comparison], model: Model) -> list[Conflict]:
    """Return all conflicts by source and kind: first the units that only one pass has, then the values that differ."""
    found: list[Conflict] = []
    for comparison in comparisons:
        for kind, matching in comparison.matchings.items():
            for one in matching.unmatched:
                in_a = one.side == "a"
                pair = ValuePair("", *((PRESENT, ABSENT) if in_a else (ABSENT, PRESENT)))
                found.append(_conflict(comparison, kind, (one.unit, None) if in_a else (None, one.unit), UNIT, pair))
            for a, b, variable, pair in comparison.value_pairs(kind, model):
                if pair.a != pair.b:
                    found.append(_conflict(comparison, kind, (a, b), variable.name, pair))
    return found


def resolution_key(row: Mapping[str, str]) -> Key:
    """Return the key of the conflict that a row of the table `resolutions` resolves."""
    return (row["source_id"], int(row["round"]), row["unit_a"], row["unit_b"], row["variable"], row["item"])


def open_conflicts(found: Iterable[Conflict], resolved: Iterable[Values]) -> list[Conflict]:
    """Return the conflicts that have no resolution."""
    known = {resolution_key(row) for row in resolved}
    return [conflict for conflict in found if conflict.key not in known]
