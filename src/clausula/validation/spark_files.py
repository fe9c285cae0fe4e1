"""Files of a table on Spark: each CSV file is read by one executor, and rows are numbered through all files.

An executor reads its file as the driver would, with the same faults and line numbers, and writes the cells to a Parquet
file. It knows the number of its rows, but not which row is its first one. The driver adds up the numbers and puts the
number of rows before each file into its name, so that a query can number the rows of all files.
"""

from __future__ import annotations

from array import array
from contextlib import closing
from pathlib import Path
from typing import Any

from clausula.core.csvio import scan
from clausula.core.findings import CouldNotRun
from clausula.core.package import Package, Resource
from clausula.core.scratch import Scratch, connect
from clausula.core.store import locate
from clausula.derive.dialect import DUCKDB, SPARK
from clausula.validation.duckdb_loading import load_leniently, relation
from clausula.validation.engine import Loaded
from clausula.validation.table_loading import combined, load

MEMORY = "1GB"
"""Memory that DuckDB may use in one task before it spills to disk."""

FIRST = "CAST(substr(_metadata.file_name, 1, 15) AS BIGINT)"
"""The number of rows in the files before this one, from the name of the file."""


def copy_cells(con: Any, loaded: Loaded, target: str) -> None:
    """Write the cells of a CSV file to a Parquet file, with row numbers; read the file leniently if it is not plain."""
    import duckdb

    if loaded.streamed and loaded.path is not None:
        scanned = scan(loaded.path, loaded.resource.dialect)
        loaded.scan.lines, loaded.unchecked = scanned.lines, False
        try:
            if scanned.plain:
                _copy(con, loaded, "row_number() OVER () AS _row, *", target)
                return
        except duckdb.Error:
            Path(target).unlink(missing_ok=True)
        con.execute(f"DROP VIEW {relation(loaded)}")
        loaded.scan = scanned
        load_leniently(con, loaded)
    _copy(con, loaded, "*", target)


def _copy(con: Any, loaded: Loaded, columns: str, target: str) -> None:
    query = f"SELECT {columns} FROM {relation(loaded)}"
    con.execute(f"COPY ({query}) TO {DUCKDB.text(target)} (FORMAT parquet, ROW_GROUP_SIZE 500000)")
    loaded.rows = con.execute(f"SELECT count(*) FROM read_parquet({DUCKDB.text(target)})").fetchall()[0][0]


def read_part(loaded: Loaded, target: str) -> Loaded:
    """Write the cells of one CSV file to a Parquet file; return its faults, and the number and lines of its rows.

    This runs on an executor.
    """
    spill = Scratch("part")
    with spill, closing(connect(spill, MEMORY)) as con:
        con.execute("SET threads = 1")  # Spark runs one task on each core
        con.execute("CREATE SCHEMA parts")
        load(con, loaded, loaded.resource.dialect.plain)
        copy_cells(con, loaded, target)
    if loaded.lines is not None:
        first = 2 if loaded.resource.dialect.header else 1
        regular = all(line == number for number, line in enumerate(loaded.lines, first))
        loaded.lines = None if regular and loaded.scan.lines <= len(loaded.lines) + first else array("q", loaded.lines)
    loaded.streamed = False
    return loaded


def read_parts(session: Any, package: Package, resource: Resource, folder: Path) -> tuple[Loaded, list[str]]:
    """Have the executors read the CSV files of a table; return the table, and the Parquet files with its cells.

    Raises
    ------
    CouldNotRun
        If the executors cannot run clausula, or cannot write to the folder.
    """
    from pyspark.errors import PySparkException

    folder.mkdir()
    parts = []
    for number, file in enumerate(resource.files):
        path, result = locate(package, file)
        parts.append(Loaded(file, result, None if path is None else path.absolute(), number=number))
    tasks = [(part, str(folder / f"{part.number}")) for part in parts if part.path is not None]
    if tasks:
        try:
            found = session.sparkContext.parallelize(tasks, len(tasks)).map(lambda task: read_part(*task)).collect()
        except PySparkException as error:
            first = str(error).strip().splitlines()[-1]
            raise CouldNotRun.of("spark-unavailable:executors", error=first) from error
        for part in found:
            parts[part.number] = part
    targets, first_row = [], 0
    for part in parts:
        if part.path is not None and part.rows:
            targets.append(str(folder / f"{first_row:015}-{part.number}.parquet"))
            (folder / f"{part.number}").rename(targets[-1])
        first_row += part.rows
    return combined(resource, parts), targets


def frame_of_parts(session: Any, loaded: Loaded, targets: list[str]) -> Any:
    """Return the cells that the executors have written, with row numbers."""
    name = SPARK.name
    known = [f"{name(n)}" if n in loaded.places else f"CAST(NULL AS STRING) AS {name(n)}" for n in loaded.table.names]
    if not targets:
        empty = ", ".join(f"CAST(NULL AS STRING) AS {name(n)}" for n in loaded.table.names)
        return session.sql(f"SELECT CAST(NULL AS BIGINT) AS _row, {empty} WHERE false")
    return session.read.parquet(*targets).selectExpr(f"_row + {FIRST} AS _row", *known)
