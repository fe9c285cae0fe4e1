"""Where two passes differ: units that one of them has, and values that are not the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from clausula.agreement.compare import Comparison
from clausula.agreement.matching import Matching
from clausula.agreement.passes import Row, rows_of
from clausula.core.model import Model
from clausula.core.package import Package

UNIT, PRESENT, ABSENT = "unit", "present", "absent"

Key = tuple[str, int, str, str, str, str]
"""Source, round, unit in either pass, variable, item: what makes a conflict the same one."""


@dataclass(frozen=True)
class Conflict:
    """One value on which two passes differ.

    Attributes
    ----------
    unit_a, unit_b : str
        Name of the unit in each pass; empty where the pass has none.
    kind, record : str
        The table, and the id of the record that came of it, or an empty text.
    item : str
        For a value of a row below the record: the row.
    value_a, value_b : str
        As the passes have them; sets with semicolons.
    place_a, place_b : str
        Where the words of the unit stand, for people.
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
        """What makes it the same conflict."""
        return (self.source, self.round, self.unit_a, self.unit_b, self.variable, self.item)


def _unmatched(comparison: Comparison, kind: str, matching: Matching) -> Iterator[Conflict]:
    for alone in matching.unmatched:
        a, b = (alone.unit, None) if alone.side == "a" else (None, alone.unit)
        yield Conflict(
            comparison.source,
            comparison.round,
            a.name if a else "",
            b.name if b else "",
            kind,
            alone.unit.record,
            UNIT,
            "",
            PRESENT if a else ABSENT,
            PRESENT if b else ABSENT,
            a.place if a else "",
            b.place if b else "",
        )


def _differing(comparison: Comparison, model: Model, kind: str) -> Iterator[Conflict]:
    for a, b, variable, answer in comparison.answers(kind, model):
        if answer.a != answer.b:
            yield Conflict(
                comparison.source,
                comparison.round,
                a.name,
                b.name,
                kind,
                a.record or b.record,
                variable.name,
                answer.item,
                answer.a,
                answer.b,
                a.place,
                b.place,
            )


def conflicts(comparisons: Iterable[Comparison], model: Model) -> list[Conflict]:
    """Every conflict, by source and unit: first the units that one pass has alone, then the values that differ."""
    found: list[Conflict] = []
    for comparison in comparisons:
        for kind, matching in comparison.matchings.items():
            found += _unmatched(comparison, kind, matching)
            found += _differing(comparison, model, kind)
    return found


def resolution_key(row: Mapping[str, str]) -> Key:
    """The conflict that a row of the table of resolutions is about."""
    return (row["source_id"], int(row["round"]), row["unit_a"], row["unit_b"], row["variable"], row["item"])


def resolutions(package: Package) -> list[Row]:
    """The rows of the table of resolutions."""
    return list(rows_of(package, "resolutions"))


def open_conflicts(found: Iterable[Conflict], resolved: Iterable[Row]) -> list[Conflict]:
    """The conflicts that no resolution settles."""
    known = {resolution_key(row) for row in resolved}
    return [conflict for conflict in found if conflict.key not in known]
