"""The interface of an engine, implemented for DuckDB and for Spark, and the location of findings in files.

An engine has each table as a *relation* (its cells, by field name) and as a *numbered* relation (with `_row`, the
number of the data row from 1). Cells are text if the file is CSV and typed if it is Parquet. A missing value is NULL.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from clausula.core.constraints import CELL_KINDS, TABLE_KINDS, Constraint, constraints_of
from clausula.core.csvio import Scan, lenient_rows, scan
from clausula.core.findings import Finding, finding, shown
from clausula.core.lexical import format_value
from clausula.core.model import Table
from clausula.core.package import Package, Resource
from clausula.core.store import Store, TableFile, places_of
from clausula.core.table_rows import SHEETS
from clausula.derive.cell import Cell, Unsupported
from clausula.derive.dialect import DUCKDB, Dialect
from clausula.derive.sql import typed


@dataclass
class Loaded:
    """One table in an engine, or one file of a table in several files.

    Attributes
    ----------
    number : int, optional
        For one of several files, its place among them, from 0.
    parts : list of Loaded
        For a table in several files, its files in their order. Its rows are numbered through all of them, and its
        header has only the columns that all of them have.
    header : list of str
        Column names of the file.
    rows : int
        Number of data rows.
    is_text : bool
        Whether cells are text.
    streamed : bool
        Whether each query reads the file again.
    unchecked : bool
        Whether the bytes of the file have not been scanned yet.
    lines : list of int, optional
        Line on which each data row starts, as far as known.
    mistyped : frozenset of str
        Fields whose column in a Parquet file has the wrong type.
    """

    resource: Resource
    scan: Scan
    path: Path | None = None
    rows: int = 0
    is_text: bool = True
    streamed: bool = False
    unchecked: bool = False
    lines: Sequence[int] | None = None
    number: int | None = None
    parts: list[Loaded] = field(default_factory=list)
    mistyped: frozenset[str] = frozenset()
    _places: tuple[list[str], dict[str, int]] | None = field(default=None, repr=False)

    @property
    def table(self) -> Table:
        """The schema of the table."""
        return self.resource.table

    @property
    def header(self) -> list[str]:
        """The column names of the file."""
        return self.scan.header

    @property
    def places(self) -> dict[str, int]:
        """The index of each column of the file, from 0; the first index if a name is duplicated."""
        if self._places is None or self._places[0] is not self.header:
            self._places = self.header, places_of(self.header)
        return self._places[1]

    @property
    def files(self) -> list[Loaded]:
        """The files of the table: its parts, or itself if there is one file."""
        return self.parts or [self]

    def file_of(self, row: int) -> tuple[Loaded, int]:
        """Return the file that has a data row, and the number of the row in this file."""
        for part in self.parts:
            if row <= part.rows:
                return part, row
            row -= part.rows
        return self, row

    def line(self, row: int) -> int | None:
        """Return the line of the CSV file on which a data row starts."""
        part, row = self.file_of(row)
        return part._line(row)

    def _line(self, row: int) -> int | None:
        if self.resource.format in SHEETS and self.lines:
            return self.lines[row - 1]
        if self.resource.format != "csv":
            return None
        first = 1 if self.resource.dialect.header else 0
        if self.lines is None and self.path is not None and self.scan.lines > self.rows + first:
            rows = lenient_rows(self.path, None, self.resource.dialect)
            self.lines = [line for line, _ in islice(rows, first, None)]
        return self.lines[row - 1] if self.lines and row <= len(self.lines) else row + first


GROUPED = "_row_of"
"""Column of the relation of a group with the number of the table that has the row."""


@dataclass(frozen=True)
class Group:
    """Tables with one schema and one header whose rows are in one relation too, by the number of their table."""

    relation: str
    tables: tuple[str, ...]


@dataclass(frozen=True)
class Shared:
    """A query on a group whose rows begin with the number of their table, and the query on each table that it answers.

    It does not answer for a table without rows.
    """

    query: str
    answers: Mapping[int, str]


@dataclass
class Engine(ABC):
    """The tables of a package in an engine."""

    store: Store
    tables: dict[str, Loaded] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    dropped: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Number of file faults beyond those in `findings`, by code and table."""

    readable: set[str] = field(default_factory=set)
    """Expressions from schemas (patterns, bounds, values) that the engine has parsed without error."""

    dialect: Dialect = DUCKDB
    """The SQL dialect of the engine."""

    layer: str = ""
    """The layer name in findings."""

    kinds: tuple[str, ...] = CELL_KINDS + TABLE_KINDS
    """The kinds of constraint that the engine checks."""

    groups: list[Group] = field(default_factory=list)
    """The tables that are counted together."""

    unjudged: dict[str, dict[str, bool]] = field(default_factory=dict)
    """For each table what was not judged, and whether that is all of it."""

    @property
    def package(self) -> Package:
        """The package."""
        return self.store.package

    @abstractmethod
    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""

    @contextmanager
    def running_ahead(self, queries: Iterable[str], shared: Iterable[Shared] = ()) -> Iterator[None]:
        """Run queries whose rows will be asked for in a `with` block ahead of time, if the engine can."""
        del queries, shared
        yield

    @abstractmethod
    def relation(self, table: str) -> str:
        """Return the relation with the cells of a table, for a FROM clause."""

    @abstractmethod
    def numbered(self, table: str) -> str:
        """Return the relation with the cells of a table and `_row`, for a FROM clause."""

    @abstractmethod
    def reread(self, table: str) -> bool:
        """Read a table again leniently because the fast parser failed; return False if that was done before."""

    @property
    @abstractmethod
    def errors(self) -> tuple[type[Exception], ...]:
        """The exceptions that the engine raises if a query fails or a file cannot be read."""

    def require_query(self, sql: str) -> None:
        """Raise one of the engine's errors for anything but a single query that only reads."""
        del sql

    def unreadable_finding(self, table: str, error: Exception) -> Finding:
        """Return the finding for a table that cannot be checked, because its file or a query on it fails."""
        first = (str(error).splitlines() or [""])[0]
        file = self.tables[table].resource.path
        return finding("unreadable-file:unchecked", error=first, table=table, file=file)

    def leave_out(self, table: str, why: str, whole: bool = False) -> None:
        """Record what of a table was not judged and why."""
        self.unjudged.setdefault(table, {})[why] = whole

    def is_plain(self, table: str) -> bool:
        """Whether a scan of its bytes shows that the fast parser reads a streamed file correctly."""
        plain = True
        for part in self.tables[table].files:
            if part.streamed and part.path is not None:
                scanned = scan(part.path, part.resource.dialect)
                part.scan.lines = scanned.lines
                plain = plain and scanned.plain
        return plain

    def is_empty(self, table: str) -> bool:
        """Whether it is known without a query that a table has no rows, so that none can violate a constraint."""
        del table
        return False

    def count_rows(self, table: str) -> None:
        """Count the rows of each file of a table in several files, where a query has counted only all of them."""
        del table

    def add_faults(self, loaded: Loaded, reported: int | None = None) -> None:
        """Report the faults of a file; if some of its bytes and its header were reported, only the other ones."""
        for code, count in loaded.scan.dropped.items():
            self.dropped[code, loaded.table.name] += count
        end = None if reported is None else len(loaded.scan.findings)
        self.findings += TableFile(loaded.resource, loaded.scan).faults[reported:end]

    def sorted_by(self, table: str, fields: Sequence[str]) -> bool:
        """Whether a cheap test proves that the rows are sorted by unique, non-empty keys."""
        del table, fields
        return False

    def has(self, table: str, fields: Sequence[str]) -> bool:
        """Whether the file of a table has all of these columns, with types that can be checked."""
        loaded = self.tables.get(table)
        return loaded is not None and all(f in loaded.places and f not in loaded.mistyped for f in fields)

    def constraints(self, table: Table) -> list[Constraint]:
        """Return the constraints of a table that the engine can check on the columns of its file."""
        return [c for c in constraints_of(table) if c.kind in self.kinds and self.has(table.name, c.fields)]

    def cell(self, table: Table, field_name: str, alias: str = "") -> Cell:
        """Return the cell of a field, for a relation with an alias."""
        prefix = f"{alias}." if alias else ""
        expression = prefix + self.dialect.name(field_name)
        return Cell(table, table[field_name], expression, self.tables[table.name].is_text)

    def typed_columns(self, table: Table) -> str:
        """Return the typed values of a table, by field, for a SELECT; the text if a type is not supported."""
        columns = []
        for f in table.fields:
            cell = self.cell(table, f.name)
            value = cell.expression
            with suppress(Unsupported):
                value = typed(cell, self.dialect)
            columns.append(f"{value} AS {self.dialect.name(f.name)}")
        return ", ".join(columns)

    def key_fields(self, table: Table) -> tuple[str, ...]:
        """Return the fields that identify a row in a finding."""
        fields = table.primary_key or table.names[:1]
        return tuple(f for f in fields if self.has(table.name, [f]))

    def violated(self, constraint: Constraint, row: int, cells: Mapping[str, Any], layer: str = "") -> Finding:
        """Return the finding that a row violates a constraint; `cells` has its key and the constrained fields."""
        values = [cells[f] for f in constraint.fields]
        found = Finding(
            constraint.kind,
            constraint.message(),
            constraint.hint,
            table=constraint.table,
            field=constraint.field,
            value=", ".join(str(v) for v in values if v is not None) if len(values) > 1 else values[0],
            row=row,
            layers=(layer or self.layer,),
        )
        key = self.key_fields(self.tables[constraint.table].table)
        return self.locate(found, {k: cells[k] for k in key})

    def locate(self, finding: Finding, key: dict[str, Any] | None = None) -> Finding:
        """Return a finding on a row with its file, line, column and key filled in."""
        assert finding.table is not None
        loaded = self.tables[finding.table]
        file = loaded.file_of(finding.row)[0] if finding.row else loaded
        place = file.places.get(finding.field or "")
        spelled = ", ".join(f"{k}={shown(format_value(v))}" for k, v in (key or {}).items() if v is not None)
        return replace(
            finding,
            file=file.resource.path,
            line=loaded.line(finding.row) if finding.row else finding.line,
            column=None if place is None else place + 1,
            key=spelled or finding.key,
            value=shown(format_value(finding.value)) if finding.value is not None else None,
        )
