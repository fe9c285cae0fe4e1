"""A resource of a foreign package as read from its descriptor, with what is wrong with it and what can be judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from clausula.core.csv_dialect import PLAIN, CsvDialect
from clausula.core.findings import Finding, finding
from clausula.core.model import Descriptor, Table
from clausula.core.resource_state import NOT_JUDGED, ResourceState


def unsupported(table: str, what: str, file: str | None = None) -> Finding:
    """Return the finding on a part of a package that is not supported."""
    return finding("unsupported", what=what, table=table, file=file)


@dataclass
class ResourceReading:
    """A resource of a descriptor as read: its table (None if it is not judged), its files, format and dialect.

    Attributes
    ----------
    renamed : mapping of str to str
        For each name of a field in the schema, its name in the table.
    """

    name: str
    table: Table | None = None
    path: str = ""
    parts: tuple[str, ...] = ()
    format: str = ""
    compression: str = ""
    dialect: CsvDialect = PLAIN
    options: Mapping[str, Any] = field(default_factory=dict)
    descriptor: Descriptor = field(default_factory=dict)
    notes: list[Finding] = field(default_factory=list)
    renamed: Mapping[str, str] = field(default_factory=dict)
    state: ResourceState = field(default_factory=lambda: ResourceState(""))

    @property
    def data(self) -> Any:
        """The data, if they are in the descriptor."""
        return None if self.path else self.descriptor.get("data")

    @property
    def files(self) -> tuple[str, ...]:
        """The paths of all files; none if the data are in the descriptor."""
        return self.parts or ((self.path,) if self.path else ())

    def note_unsupported(self, what: str) -> ResourceReading:
        """Add a finding on a part that is not supported."""
        self.notes.append(unsupported(self.name, what, self.path or None))
        self.state.restrict(f"{what} is not supported")
        return self

    def refuse(self, what: str) -> ResourceReading:
        """Add a finding on what keeps the resource from being judged because it is not supported."""
        self.note_unsupported(what)
        return self._without_table(f"{what} is not supported")

    def fail(self, error: str, told: bool = False) -> ResourceReading:
        """Add the error that keeps the resource from being judged, unless the profile has told it."""
        if not told:
            self.notes.append(finding("invalid-descriptor", error=error, table=self.name))
        return self._without_table(error)

    def _without_table(self, why: str) -> ResourceReading:
        self.table = None
        self.state.restrict(why, NOT_JUDGED)
        return self
