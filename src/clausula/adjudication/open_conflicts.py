"""Adjudication of a source: its two passes, their conflicts, and the tables that decisions change."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from clausula.agreement.compare import Comparison, catch_unreadable, compare
from clausula.agreement.conflicts import Conflict, conflicts, open_conflicts
from clausula.agreement.passes import Unit
from clausula.agreement.tables import conflict_row
from clausula.agreement.variables import Variable, all_variables
from clausula.core.findings import CouldNotRun
from clausula.core.fixity import digest_of
from clausula.core.model import Model
from clausula.core.package import Package
from clausula.core.store import Store, Values
from clausula.core.tables import Tables, read_tables
from clausula.evidence.text import Text


@dataclass
class Adjudication:
    """Adjudication of the conflicts of one source.

    Attributes
    ----------
    tables : Tables
        The tables as the adjudicator was shown them.
    conflicts : list of Conflict
        Every conflict of the package.
    open : list of Conflict
        The conflicts of the source that have no resolution.
    text : Text or None
        The text of the source, if it is available.
    """

    tables: Tables
    source: str
    comparisons: list[Comparison]
    conflicts: list[Conflict]
    open: list[Conflict]
    variables: dict[str, Variable] = field(default_factory=dict)
    text: Text | None = None

    @property
    def package(self) -> Package:
        """The package that decisions are written to."""
        return self.tables.package

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

    def now(self) -> Adjudication:
        """Return the adjudication with the current tables; itself if no table changed since it was opened."""
        if all(digest_of(self.package.root / path) == digest for path, digest in self.tables.read.items()):
            return self
        return replace(open_adjudication(self.package, self.source), text=self.text)

    def conflict_values(self, conflict: Conflict) -> Values:
        """Return the fields that the tables `conflicts` and `resolutions` share."""
        row = conflict_row(conflict, self.model)
        return {name: row[name] for name in self.model["resolutions"].names if name in row}


def open_adjudication(package: Package | Store, source: str) -> Adjudication:
    """Open the adjudication of a source.

    Raises
    ------
    CouldNotRun
        If the source does not have two passes, or the tables cannot be read.
    """
    store = package if isinstance(package, Store) else Store(package)
    tables, model = read_tables(store), store.package.model
    comparisons, _ = compare(store)
    if source not in {comparison.source for comparison in comparisons}:
        known = ", ".join(sorted({c.source for c in comparisons})) or "none"
        raise CouldNotRun.of("missing-passes:source", source=source, known=known)
    found = conflicts(comparisons, model)
    with catch_unreadable():
        unresolved = [c for c in open_conflicts(found, tables["resolutions"]) if c.source == source]
    return Adjudication(tables, source, comparisons, found, unresolved, {v.name: v for v in all_variables(model)})
