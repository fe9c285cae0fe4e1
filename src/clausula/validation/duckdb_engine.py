"""The DuckDB engine: the tables of a package in a DuckDB database.

Small tables, referenced tables and tables that rules use are loaded once; the small ones of a package with schemas come
from its store. Each other table is streamed from its file by one query. `raw.<table>` contains every cell as the text
of the file, `main.<table>` the typed values. A file that the fast parser would misread is read leniently: every fault
is located, and the readable rows are still checked.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar

from clausula.core.csvio import scan
from clausula.core.package import Package, Resource
from clausula.core.paths import inside
from clausula.core.scratch import Scratch, connect, cursor
from clausula.core.store import Store
from clausula.derive.dialect import DUCKDB
from clausula.validation import duckdb_loading, table_groups, table_loading
from clausula.validation.engine import Engine, Shared

PROBE = 100_000
"""Number of rows in which the sort order is tested before the whole file is."""

MEMORY = "1500MB"
"""Memory that DuckDB may use before it spills to disk."""

UNQUERIED = "200MB"
"""Memory that DuckDB may use if no layer queries the tables, only counts their rows."""

name = DUCKDB.name
_SELECTS: set[str] = set()
"""Rules that this process has found to be a single SELECT; parsing all of them takes a seventh of the layer `rules`."""

Item = TypeVar("Item")
Rows = list[tuple[Any, ...]]


def _fetch(con: Any, query: str) -> Rows:
    return list(con.execute(query).fetchall())


def _fetch_by_number(con: Any, query: str) -> dict[int, Rows]:
    found: dict[int, Rows] = {}
    for number, *row in con.execute(query).fetchall():
        found.setdefault(number, []).append(tuple(row))
    return found


def _answer(answered: Future[dict[int, Rows]], number: int) -> Rows | None:
    """Return the rows of a table; None if it has none, or if the query fails, perhaps because of another table."""
    import duckdb

    try:
        return answered.result().get(number)
    except duckdb.InterruptException:
        raise
    except duckdb.Error:
        return None


@dataclass
class DuckDBEngine(Engine):
    """The tables of a package in DuckDB."""

    con: Any = None
    spill: Any = field(default=None, repr=False)
    layer: str = "duckdb"
    ahead: dict[str, Callable[[], Rows | None]] = field(default_factory=dict, repr=False)
    """Queries that run already, on other threads; None if a query on several tables gives no answer."""

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return all rows of a query; raise KeyboardInterrupt if the query was interrupted."""
        import duckdb

        try:
            done = self.ahead.pop(query)() if query in self.ahead else None
            return _fetch(self.con, query) if done is None else done
        except duckdb.InterruptException:
            raise KeyboardInterrupt from None
        except RuntimeError as error:
            if "interrupted" in str(error).lower():
                raise KeyboardInterrupt from None
            raise

    @contextmanager
    def running_ahead(self, queries: Iterable[str], shared: Iterable[Shared] = ()) -> Iterator[None]:
        """Run queries on as many threads as there are processors; `rows` returns their results.

        A query on a small table keeps one processor busy, mostly with planning.
        """
        with self._threads() as submit:
            for one in shared:
                answered = submit(_fetch_by_number, one.query)
                self.ahead |= {query: partial(_answer, answered, number) for number, query in one.answers.items()}
            self.ahead |= {query: submit(_fetch, query).result for query in queries}
            try:
                yield
            finally:
                self.ahead.clear()

    def on_threads(
        self, work: Callable[[Any, Item], None], items: Iterable[Item], meanwhile: Callable[[], object] = lambda: None
    ) -> None:
        """Call a function for each item on as many threads as there are processors, each with a connection.

        An interrupt waits for the calls that have begun, so each must be short; it ends what this thread does
        meanwhile at once.
        """
        with self._threads() as submit:
            begun = [submit(work, item) for item in items]
            meanwhile()
            for done in begun:
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

        if sql in _SELECTS:
            return
        statements = self.con.extract_statements(sql)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise duckdb.InvalidInputException("it is not a single SELECT")
        if self.package.own:
            _SELECTS.add(sql)

    def relation(self, table: str) -> str:
        """Return the name of the table or view with the cells."""
        return duckdb_loading.relation(self.tables[table])

    def numbered(self, table: str) -> str:
        """Return the relation with row numbers; the rows of a streamed file are numbered as they are read."""
        loaded = self.tables[table]
        if not loaded.streamed:
            return self.relation(table)
        if loaded.parts:
            return f"({table_loading.union(loaded, numbered=True)})"
        return f"(SELECT row_number() OVER () AS _row, * FROM {self.relation(table)})"

    def is_empty(self, table: str) -> bool:
        """Whether a table of a package with schemas has no rows; the queries on a foreign one also test its columns."""
        return self.package.own and not self.tables[table].streamed and not self.tables[table].rows

    def count_rows(self, table: str) -> None:
        """Count the rows of each streamed file of a table in several files."""
        for part in self.tables[table].parts:
            if part.streamed:
                part.rows = self.rows(f"SELECT count(*) FROM {duckdb_loading.relation(part)}")[0][0]

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
        for part in loaded.files:
            if part.streamed and part.path is not None:
                self.con.execute(f"DROP VIEW IF EXISTS {duckdb_loading.relation(part)}")
                reported = len(part.scan.findings)
                part.scan = scan(part.path, part.resource.dialect)
                duckdb_loading.load_leniently(self.con, part)
                self.add_faults(part, reported)
        if loaded.parts:
            loaded.streamed, loaded.rows = False, sum(part.rows for part in loaded.parts)
            table_loading.create_view(self.con, loaded)
        return True

    def close(self) -> None:
        """Close the database and delete its temporary files."""
        self.con.close()
        if self.spill is not None:
            with suppress(OSError):
                self.spill.cleanup()


