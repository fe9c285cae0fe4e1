"""What a comparison found, as data."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from clausula.core.findings import Finding

STEPS = ("none", "patch", "minor", "major")
"""Version steps in their order."""


@dataclass(frozen=True)
class Structural:
    """One change of structure: its kind, where it is, from what to what, and the step that it calls for."""

    kind: str
    table: str
    field: str | None
    old: str | None
    new: str | None
    step: str


@dataclass(frozen=True)
class Cell:
    """One cell that changed: the key of its row, its field, the old and the new value (None where empty)."""

    key: str
    field: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class Recoding:
    """How often a coded variable went from one value to another in one instrument or source."""

    table: str
    field: str
    group: str
    old: str | None
    new: str | None
    count: int


@dataclass(frozen=True)
class Moved:
    """A row whose content stayed and whose key changed."""

    old: str
    new: str


@dataclass
class TableDiff:
    """The changes of one table. Counts are whole; keys and cells are examples up to the limit that was asked for."""

    table: str
    rows_old: int = 0
    rows_new: int = 0
    added: int = 0
    removed: int = 0
    changed: int = 0
    fields: dict[str, int] = field(default_factory=dict)
    added_keys: list[str] = field(default_factory=list)
    removed_keys: list[str] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)
    recodings: list[Recoding] = field(default_factory=list)

    @property
    def differs(self) -> bool:
        """Whether any row differs."""
        return bool(self.added or self.removed or self.changed)

    @property
    def step(self) -> str:
        """Rows that come or go are a minor step, corrected values a patch."""
        return "minor" if self.added or self.removed else "patch" if self.changed else "none"


@dataclass
class Diff:
    """Everything that differs between two versions."""

    old: str
    new: str
    old_version: str | None
    new_version: str | None
    structure: list[Structural] = field(default_factory=list)
    tables: list[TableDiff] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def step(self) -> str:
        """The version step that the changes call for."""
        steps = [change.step for change in self.structure] + [table.step for table in self.tables]
        return max(steps, key=STEPS.index, default="none")

    @property
    def changed_tables(self) -> list[str]:
        """Names of the tables that differ in structure or rows."""
        names = [t.table for t in self.tables if t.differs] + [c.table for c in self.structure]
        return sorted(set(names))

    def as_dict(self) -> dict[str, Any]:
        """The comparison for JSON."""
        return {
            "old": self.old,
            "new": self.new,
            "old_version": self.old_version,
            "new_version": self.new_version,
            "step": self.step,
            "structure": [asdict(change) for change in self.structure],
            "tables": [asdict(table) for table in self.tables if table.differs],
            "findings": [finding.as_dict() for finding in self.findings],
        }
