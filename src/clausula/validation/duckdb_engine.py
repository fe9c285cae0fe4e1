"""DuckDB with the tables of a package.

Small tables, tables that others refer to, and tables that rules will look at are loaded once; any other is streamed
from its file by one query. `raw.<table>` holds every cell as the text of the file, `main.<table>` the typed values.
A file that a fast parser would misread is read leniently, so that every fault is located and the readable rows are
still checked.
"""

from __future__ import annotations

import glob
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from clausula.core.csvio import scan
from clausula.core.findings import Finding
from clausula.core.header import check_header
from clausula.core.package import Package, Resource
from clausula.core.paths import inside
from clausula.core.scratch import Scratch, connect
from clausula.derive.dialect import DUCKDB, Dialect
from clausula.derive.sql import Unsupported, typed
from clausula.validation import duckdb_loading
from clausula.validation.engine import Engine, Loaded

SMALL = 8 << 20
"""Files up to this size, in bytes, are loaded and looked at byte by byte."""

PROBE = 100_000
"""How many rows are looked at before a whole file is compared with its neighbours."""

MEMORY = "1500MB"
"""What DuckDB may use before it spills to disk."""

name = DUCKDB.name


@dataclass
class Store(Engine):
    """The tables of a package in DuckDB."""

    con: Any = None
    spill: Any = field(default=None, repr=False)

    @property
    def dialect(self) -> Dialect:
        """DuckDB's own."""
        return DUCKDB

    @property
    def layer(self) -> str:
        """The layer of schemas."""
        return "duckdb"

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """All rows of a query; KeyboardInterrupt if somebody interrupted it."""
        import duckdb

        try:
            return list(self.con.execute(query).fetchall())
        except duckdb.InterruptException:
            raise KeyboardInterrupt from None
        except RuntimeError as error:
            if "interrupted" in str(error).lower():
                raise KeyboardInterrupt from None
            raise

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """DuckDB's own."""
        import duckdb

        return (duckdb.Error,)

    def require_query(self, sql: str) -> None:
        """Refuse what is not one SELECT, before it is put into another query."""
        import duckdb

        statements = self.con.extract_statements(sql)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise duckdb.InvalidInputException("it is not one SELECT")

    def relation(self, table: str) -> str:
        """The table or view with the cells."""
        return f"raw.{name(table)}"

    def numbered(self, table: str) -> str:
        """The same with row numbers; those of a streamed file are counted as it is read."""
        if not self.tables[table].streamed:
            return f"raw.{name(table)}"
        return f"(SELECT row_number() OVER () AS _row, * FROM raw.{name(table)})"

    def sorted_by(self, table: str, fields: Sequence[str]) -> bool:
        """Compare neighbouring keys of a Parquet file: cheaper than counting distinct ones where it is sorted."""
        if self.tables[table].is_text or len(fields) != 1:
            return False
        key = name(fields[0])

        def unsorted(source: str) -> int:
            neighbours = f"SELECT {key} AS k, lag({key}) OVER () AS p FROM {source}"
            return int(self.rows(f"SELECT count(*) FILTER (WHERE k IS NULL OR k <= p) FROM ({neighbours})")[0][0])

        self.con.execute("SET preserve_insertion_order = true")
        try:
            return not unsorted(f"(SELECT {key} FROM raw.{name(table)} LIMIT {PROBE})") and not unsorted(
                f"raw.{name(table)}"
            )
        finally:
            self.con.execute("SET preserve_insertion_order = false")

    def reread(self, table: str) -> bool:
        """Load a streamed file leniently."""
        loaded = self.tables[table]
        if not loaded.streamed or loaded.resource.format != "csv":
            return False
        assert loaded.path is not None
        self.con.execute(f"DROP VIEW IF EXISTS raw.{name(table)}")
        known = len(loaded.scan.findings)
        loaded.scan = scan(loaded.path, loaded.resource.dialect)
        duckdb_loading.load_leniently(self.con, loaded)
        self._note(loaded, loaded.scan.findings[known:])
        return True

    def _note(self, loaded: Loaded, faults: Sequence[Finding]) -> None:
        for code, count in loaded.scan.uncut.items():
            self.uncut[code, loaded.table.name] = count
        self.findings += [replace(f, table=loaded.table.name, file=loaded.resource.path) for f in faults]

    def close(self) -> None:
        """Give memory and disk back."""
        self.con.close()
        if self.spill is not None:
            with suppress(OSError):
                self.spill.cleanup()


def _load(store: Store, resource: Resource, referenced: bool, rules: bool) -> None:
    loaded = duckdb_loading.found(store.package, resource)
    table = resource.table
    store.tables[table.name] = loaded
    if loaded.path is None:
        duckdb_loading.placeholder(store.con, table)
    else:
        large = loaded.path.stat().st_size > SMALL
        stream = large and not referenced and not rules and resource.dialect.plain
        load = duckdb_loading.load_parquet if resource.format == "parquet" else duckdb_loading.load_csv
        load(store.con, loaded, stream)
    faults = list(loaded.scan.findings)
    if loaded.scan.readable and resource.dialect.header:
        faults += check_header(loaded.header, table.names, table.fields_match)
    store._note(loaded, faults)
    if rules:
        _type(store, loaded)


def _type(store: Store, loaded: Loaded) -> None:
    """The typed table that rules look at."""
    table = loaded.table
    columns = []
    for f in table.fields:
        cell = store.cell(table, f.name)
        try:
            columns.append(f"{typed(cell, DUCKDB)} AS {name(f.name)}")
        except Unsupported:
            columns.append(f"{cell.expression} AS {name(f.name)}")
    target = f"main.{name(table.name)}"
    store.con.execute(f"CREATE TABLE {target} AS SELECT _row, {', '.join(columns)} FROM raw.{name(table.name)}")


def open_store(package: Package, rules: bool = True, memory: str = MEMORY, seal: bool = True) -> Store:
    """Read the tables of a package; faults of the files are in `findings`.

    Parameters
    ----------
    rules : bool
        Whether the typed tables will be needed; a package of others never needs them.
    memory : str
        What DuckDB may use before it spills to a temporary folder, such as "2GB".
    seal : bool
        Whether the database may touch no file but those of the tables.
    """
    spill = Scratch("spill")
    con = connect(spill, memory)
    con.execute("SET preserve_insertion_order = true")
    con.execute("CREATE SCHEMA raw")
    if seal:
        _seal(con, package)
    store = Store(package, con=con, spill=spill)
    referenced = {key.resource for table in package.model for key in table.foreign_keys}
    for resource in package:
        _load(store, resource, resource.name in referenced, rules and package.own)
    con.execute("SET preserve_insertion_order = false")
    if seal and not any(loaded.streamed for loaded in store.tables.values()):
        con.execute("SET lock_configuration = true")
    return store


def _seal(con: Any, package: Package) -> None:
    """Let the database read the files of the tables and nothing else, whatever a query says."""
    files = [path for resource in package if (path := inside(package.root, resource.path)) is not None]
    spelt = (DUCKDB.text(one) for path in files for one in (path, glob.escape(str(path))))
    con.execute(f"SET allowed_paths = [{', '.join(spelt)}]")
    con.execute("SET autoinstall_known_extensions = false")
    con.execute("SET enable_external_access = false")
