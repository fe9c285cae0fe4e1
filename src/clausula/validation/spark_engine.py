"""Spark with the tables of a package: the same compiled checks as on DuckDB, on a cluster of any size.

Parquet files are read by the executors, and each row is numbered by its place in the file. A CSV file is read once by
our own reader on the driver (DuckDB where the file is plain, row by row where it is not), because only then do faults
and line numbers come out the same; its cells go to the cluster as Parquet, as text. Values are judged there, by the
same SQL.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from clausula.core.findings import CouldNotRun, Finding
from clausula.core.imports import without
from clausula.core.model import Table
from clausula.core.package import Package
from clausula.core.scratch import Scratch
from clausula.derive.dialect import DUCKDB, SPARK, Dialect
from clausula.derive.sql import SQL_TYPES, Unsupported, typed
from clausula.validation.duckdb_engine import Store, open_store
from clausula.validation.engine import Engine

LOGGING = """\
rootLogger.level = off
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
"""

SQL = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",  # rules quote names as SQL does
    "spark.sql.variable.substitute": "false",  # ${...} in a pattern is no variable
    "spark.sql.caseSensitive": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.cteRecursionLevelLimit": "1000",
    "spark.sql.runSQLOnFiles": "false",  # a rule reads tables, and no file by its name
}
"""What makes Spark's SQL mean what ours means."""

SMALL = 200_000
"""Up to this many rows in all, Spark's planning costs more than its work, and is kept short."""

SHORT = {
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}

name = SPARK.name

FORBIDDEN = {
    "ScriptTransformation": "it runs a program",
    "reflect(": "it calls Java",
    "java_method(": "it calls Java",
    "expressionwithunresolvedidentifier(": "it puts the name of a function together",
}
"""What a query of a rule must not do, by what Spark's plan of it says."""


@dataclass
class SparkStore(Engine):
    """The tables of a package in Spark.

    Attributes
    ----------
    session : SparkSession
    folder : Path
        Where cells of CSV files wait for the executors; removed at the end. A cluster must be able to read it.
    """

    session: Any = None
    folder: Path = field(default_factory=Path)
    views: dict[str, str] = field(default_factory=dict)

    @property
    def dialect(self) -> Dialect:
        """Spark's."""
        return SPARK

    @property
    def layer(self) -> str:
        """The layer of schemas, on Spark."""
        return "spark"

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return [tuple(row) for row in self.session.sql(query).collect()]

    def relation(self, table: str) -> str:
        """The view with the cells."""
        return self.views[table]

    def numbered(self, table: str) -> str:
        """The same view; every row has its number."""
        return self.views[table]

    def reread(self, table: str) -> bool:
        """Nothing is read in haste here."""
        del table
        return False

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """Spark's own."""
        from pyspark.errors import PySparkException

        return (PySparkException,)

    def require_query(self, sql: str) -> None:
        """Refuse what is not one SELECT, or runs programs or Java, by Spark's own parser and before anything is run."""
        from pyspark.errors import PySparkException

        whole = "spark.sql.debug.maxToStringFields"  # else the plan of a query with many columns is told in part
        before = self.session.conf.get(whole)
        self.session.conf.set(whole, str(1 << 30))
        try:
            plan = self.session._jsparkSession.sessionState().sqlParser().parseQuery(sql).toString()
        except PySparkException as error:
            raise PySparkException(f"it is not one SELECT: {str(error).splitlines()[0]}") from error
        finally:
            self.session.conf.set(whole, before)
        for sign, what in FORBIDDEN.items():
            if sign.lower() in plan.lower():
                raise PySparkException(what)


def _needs(what: str, hint: str) -> CouldNotRun:
    return CouldNotRun(Finding("not-installed", f"the engine spark needs {what}", hint))


