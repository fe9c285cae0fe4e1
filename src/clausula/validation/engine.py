"""What an engine offers to the checks, and where a finding stands in a file: the same for DuckDB and for Spark.

An engine has each table as a *relation* (its cells, by the names of its fields) and as a *numbered* relation (with
`_row`, the number of the data row from 1). Cells are text where the file is CSV, typed where it is Parquet; a missing
value is NULL.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from clausula.core.csvio import Scan, lenient_rows, scan
from clausula.core.findings import Finding, shown
from clausula.core.lexical import spell
from clausula.core.model import Table
from clausula.core.package import Package, Resource
from clausula.derive.dialect import Dialect
from clausula.derive.sql import Cell


@dataclass
class Loaded:
    """One table in an engine.

    Attributes
    ----------
    header : list of str
        Names of the columns of the file.
    is_text : bool
        Whether cells are text.
    streamed : bool
        Whether the file is read anew by each query.
    unchecked : bool
        Whether the bytes of the file have not been looked at yet.
    """

    resource: Resource
    scan: Scan
    path: Path | None = None
    rows: int = 0
    is_text: bool = True
    streamed: bool = False
    unchecked: bool = False
    starts: dict[int, int] | None = None
    mistyped: frozenset[str] = frozenset()
    _placed: tuple[list[str], dict[str, int]] | None = field(default=None, repr=False)

    @property
    def table(self) -> Table:
        """The table."""
        return self.resource.table

    @property
    def header(self) -> list[str]:
        """Names of the columns of the file."""
        return self.scan.header

    @property
    def places(self) -> dict[str, int]:
        """The number of each column of the file, from 0; the first where a name stands twice."""
        if self._placed is None or self._placed[0] is not self.header:
            first: dict[str, int] = {}
            for place, column in enumerate(self.header):
                first.setdefault(column, place)
            self._placed = self.header, first
        return self._placed[1]

    def line(self, row: int) -> int | None:
        """The line of a CSV file on which a data row starts."""
        if self.resource.format != "csv":
            return None
        first = 1 if self.resource.dialect.header else 0
        if self.starts is None and (self.path is None or self.scan.lines <= self.rows + first):
            return row + first
        if self.starts is None:
            assert self.path is not None
            lines = (line for line, _ in lenient_rows(self.path, None, self.resource.dialect))
            self.starts = dict(enumerate(lines, 1 - first))
        return self.starts.get(row, row + first)


@dataclass
class Engine(ABC):
    """The tables of a package in an engine."""

    package: Package
    tables: dict[str, Loaded] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    uncut: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By code and table: faults of files that were counted beyond those in `findings`."""

    readable: set[str] = field(default_factory=set)
    """Expressions that the engine is known to read: patterns, bounds, values of schemas."""

    @property
    @abstractmethod
    def dialect(self) -> Dialect:
        """How the engine's SQL is spelt."""

    @property
    @abstractmethod
    def layer(self) -> str:
        """Name of the layer in findings."""

    @abstractmethod
    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """All rows of a query."""

    @abstractmethod
    def relation(self, table: str) -> str:
        """What a query selects from for the cells of a table."""

    @abstractmethod
    def numbered(self, table: str) -> str:
        """What a query selects from for the cells of a table with `_row`."""

    @abstractmethod
    def reread(self, table: str) -> bool:
        """Read a table anew, leniently, because the fast way failed; False if that has been done already."""

    @property
    @abstractmethod
    def errors(self) -> tuple[type[Exception], ...]:
        """What the engine raises when it cannot read a file."""

    def require_query(self, sql: str) -> None:
        """Refuse, with one of the engine's errors, what is not one query that only reads."""
        del sql

    def failed(self, table: str, error: Exception) -> Finding:
        """A table that cannot be judged, because its file cannot be read to its end or a query on it fails."""
        first = (str(error).splitlines() or [""])[0]
        what = f"the table cannot be judged: {first:.200}"
        hint = "Check that the file is whole; if it is, split the table or give the check more memory."
        return Finding("unreadable-file", what, hint, table=table, file=self.tables[table].resource.path)

    def is_plain(self, table: str) -> bool:
        """Whether the bytes of a streamed file say that the fast parser read it rightly."""
        loaded = self.tables[table]
        assert loaded.path is not None
        loaded.scan = scan(loaded.path, loaded.resource.dialect)
        return loaded.scan.plain

    def sorted_by(self, table: str, fields: Sequence[str]) -> bool:
        """Whether a cheap look proves that the rows are sorted by unique, filled keys."""
        del table, fields
        return False

    def has(self, table: str, fields: Sequence[str]) -> bool:
        """Whether the file of a table has all of these columns, in a type that can be judged."""
        loaded = self.tables.get(table)
        return loaded is not None and all(f in loaded.places and f not in loaded.mistyped for f in fields)

    def cell(self, table: Table, field_name: str, alias: str = "") -> Cell:
        """The cell of a field, of a relation with an alias."""
        prefix = f"{alias}." if alias else ""
        expression = prefix + self.dialect.name(field_name)
        return Cell(table, table[field_name], expression, self.tables[table.name].is_text)

    def column(self, table: str, field_name: str) -> int | None:
        """Number of a field in its file, from 1."""
        place = self.tables[table].places.get(field_name)
        return None if place is None else place + 1

    def locate(self, finding: Finding, key: dict[str, Any] | None = None) -> Finding:
        """A finding on a row with file, line, column and key filled in."""
        assert finding.table is not None
        loaded = self.tables[finding.table]
        spelled = ", ".join(f"{k}={shown(spell(v))}" for k, v in (key or {}).items() if v is not None)
        return replace(
            finding,
            file=loaded.resource.path,
            line=loaded.line(finding.row) if finding.row else finding.line,
            column=self.column(finding.table, finding.field) if finding.field else None,
            key=spelled or finding.key,
            value=shown(spell(finding.value)) if finding.value is not None else None,
        )
