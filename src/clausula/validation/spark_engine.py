"""The Spark engine: the same compiled checks as on DuckDB, on a cluster of any size.

The executors read Parquet files; each row is numbered by its position in the file. A CSV file is read once, by DuckDB
if it is plain and otherwise row by row, so that faults and line numbers are the same as on DuckDB: by the driver, or,
if a table has several files, each file by one executor. The cells are then text in Parquet files, checked by the same
SQL. Patterns are matched by DuckDB on the executors, because Java's regular expressions can take exponential time.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from clausula.core.findings import CouldNotRun
from clausula.core.imports import hidden_module
from clausula.core.model import Table
from clausula.core.package import Package
from clausula.core.requirements import needs
from clausula.core.scratch import Scratch
from clausula.derive.cell import SQL_TYPES
from clausula.derive.dialect import SPARK, Dialect, SparkDialect
from clausula.validation.duckdb_engine import DuckDBEngine, open_engine
from clausula.validation.engine import Engine, Loaded
from clausula.validation.spark_files import copy_cells, frame_of_parts, read_parts

LOGGING = """\
rootLogger.level = off
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
"""

SQL = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",  # rules quote names as in standard SQL
    "spark.sql.variable.substitute": "false",  # ${...} in a pattern is not a variable
    "spark.sql.caseSensitive": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.cteRecursionLevelLimit": "1000",
    "spark.sql.runSQLOnFiles": "false",  # a rule may not read files by name
}
"""Settings that give Spark SQL the same meaning as our SQL on DuckDB."""

SMALL = 200_000
"""Up to this total number of rows, planning in Spark costs more than execution and is simplified."""

SIMPLE_PLANNING = {
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
    "expressionwithunresolvedidentifier(": "it builds a function name at run time",
}
"""Operations that a rule must not use, by the text that shows them in Spark's plan of the query."""


