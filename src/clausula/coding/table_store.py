"""The tables of a package as strings, to be changed and written back in full."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from clausula.core.csvio import Scan, lenient_rows, scan, write_rows
from clausula.core.findings import CouldNotRun, Finding
from clausula.core.header import check_header
from clausula.core.model import Table
from clausula.core.package import Package
from clausula.core.wording import count

Values = dict[str, str]
Key = tuple[str, ...]


def key_of(table: Table, row: Mapping[str, str]) -> Key:
    """Return the primary key of a row."""
    return tuple(row.get(name, "") for name in table.primary_key)


@dataclass
class Tables:
    """Rows by table, and the bytes of the files that they were read from.

    Attributes
    ----------
    rows : dict of str to list of dict
        Every field of every row as text; empty if missing.
    read : dict of str to bytes
        The contents of the files by path.
    """

    package: Package
    rows: dict[str, list[Values]] = field(default_factory=dict)
    read: dict[str, bytes] = field(default_factory=dict)

    def table(self, name: str) -> Table:
        """Return the structure of a table."""
        return self.package.model[name]

    def __getitem__(self, name: str) -> list[Values]:
        return self.rows[name]

    def index(self, name: str) -> dict[Key, Values]:
        """Return rows by primary key."""
        table = self.table(name)
        return {key_of(table, row): row for row in self.rows[name]}

    def where(self, name: str, **wanted: str) -> Iterator[Values]:
        """Yield the rows with the wanted values."""
        return (row for row in self.rows[name] if all(row[k] == v for k, v in wanted.items()))

    def copy(self) -> Tables:
        """Return a copy whose rows can be replaced without changing these; no row is ever changed in place."""
        return Tables(self.package, {name: list(rows) for name, rows in self.rows.items()}, self.read)

    def bytes(self, name: str) -> bytes:
        """Return the file of a table as bytes."""
        names = self.table(name).names
        return write_rows(names, ([row.get(n, "") for n in names] for row in self.rows[name]))

    def changed(self, before: Tables) -> list[str]:
        """Return the names of the tables whose rows differ."""
        return [name for name, rows in self.rows.items() if rows != before.rows[name]]


def _unreadable_table(path: str, findings: Iterable[Finding]) -> CouldNotRun:
    first = next(iter(findings))
    what = f"{path} cannot be read: {first.message}"
    return CouldNotRun(
        Finding("unreadable-table", what, "Fix the file; `clausula validate` reports every problem.", file=path)
    )


def read_tables(package: Package) -> Tables:
    """Read all tables of a package.

    Raises
    ------
    CouldNotRun
        If the package has no schemas of its own, or a file is malformed, so that writing it back would lose cells.
    """
    if not package.own:
        hint = "Run the command in a checkout of clausula, or in a project with the same layout."
        raise CouldNotRun(Finding("missing-schemas", f"the folder schemas/ is missing in {package.root}", hint))
    tables = Tables(package)
    for resource in package:
        path, table = package.file(resource), resource.table
        result = scan(path)
        faults = result.findings or check_header(result.header, table.names)
        if faults:
            raise _unreadable_table(resource.path, faults)
        tables.read[resource.path] = path.read_bytes()
        tables.rows[table.name] = list(_rows(resource.path, table, Scan(), tables))
    return tables


def _rows(path: str, table: Table, result: Scan, tables: Tables) -> Iterator[Values]:
    rows = lenient_rows(tables.package.root / path, result)
    next(rows)
    for line, cells in rows:
        if len(cells) != len(table.names):
            result.add_fault(
                "ragged-row", f"line {line} has {count(len(cells), 'cell')} instead of {len(table.names)}", "", line
            )
        yield dict(zip(table.names, cells, strict=False))
    if result.findings:
        raise _unreadable_table(path, result.findings)
