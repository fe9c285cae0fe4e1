"""The DuckDB engine: the tables of a package in a DuckDB database.

Small tables, referenced tables and tables that rules use are loaded once; the small ones of a package with schemas come
from its store. Each other table is streamed from its file by one query. `raw.<table>` contains every cell as the text
of the file, `main.<table>` the typed values. A file that the fast parser would misread is read leniently: every fault
is located, and the readable rows are still checked.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any, TypeVar

from clausula.core.csvio import scan
from clausula.core.package import Package
from clausula.core.paths import inside
from clausula.core.scratch import Scratch, connect, cursor
from clausula.core.store import Store, TableFile, locate
from clausula.derive.dialect import DUCKDB
from clausula.validation import duckdb_loading
from clausula.validation.engine import Engine, Loaded

SMALL = 8 << 20
"""Files up to this size, in bytes, are loaded and scanned byte by byte."""

PROBE = 100_000
"""Number of rows in which the sort order is tested before the whole file is."""

MEMORY = "1500MB"
"""Memory that DuckDB may use before it spills to disk."""

name = DUCKDB.name
Item = TypeVar("Item")


def _fetch(con: Any, query: str) -> list[tuple[Any, ...]]:
    return list(con.execute(query).fetchall())


@dataclass
class DuckDBEngine(Engine):
    """The tables of a package in DuckDB."""

    con: Any = None
    spill: Any = field(default=None, repr=False)
    layer: str = "duckdb"
    ahead: dict[str, Future[list[tuple[Any, ...]]]] = field(default_factory=dict, repr=False)
    """Queries that run already, on other threads."""

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return all rows of a query; raise KeyboardInterrupt if the query was interrupted."""
        import duckdb

        try:
            if query in self.ahead:
                return self.ahead.pop(query).result()
            return _fetch(self.con, query)
        except duckdb.InterruptException:
            raise KeyboardInterrupt from None
        except RuntimeError as error:
            if "interrupted" in str(error).lower():
                raise KeyboardInterrupt from None
            raise

    @contextmanager
    def running_ahead(self, queries: Iterable[str]) -> Iterator[None]:
        """Run queries on as many threads as there are processors; `rows` returns their results.

        A query on a small table keeps one processor busy, mostly with planning.
        """
        with self._threads() as submit:
            self.ahead.update({query: submit(_fetch, query) for query in queries})
            try:
                yield
            finally:
                self.ahead.clear()

    def on_threads(self, work: Callable[[Any, Item], None], items: Iterable[Item]) -> None:
        """Call a function for each item on as many threads as there are processors, each with a connection."""
        with self._threads() as submit:
            for done in [submit(work, item) for item in items]:
                done.result()

    @contextmanager
    def _threads(self) -> Iterator[Callable[..., Future[Any]]]:
        number = os.cpu_count() or 1
        connections: SimpleQueue[Any] = SimpleQueue()
        for _ in range(number):
            connections.put(cursor(self.con))

        def run(work: Callable[[Any, Item], Any], item: Item) -> Any:
            con = connections.get()
            try:
                return work(con, item)
            finally:
                connections.put(con)

        pool = ThreadPoolExecutor(number)
        try:
            yield lambda work, item: pool.submit(run, work, item)
        finally:
            pool.shutdown(cancel_futures=True)

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """The exceptions that DuckDB raises."""
        import duckdb

        return (duckdb.Error,)

    def require_query(self, sql: str) -> None:
        """Refuse anything but a single SELECT, before it is embedded in another query."""
        import duckdb

        statements = self.con.extract_statements(sql)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise duckdb.InvalidInputException("it is not a single SELECT")

    def relation(self, table: str) -> str:
        """Return the name of the table or view with the cells."""
        return f"raw.{name(table)}"

    def numbered(self, table: str) -> str:
        """Return the relation with row numbers; the rows of a streamed file are numbered as they are read."""
        if not self.tables[table].streamed:
            return f"raw.{name(table)}"
        return f"(SELECT row_number() OVER () AS _row, * FROM raw.{name(table)})"

    def sorted_by(self, table: str, fields: Sequence[str]) -> bool:
        """Compare neighbouring keys of a Parquet file; in a sorted file this is cheaper than counting distinct keys."""
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
        """Reload a streamed file leniently; return False if the file was not streamed."""
        loaded = self.tables[table]
        if not loaded.streamed or loaded.resource.format != "csv":
            return False
        assert loaded.path is not None
        self.con.execute(f"DROP VIEW IF EXISTS raw.{name(table)}")
        reported = len(loaded.scan.findings)
        loaded.scan = scan(loaded.path, loaded.resource.dialect)
        duckdb_loading.load_leniently(self.con, loaded)
        self.add_faults(loaded, reported)
        return True

    def add_faults(self, loaded: Loaded, reported: int | None = None) -> None:
        """Report the faults of a file; if some of its bytes and its header were reported, only the other ones."""
        for code, count in loaded.scan.dropped.items():
            self.dropped[code, loaded.table.name] = count
        end = None if reported is None else len(loaded.scan.findings)
        self.findings += TableFile(loaded.resource, loaded.scan).faults[reported:end]

    def close(self) -> None:
        """Close the database and delete its temporary files."""
        self.con.close()
        if self.spill is not None:
            with suppress(OSError):
                self.spill.cleanup()