@dataclass
class SparkEngine(Engine):
    """The tables of a package in Spark.

    Attributes
    ----------
    session : SparkSession
    folder : Path
        Temporary folder with the cells of CSV files for the executors. The whole cluster must be able to read it.
    views : dict
        Name of the view of each table.
    """

    session: Any = None
    folder: Path = field(default_factory=Path)
    views: dict[str, str] = field(default_factory=dict)
    dialect: Dialect = SPARK
    layer: str = "spark"

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return all rows of a query."""
        return [tuple(row) for row in self.session.sql(query).collect()]

    def relation(self, table: str) -> str:
        """Return the name of the view with the cells."""
        return self.views[table]

    def numbered(self, table: str) -> str:
        """Return the same view, which has the row numbers."""
        return self.views[table]

    def reread(self, table: str) -> bool:
        """Return False: on Spark no file is read by a fast parser first."""
        del table
        return False

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """The exceptions that Spark raises."""
        from pyspark.errors import PySparkException

        return (PySparkException,)

    def require_query(self, sql: str) -> None:
        """Refuse anything but a single SELECT, and programs and Java; Spark parses the query without running it."""
        from pyspark.errors import PySparkException

        setting = "spark.sql.debug.maxToStringFields"  # by default the plan of a query with many columns is cut
        before = self.session.conf.get(setting)
        self.session.conf.set(setting, str(1 << 30))
        try:
            plan = self.session._jsparkSession.sessionState().sqlParser().parseQuery(sql).toString()
        except PySparkException as error:
            raise PySparkException(f"it is not a single SELECT: {str(error).splitlines()[0]}") from error
        finally:
            self.session.conf.set(setting, before)
        for operator, reason in FORBIDDEN.items():
            if operator.lower() in plan.lower():
                raise PySparkException(reason)


@contextmanager
def session(master: str, folder: Path) -> Iterator[Any]:
    """Open a Spark session without logging that leaves no files; an active session is used and not stopped.

    Raises
    ------
    CouldNotRun
        If pyspark or Java is not installed, or the master cannot be reached.
    """
    with needs("the Spark engine", "spark"):
        from pyspark.sql import SparkSession
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        raise CouldNotRun.of("not-installed:java")
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
        "spark.executorEnv.PYTHONSAFEPATH": "1",  # no module is imported from the working folder
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={logging} -Dderby.system.home={folder}",
    }
    if master.startswith("local"):
        settings |= {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}
        settings |= {"spark.sql.shuffle.partitions": "4"}
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    for key, value in settings.items():
        builder = builder.config(key, value)
    try:
        spark = builder.getOrCreate()
    except Exception as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise CouldNotRun.of("spark-unavailable", master=master, error=first) from error
    try:
        yield spark
    finally:
        spark.stop()


def _cells(engine: DuckDBEngine, loaded: Loaded, folder: Path) -> str:
    """Write the cells of a CSV table to a Parquet file for the executors; return its path."""
    target = str(folder / f"{len(list(folder.iterdir()))}.parquet")
    before, reported = loaded.scan, len(loaded.scan.findings)
    copy_cells(engine.con, loaded, target)
    if loaded.scan is not before:
        engine.add_faults(loaded, reported)
    return target


def _create_view(spark: SparkEngine, engine: DuckDBEngine, loaded: Loaded, number: int, folder: Path) -> None:
    """Create the view with the cells of a table, in schema order, with row numbers."""
    view = spark.views[loaded.table.name] = f"raw_{number}"
    if loaded.is_text:
        frame = spark.session.read.parquet(_cells(engine, loaded, folder))
    else:
        frame, first = None, 0
        for file in loaded.files:
            if not file.is_text:
                part = _typed_file(spark, loaded, file, first)
                frame = part if frame is None else frame.unionAll(part)
            first += file.rows
    frame.createOrReplaceTempView(view)


def _typed_file(spark: SparkEngine, loaded: Loaded, file: Loaded, first: int) -> Any:
    """Return the cells of a Parquet file, with row numbers that start after the first ones."""
    known = [n for n in loaded.table.names if n in loaded.places and n not in loaded.mistyped]
    columns = [_native(loaded.table, n, n in known) for n in loaded.table.names]
    frame = spark.session.read.parquet(str(file.path)).selectExpr("*", "_metadata.row_index AS `_row index`")
    return frame.selectExpr(f"`_row index` + {first + 1} AS _row", *columns)


def _native(table: Table, column: str, known: bool) -> str:
    """Return a column of a Parquet file, cast to the type in which it is compared."""
    if not known:
        return f"CAST(NULL AS STRING) AS {name(column)}"
    sql_type = SQL_TYPES.get(table[column].type, "STRING")
    return f"CAST({name(column)} AS {sql_type}) AS {name(column)}"


def _create_typed_view(spark: SparkEngine, table: Table) -> None:
    """Create the typed view that rules query, named after the table."""
    query = f"SELECT _row, {spark.typed_columns(table)} FROM {spark.views[table.name]}"
    spark.session.sql(query).cache().createOrReplaceTempView(table.name)


@contextmanager
def open_spark(package: Package, master: str = "local[2]", rules: bool = True) -> Iterator[SparkEngine]:
    """Load the tables of a package on Spark; faults of the files are in `findings`.

    Parameters
    ----------
    master : str
        URL of the cluster, such as "local[2]" or "spark://host:7077".
    rules : bool
        Whether to create the typed views for the rules; ignored for a package without Clausula schemas.
    """
    with Scratch("spark") as temporary, hidden_module("pyspark.pandas"):
        folder = Path(temporary)
        cells = folder / "cells"
        cells.mkdir()
        split = [one for one in package if one.parts and one.format == "csv" and not one.compression]
        engine = open_engine(package, rules=False, seal=False, without=[resource.name for resource in split])
        try:
            with session(master, folder) as session_:
                dialect = _dialect(session_)
                spark = SparkEngine(engine.store, session=session_, folder=folder, dialect=dialect)
                for number, resource in enumerate(package):
                    if resource in split:
                        loaded, targets = read_parts(session_, package, resource, cells / f"parts {number}")
                        frame = frame_of_parts(session_, loaded, targets)
                        spark.views[resource.name] = f"raw_{number}"
                        frame.createOrReplaceTempView(f"raw_{number}")
                        for part in loaded.parts:
                            engine.add_faults(part)
                    else:
                        loaded = engine.tables[resource.name]
                        _create_view(spark, engine, loaded, number, cells)
                    spark.tables[resource.name] = loaded
                spark.findings += engine.findings
                spark.dropped += engine.dropped
                if sum(loaded.rows for loaded in spark.tables.values()) <= SMALL:
                    for key, value in SIMPLE_PLANNING.items():
                        session_.conf.set(key, value)
                if rules and package.own:
                    for table_ in package.model:
                        _create_typed_view(spark, table_)
                yield spark
        finally:
            engine.close()


def _dialect(session_: Any) -> SparkDialect:
    from clausula.validation.spark_patterns import Patterns

    return SparkDialect(Patterns(session_))