@contextmanager
def session(master: str, folder: Path) -> Iterator[Any]:
    """A Spark session that says nothing and leaves nothing behind; one that is already there is used, not stopped.

    Raises
    ------
    CouldNotRun
        If pyspark or Java is not installed, or the master cannot be reached.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise _needs(str(error.name), 'pip install "clausula[spark]"') from error
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        raise _needs("Java", "Install a Java runtime, version 17 or newer.")
    running = SparkSession.getActiveSession()
    if running is not None:
        spark = running.newSession()
        for key, value in SQL.items():
            spark.conf.set(key, value)
        yield spark
        return
    logging = folder / "log4j2.properties"
    logging.write_text(LOGGING, encoding="utf-8")
    builder = SparkSession.builder.appName("clausula").master(master)
    settings = {
        **SQL,
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={logging} -Dderby.system.home={folder}",
    }
    if master.startswith("local"):
        settings |= {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}
        settings |= {"spark.sql.shuffle.partitions": "4"}
    for key, value in settings.items():
        builder = builder.config(key, value)
    try:
        spark = builder.getOrCreate()
    except Exception as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise CouldNotRun(
            Finding("spark-unavailable", f"no session on {master}: {first}", "Check --master and Java.")
        ) from error
    try:
        yield spark
    finally:
        spark.stop()


def _cells(store: Store, table: str, folder: Path) -> str:
    """The cells of a CSV table as a Parquet file for the executors; its path."""
    loaded = store.tables[table]
    if loaded.streamed and not store.is_plain(table):
        store.reread(table)
    target = str(folder / f"{len(list(folder.iterdir()))}.parquet")
    query = f"SELECT * FROM {store.numbered(table)}"
    store.con.execute(f"COPY ({query}) TO {DUCKDB.text(target)} (FORMAT parquet, ROW_GROUP_SIZE 500000)")
    loaded.rows = store.rows(f"SELECT count(*) FROM read_parquet({DUCKDB.text(target)})")[0][0]
    loaded.unchecked = loaded.streamed = False
    return target


def _view(spark: SparkStore, store: Store, table: str, number: int, folder: Path) -> None:
    """The view with the cells of a table, in the order of its schema, each row with its number."""
    loaded = store.tables[table]
    names = loaded.table.names
    view = spark.views[table] = f"raw_{number}"
    text = loaded.is_text or loaded.path is None
    frame = spark.session.read.parquet(_cells(store, table, folder) if text else str(loaded.path))
    if not text:
        frame = frame.selectExpr("*", "_metadata.row_index AS `_row index`")
    frame.createOrReplaceTempView(f"{view}_file")
    known = [n for n in names if text or (n in loaded.header and n not in loaded.mistyped)]
    columns = [name(n) if text else _native(loaded.table, n, n in known) for n in names]
    row = "_row" if text else "`_row index` + 1 AS _row"
    spark.session.sql(f"SELECT {row}, {', '.join(columns)} FROM {view}_file").createOrReplaceTempView(view)
    loaded.streamed = False


def _native(table: Table, column: str, known: bool) -> str:
    """A column of a Parquet file in the type in which we compare it."""
    if not known:
        return f"CAST(NULL AS STRING) AS {name(column)}"
    wanted = SQL_TYPES.get(table[column].type, "STRING")
    return f"CAST({name(column)} AS {wanted}) AS {name(column)}"


def _typed(spark: SparkStore, table: Table) -> None:
    """The typed view that rules look at, under the table's own name."""
    columns = []
    for f in table.fields:
        cell = spark.cell(table, f.name)
        try:
            columns.append(f"{typed(cell, SPARK)} AS {name(f.name)}")
        except Unsupported:
            columns.append(f"{cell.expression} AS {name(f.name)}")
    query = f"SELECT _row, {', '.join(columns)} FROM {spark.views[table.name]}"
    spark.session.sql(query).cache().createOrReplaceTempView(table.name)


@contextmanager
def open_spark(package: Package, master: str = "local[2]", rules: bool = True) -> Iterator[SparkStore]:
    """Bring the tables of a package to Spark; faults of the files are in `findings`.

    Parameters
    ----------
    master : str
        Address of the cluster, such as "local[2]" or "spark://host:7077".
    rules : bool
        Whether the typed views will be needed; a package of others never needs them.
    """
    with Scratch("spark") as temporary, without("pyspark.pandas"):
        folder = Path(temporary)
        cells = folder / "cells"
        cells.mkdir()
        store = open_store(package, rules=False, seal=False)
        try:
            with session(master, folder) as session_:
                spark = SparkStore(package, store.tables, session=session_, folder=folder)
                for number, table in enumerate(store.tables):
                    _view(spark, store, table, number, cells)
                spark.findings += store.findings
                spark.uncut += store.uncut
                if sum(loaded.rows for loaded in store.tables.values()) <= SMALL:
                    for key, value in SHORT.items():
                        session_.conf.set(key, value)
                if rules and package.own:
                    for table_ in package.model:
                        _typed(spark, table_)
                yield spark
        finally:
            store.close()