def open_engine(  # noqa: PLR0913 - each option is for another caller
    source: Package | Store,
    *,
    rules: bool = True,
    memory: str = MEMORY,
    seal: bool = True,
    keep: bool = True,
    copy: bool = True,
    without: Collection[str] = (),
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
    copy : bool
        Whether the typed tables are copies, which rules read faster, or views, which need no memory.
    without : collection of str
        Tables that are not loaded.
    """
    store = source if isinstance(source, Store) else Store(source)
    package = store.package
    spill = Scratch("spill")
    con = connect(spill, memory)
    con.execute("SET preserve_insertion_order = true")
    con.execute("CREATE SCHEMA raw")
    con.execute("CREATE SCHEMA parts")
    wanted = [resource for resource in package if resource.name not in without]
    folder = Path(spill.name)
    located = {resource.name: table_loading.locate_files(package, resource, folder) for resource in wanted}
    if seal:
        _seal(con, package, [path for files in located.values() for path, _ in files if path is not None])
    engine = DuckDBEngine(store, con=con, spill=spill)
    referenced = {key.resource for table in package.model for key in table.foreign_keys}
    typed = rules and package.own

    def load(con: Any, resource: Resource) -> None:
        stream = resource.name not in referenced and not typed
        loaded = table_loading.load_stored(con, store, resource, located[resource.name], stream, keep)
        engine.tables[resource.name] = loaded
        if typed:
            query = f"SELECT _row, {engine.typed_columns(resource.table)} FROM raw.{name(resource.name)}"
            con.execute(f"CREATE {'TABLE' if copy else 'VIEW'} main.{name(resource.name)} AS {query}")

    if not package.own:
        engine.tables, engine.groups = table_groups.load_groups(con, wanted, located)
    others = [resource for resource in wanted if resource.name not in engine.tables]
    large = [one for one in others if table_loading.size_of(located[one.name]) > duckdb_loading.SHORT]

    def load_large() -> None:
        for resource in large:
            load(con, resource)

    engine.on_threads(load, [one for one in others if one not in large], load_large)
    engine.tables = {resource.name: engine.tables[resource.name] for resource in wanted}
    for loaded in engine.tables.values():
        for part in loaded.files:
            engine.add_faults(part)
    con.execute("SET preserve_insertion_order = false")
    if seal and not any(loaded.streamed for loaded in engine.tables.values()):
        con.execute("SET lock_configuration = true")
    return engine


def _seal(con: Any, package: Package, files: Iterable[Path]) -> None:
    """Restrict the database to the files of the tables, whatever a query contains."""
    paths = [one for resource in package for file in resource.files if (one := inside(package.root, file.path))]
    quoted = (DUCKDB.text(form) for path in {*paths, *files} for form in (path, glob.escape(str(path))))
    con.execute(f"SET allowed_paths = [{', '.join(quoted)}]")
    con.execute("SET autoinstall_known_extensions = false")
    con.execute("SET enable_external_access = false")
