"""The result of a comparison, as data."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from clausula.core.findings import Finding

STEPS = ("none", "patch", "minor", "major")
"""Version steps from smallest to largest."""


@dataclass(frozen=True)
class StructureChange:
    """One change of structure: its kind, table and field, old and new value, and the version step it requires."""

    kind: str
    table: str
    field: str | None = None
    old: str | None = None
    new: str | None = None
    step: str = "minor"


@dataclass(frozen=True)
class Cell:
    """One changed cell: the key of its row, its field, and its old and new value (None if empty)."""

    key: str
    field: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class Recoding:
    """The number of times a coded variable changed from one value to another in one instrument or source."""

    table: str
    field: str
    group: str
    old: str | None
    new: str | None
    count: int


@dataclass(frozen=True)
class MovedRow:
    """A row whose key changed while its content stayed the same."""

    old: str
    new: str


@dataclass
class TableDiff:
    """The changes of one table. Counts are complete; keys and cells are listed up to the limit."""

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
    moved: list[MovedRow] = field(default_factory=list)
    recodings: list[Recoding] = field(default_factory=list)

    @property
    def differs(self) -> bool:
        """Whether any row differs."""
        return bool(self.added or self.removed or self.changed)

    @property
    def step(self) -> str:
        """The version step required: minor if rows were added or removed, patch if only values changed."""
        return "minor" if self.added or self.removed else "patch" if self.changed else "none"


@dataclass
class Diff:
    """All differences between two versions."""

    old: str
    new: str
    old_version: str | None
    new_version: str | None
    structure: list[StructureChange] = field(default_factory=list)
    tables: list[TableDiff] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def step(self) -> str:
        """The version step that the changes require."""
        steps = [change.step for change in self.structure] + [table.step for table in self.tables]
        return max(steps, key=STEPS.index, default="none")

    @property
    def changed_tables(self) -> list[str]:
        """Names of the tables that differ in structure or rows."""
        names = [t.table for t in self.tables if t.differs] + [c.table for c in self.structure]
        return sorted(set(names))

    def as_dict(self) -> dict[str, Any]:
        """Return the comparison as a dictionary for JSON."""
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
