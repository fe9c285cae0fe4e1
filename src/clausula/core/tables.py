"""The tables of a package as rows that can be changed, and the one function that writes them back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import itemgetter

from clausula.core.commit import commit
from clausula.core.csvio import Scan, write_rows
from clausula.core.findings import CouldNotRun
from clausula.core.metadata import RECORDED
from clausula.core.model import Table
from clausula.core.package import Package, csv_path
from clausula.core.recorded import recorded_after
from clausula.core.store import Store, TableFile, Values

Key = tuple[str, ...]

RETIRED = "retired_ids"
"""The ledger of IDs that were given once and whose row was removed; they are never reused."""


def key_of(table: Table, row: Mapping[str, str]) -> Key:
    """Return the primary key of a row."""
    return tuple(row.get(name, "") for name in table.primary_key)


def keys_of(table: Table, rows: Iterable[Values]) -> Iterator[Key]:
    """Return the primary keys of stored rows, which have every field; faster than `key_of` for each of them."""
    key = table.primary_key
    return ((row[key[0]],) for row in rows) if len(key) == 1 else map(itemgetter(*key), rows)


@dataclass
class Tables:
    """Rows by table, and the digests of the files that they were read from.

    Attributes
    ----------
    rows : dict of str to list of dict
        Every field of every row as text; empty if missing.
    read : dict of str to str
        SHA-256 of the files by path.
    files : dict of str to (TableFile, list of dict)
        The files as they were read, with their rows.
    """

    package: Package
    rows: dict[str, list[Values]] = field(default_factory=dict)
    read: dict[str, str] = field(default_factory=dict)
    files: dict[str, tuple[TableFile, list[Values]]] = field(default_factory=dict, repr=False)

    def table(self, name: str) -> Table:
        """Return the structure of a table."""
        return self.package.model[name]

    def __getitem__(self, name: str) -> list[Values]:
        return self.rows[name]

    def index(self, name: str) -> dict[Key, Values]:
        """Return rows by primary key."""
        return dict(zip(keys_of(self.table(name), self.rows[name]), self.rows[name], strict=True))

    def where(self, name: str, **wanted: str) -> Iterator[Values]:
        """Yield the rows with the wanted values."""
        (first, value), *others = wanted.items()
        rows = (row for row in self.rows[name] if row[first] == value)
        return (row for row in rows if all(row[k] == v for k, v in others)) if others else rows

    def copy(self) -> Tables:
        """Return a copy whose rows can be replaced without changing these; no row is ever changed in place."""
        return Tables(self.package, {name: list(rows) for name, rows in self.rows.items()}, self.read, self.files)

    def records(self, name: str) -> list[Values]:
        """Return the rows of a table with every field, as those of a store."""
        names = self.table(name).names if name in self.rows else ()
        complete = len(names)
        return [
            row if len(row) == complete else {field: row.get(field) or "" for field in names}
            for row in self.rows.get(name, ())
        ]

    def store(self) -> Store:
        """Return a store of these rows, for a check in memory; the files of unchanged tables are shared."""
        files = {}
        for name, rows in self.rows.items():
            file, known = self.files[name]
            if rows != known:
                names = file.table.names
                texts = [[row.get(n) or "" for n in names] for row in rows]
                file = TableFile(file.resource, Scan(list(names)), texts=texts, lines=range(2, len(rows) + 2))
            files[name] = file
        return Store(self.package, files)

    def bytes(self, name: str) -> bytes:
        """Return the file of a table as bytes."""
        names = self.table(name).names
        return write_rows(names, ([row.get(n, "") for n in names] for row in self.rows[name]))

    def changed(self, before: Tables) -> list[str]:
        """Return the names of the tables whose rows differ."""
        return [name for name, rows in self.rows.items() if rows != before.rows[name]]

    def used_ids(self, name: str) -> set[str]:
        """Return the IDs of a table that are in use or were retired, so that none is given again."""
        (key,) = self.table(name).primary_key
        retired = {row["retired_id"] for row in self.where(RETIRED, table_name=name)} if RETIRED in self.rows else set()
        return {row[key] for row in self.rows[name]} | retired

    def retire(self, before: Tables) -> None:
        """Enter the IDs of removed rows in the ledger."""
        if RETIRED not in self.rows:
            return
        known = {row["retired_id"] for row in self.rows[RETIRED]}
        version = str(self.package.model.metadata["version"])
        for name in map(str, self.table(RETIRED)["table_name"].allowed):
            (key,) = self.table(name).primary_key
            kept = {row[key] for row in self.rows[name]}
            gone = [row[key] for row in before.rows[name] if row[key] not in kept | known]
            new = [{"retired_id": one, "table_name": name, "version": version} for one in gone]
            self.rows[RETIRED] = [*self.rows[RETIRED], *new]


def read_tables(source: Package | Store) -> Tables:
    """Read all tables of a package.

    Raises
    ------
    CouldNotRun
        If the package has no schemas of its own, or a file is malformed, so that writing it back would lose cells.
    """
    store = source if isinstance(source, Store) else Store(source)
    package = store.package
    if not package.own:
        raise CouldNotRun.of("missing-schemas", root=package.root)
    tables = Tables(package)
    for resource in package:
        file = store[resource.name]
        if file.faults:
            raise CouldNotRun.of("unreadable-table", file=resource.path, fault=file.faults[0].message)
        tables.read[resource.path] = file.digest
        tables.rows[resource.name] = file.records()
        tables.files[resource.name] = file, list(tables.rows[resource.name])
    return tables


def write_tables(before: Tables, after: Tables, others: Mapping[str, bytes] | None = None) -> list[str]:
    """Write the changed tables and other files into the package, all or none; return the paths of the changed files.

    The IDs of removed rows are entered in the ledger, and values that no pass states are recorded.

    Parameters
    ----------
    before : Tables
        The tables as they were read.
    after : Tables
        The tables as they are to be.
    others : mapping of str to bytes, optional
        Further files, by path.

    Raises
    ------
    CouldNotRun
        If somebody changed a table after it was read; nothing was written.
    """
    after.retire(before)
    root, model, others = before.package.root, before.package.model, others or {}
    files = {csv_path(name): after.bytes(name) for name in after.changed(before)}
    recorded = {} if RECORDED in others else recorded_after(root, model.tables, before.rows, after.rows)
    return commit(root, {**files, **recorded, **others}, before.read)
