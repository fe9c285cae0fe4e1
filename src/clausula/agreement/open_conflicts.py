"""Adjudication of a source: its open conflicts, and the decisions on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from clausula.agreement.compare import Comparison, catch_unreadable, compare
from clausula.agreement.conflicts import Conflict, conflicts, open_conflicts, resolutions
from clausula.agreement.passes import Unit
from clausula.agreement.variables import Variable, all_variables
from clausula.core.findings import CouldNotRun, Finding, Report
from clausula.core.model import Field, Model
from clausula.core.package import Package, open_package
from clausula.core.store import Store
from clausula.evidence.text import Text

Check = Callable[[Package, Report], object]
"""Function that validates the tables of a package and adds its findings to a report."""


@dataclass(frozen=True)
class Decision:
    """An adjudicator's decision on a conflict.

    Attributes
    ----------
    value : str
        Decided value, in the notation of the conflict.
    reason, note : str
        Reason and note, as in the table `resolutions`.
    log_reason : str
        Reason for the coding log, if the decision removes a record and leaves text without one.
    same_as : Conflict or None
        The conflict over the same unit in the other pass, whose record is assigned to this unit.
    """

    conflict: Conflict
    value: str
    reason: str
    note: str = ""
    log_reason: str = ""
    same_as: Conflict | None = None

    @property
    def agrees_with(self) -> str:
        """The pass that had the decided value: a, b or neither."""
        sides = [
            side for side, value in (("a", self.conflict.value_a), ("b", self.conflict.value_b)) if value == self.value
        ]
        return sides[0] if sides else "neither"


@dataclass
class Adjudication:
    """Adjudication of the conflicts of one source.

    Attributes
    ----------
    conflicts : list of Conflict
        Every conflict of the package.
    open : list of Conflict
        The conflicts of the source that have no resolution.
    text : Text or None
        The text of the source, if it is available.
    check : callable or None
        Function that validates the tables as the decisions would change them.
    """

    package: Package
    source: str
    comparisons: list[Comparison]
    conflicts: list[Conflict]
    open: list[Conflict]
    variables: dict[str, Variable] = field(default_factory=dict)
    text: Text | None = None
    check: Check | None = None

    @property
    def model(self) -> Model:
        """Schemas of the package."""
        return self.package.model

    def comparison(self, conflict: Conflict) -> Comparison:
        """Return the comparison that a conflict belongs to."""
        return next(c for c in self.comparisons if (c.source, c.round) == (conflict.source, conflict.round))

    def units(self, conflict: Conflict) -> tuple[Unit | None, Unit | None]:
        """Return the unit in conflict as coded in pass a and in pass b; None if the pass does not have it."""
        passes = self.comparison(conflict)
        return passes.a.units.get(conflict.unit_a), passes.b.units.get(conflict.unit_b)

    def field_of(self, conflict: Conflict) -> Field | None:
        """Return the field in conflict; None for a unit or a set of rows."""
        variable = self.variables.get(conflict.variable)
        return variable.field if variable else None


def open_adjudication(root: Path, source: str, check: Check | None = None) -> Adjudication:
    """Open the adjudication of a source.

    Parameters
    ----------
    check : callable, optional
        Function that validates the tables of a package and adds its findings to a report; required to record decisions.

    Raises
    ------
    CouldNotRun
        If the source does not have two passes, or the passes cannot be read.
    """
    package = open_package(root)
    store = Store(package)
    comparisons, _ = compare(store)
    if source not in {comparison.source for comparison in comparisons}:
        known = ", ".join(sorted({c.source for c in comparisons})) or "none"
        message = f"source {source!r} was not found or does not have two passes"
        raise CouldNotRun(Finding("missing-passes", message, f"Sources with two passes: {known}."))
    found = conflicts(comparisons, package.model)
    with catch_unreadable():
        unresolved = [c for c in open_conflicts(found, resolutions(store)) if c.source == source]
    return Adjudication(
        package, source, comparisons, found, unresolved, {v.name: v for v in all_variables(package.model)}, check=check
    )