def open_engine(
    source: Package | Store, rules: bool = True, memory: str = MEMORY, seal: bool = True, keep: bool = True
) -> DuckDBEngine:
    """Read the tables of a package; faults of the files are in `findings`.

    Parameters
    ----------
    source : Package or Store
        The package, or its tables if they are read for other purposes too.
    rules : bool
        Whether to create the typed tables for the rules; ignored for a package without Clausula schemas.
    memory : str
        Memory that DuckDB may use before it spills to a temporary folder, such as "2GB".
    seal : bool
        Whether to restrict the database to the files of the tables.
    keep : bool
        Whether small tables are read into the store, from which layers other than `duckdb` and `rules` take them.
    """
    store = source if isinstance(source, Store) else Store(source)
    package = store.package
    spill = Scratch("spill")
    con = connect(spill, memory)
    con.execute("SET preserve_insertion_order = true")
    con.execute("CREATE SCHEMA raw")
    if seal:
        _seal(con, package)
    engine = DuckDBEngine(store, con=con, spill=spill)
    referenced = {key.resource for table in package.model for key in table.foreign_keys}
    typed = rules and package.own
    for resource in package:
        path, result = locate(package, resource)
        engine.tables[resource.name] = Loaded(resource, result, path)

    def load(con: Any, loaded: Loaded) -> None:
        table, path = loaded.table, loaded.path
        large = path is not None and path.stat().st_size > SMALL
        if path is None:
            duckdb_loading.create_empty_table(con, table)
        elif table.name in store.in_memory or (keep and package.own and not large):
            duckdb_loading.load_file(con, loaded, store[table.name])
        else:
            stream = large and not (table.name in referenced or typed) and loaded.resource.dialect.plain
            parquet = loaded.resource.format == "parquet"
            (duckdb_loading.load_parquet if parquet else duckdb_loading.load_csv)(con, loaded, stream)
        if typed:
            query = f"SELECT _row, {engine.typed_columns(table)} FROM raw.{name(table.name)}"
            con.execute(f"CREATE TABLE main.{name(table.name)} AS {query}")

    engine.on_threads(load, engine.tables.values())
    for loaded in engine.tables.values():
        engine.add_faults(loaded)
    con.execute("SET preserve_insertion_order = false")
    if seal and not any(loaded.streamed for loaded in engine.tables.values()):
        con.execute("SET lock_configuration = true")
    return engine


def _seal(con: Any, package: Package) -> None:
    """Restrict the database to the files of the tables, whatever a query contains."""
    files = [path for resource in package if (path := inside(package.root, resource.path)) is not None]
    quoted = (DUCKDB.text(form) for path in files for form in (path, glob.escape(str(path))))
    con.execute(f"SET allowed_paths = [{', '.join(quoted)}]")
    con.execute("SET autoinstall_known_extensions = false")
    con.execute("SET enable_external_access = false")
