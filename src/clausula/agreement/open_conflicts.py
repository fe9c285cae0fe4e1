"""The open conflicts of a source, and what is decided on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from clausula.agreement.compare import Comparison, compare, readable
from clausula.agreement.conflicts import Conflict, conflicts, open_conflicts, resolutions
from clausula.agreement.passes import Unit
from clausula.agreement.variables import Variable, all_variables
from clausula.core.findings import CouldNotRun, Finding, Report
from clausula.core.model import Field, Model
from clausula.core.package import Package, open_package
from clausula.evidence.text import Text

Check = Callable[[Package, Report], object]
"""Validates the tables of a package into a report."""


@dataclass(frozen=True)
class Decision:
    """What was decided on a conflict.

    Attributes
    ----------
    value : str
        As the conflict spells its values.
    reason, note : str
        As in the table of resolutions.
    log_reason : str
        Why words have no record, where the record that they state is removed.
    same : Conflict or None
        The conflict over the same unit in the other pass, whose record this unit gets.
    """

    conflict: Conflict
    value: str
    reason: str
    note: str = ""
    log_reason: str = ""
    same: Conflict | None = None

    @property
    def agrees_with(self) -> str:
        """Which pass had the value: a, b or neither."""
        same = [
            side for side, value in (("a", self.conflict.value_a), ("b", self.conflict.value_b)) if value == self.value
        ]
        return same[0] if same else "neither"


@dataclass
class Session:
    """The open conflicts of one source.

    Attributes
    ----------
    all : list of Conflict
        Every conflict of the package; `open` are those of the source without a resolution.
    text : Text or None
        The text of the source, where it is at hand.
    check : callable or None
        Validates the tables that decisions would make.
    """

    package: Package
    source: str
    comparisons: list[Comparison]
    all: list[Conflict]
    open: list[Conflict]
    variables: dict[str, Variable] = field(default_factory=dict)
    text: Text | None = None
    check: Check | None = None

    @property
    def model(self) -> Model:
        """Structure of the package."""
        return self.package.model

    def comparison(self, conflict: Conflict) -> Comparison:
        """The two passes that a conflict is between."""
        return next(c for c in self.comparisons if (c.source, c.round) == (conflict.source, conflict.round))

    def units(self, conflict: Conflict) -> tuple[Unit | None, Unit | None]:
        """The unit in conflict in either pass."""
        one = self.comparison(conflict)
        return one.a.units.get(conflict.unit_a), one.b.units.get(conflict.unit_b)

    def field_of(self, conflict: Conflict) -> Field | None:
        """The field in conflict; None for a unit or a set of rows."""
        variable = self.variables.get(conflict.variable)
        return variable.field if variable else None


def open_session(root: Path, source: str, check: Check | None = None) -> Session:
    """The conflicts of a source that are still open.

    Parameters
    ----------
    check : callable, optional
        Validates the tables of a package into a report; needed to record decisions.

    Raises
    ------
    CouldNotRun
        If there is no such source, or its passes cannot be read.
    """
    package = open_package(root)
    comparisons, _ = compare(package)
    if source not in {comparison.source for comparison in comparisons}:
        known = ", ".join(sorted({c.source for c in comparisons})) or "none"
        message = f"no source {source!r} has two passes"
        raise CouldNotRun(Finding("missing-passes", message, f"Sources with two passes: {known}."))
    found = conflicts(comparisons, package.model)
    with readable():
        unsettled = [c for c in open_conflicts(found, resolutions(package)) if c.source == source]
    return Session(
        package, source, comparisons, found, unsettled, {v.name: v for v in all_variables(package.model)}, check=check
    )
