"""Loading of one file into DuckDB: CSV with DuckDB's parser where that is safe, Parquet with its types."""

from __future__ import annotations

import glob
from array import array
from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from clausula.core.csvio import MAX_FIELD, scan, scan_header
from clausula.core.model import Field, Table
from clausula.core.store import TableFile, read_cells, strings_of
from clausula.core.wording import a
from clausula.derive.cell import SQL_TYPES
from clausula.derive.dialect import DUCKDB
from clausula.validation.engine import Loaded

if TYPE_CHECKING:
    import pyarrow as pa

BATCH = 10_000

SMALL = 8 << 20
"""Tables whose files have up to this size, in bytes, are loaded and scanned byte by byte."""

SHORT = 4 << 20
"""Tables whose files have up to this size, in bytes, are loaded on threads, which no interrupt ends."""

COMPATIBLE_TYPES = {
    "integer": ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"),
    "number": ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "FLOAT", "DOUBLE", "DECIMAL"),
    "boolean": ("BOOLEAN",),
    "date": ("DATE", "TIMESTAMP"),
    "datetime": ("TIMESTAMP",),
    "time": ("TIME",),
    "year": ("SMALLINT", "INTEGER", "BIGINT"),
}
"""Column types of a Parquet file that are accepted for each type of Table Schema; `any` takes all, others only text."""

name, text = DUCKDB.name, DUCKDB.text


def relation(loaded: Loaded) -> str:
    """Return the name of the table or view with the cells of a table, or of one of its files."""
    if loaded.number is None:
        return f"raw.{name(loaded.table.name)}"
    return f"parts.{name(f'{loaded.number} {loaded.table.name}')}"


def create_empty_table(con: Any, loaded: Loaded) -> None:
    """Create an empty table in place of a file that cannot be read."""
    columns = ", ".join(f"{name(n)} VARCHAR" for n in loaded.table.names)
    con.execute(f"CREATE TABLE {relation(loaded)} (_row BIGINT, {columns})")


def _has_missing_marks(table: Table, field_: Field) -> bool:
    """Whether the schema declares missing values for a text column of a Parquet file."""
    return field_.type not in SQL_TYPES and table.missing(field_) != ("",)


def select_cells(loaded: Loaded, source: Sequence[str]) -> str:
    """Return the cells in schema order, with NULL for absent columns and missing values."""
    parts = []
    table = loaded.table
    for field_ in table.fields:
        if field_.name not in loaded.places:
            parts.append(f"CAST(NULL AS VARCHAR) AS {name(field_.name)}")
            continue
        column = source[loaded.places[field_.name]]
        missing = table.missing(field_) if loaded.is_text or _has_missing_marks(table, field_) else ()
        if loaded.is_text and loaded.resource.dialect.null is not None:
            missing = (*missing, loaded.resource.dialect.null)
        marks = [v for v in missing if v]
        cell = f"CASE WHEN {DUCKDB.among(column, marks)} THEN NULL ELSE {column} END" if marks else column
        if loaded.is_text and "" not in missing:
            cell = f"coalesce({cell}, '')" if not marks else f"CASE WHEN {column} IS NULL THEN '' ELSE {cell} END"
        parts.append(f"{cell} AS {name(field_.name)}")
    return ", ".join(parts)


def _file(loaded: Loaded) -> str:
    """Return the path of a file with `*`, `?` and `[` escaped, because DuckDB would expand them."""
    return text(glob.escape(str(loaded.path)))


def csv_source(loaded: Loaded, *others: Loaded) -> tuple[str, list[str]]:
    """Return a `read_csv` call with every option set and nothing left to detection, and its columns.

    The files of other tables with the same header can be read in the same call.
    """
    dialect = loaded.resource.dialect
    columns = [name(f"c{i}") for i in range(len(loaded.header))]
    types = "{" + ", ".join(f"{text(f'c{i}')}: 'VARCHAR'" for i in range(len(columns))) + "}"
    has_header = "true" if dialect.header else "false"
    options = (
        f"columns = {types}, header = {has_header}, auto_detect = false, delim = {text(dialect.delimiter)}, "
        f"quote = {text(dialect.quote)}, escape = {text(dialect.escape)}, nullstr = '', strict_mode = true, "
        f"encoding = 'utf-8', max_line_size = {2 * MAX_FIELD}, compression = 'none', hive_partitioning = false"
    )
    return f"read_csv([{', '.join(map(_file, (loaded, *others)))}], {options})", columns


def _load_fast(con: Any, loaded: Loaded, stream: bool) -> bool:
    """Load or stream a CSV file with DuckDB's parser; return False if the parser rejects the file."""
    import duckdb

    source, columns = csv_source(loaded)
    target = relation(loaded)
    cells = select_cells(loaded, columns)
    if stream:
        con.execute(f"CREATE VIEW {target} AS SELECT {cells} FROM {source}")
        loaded.streamed = loaded.unchecked = True
        return True
    try:
        loaded.rows = _create_numbered_table(con, target, cells, source)
    except duckdb.Error:
        return False
    return True


def _create_numbered_table(con: Any, target: str, cells: str, source: str) -> int:
    """Load a file into a table with row numbers; return the number of rows."""
    created = con.execute(f"CREATE TABLE {target} AS SELECT row_number() OVER () AS _row, {cells} FROM {source}")
    return int(created.fetchall()[0][0])


def load_leniently(con: Any, loaded: Loaded) -> None:
    """Load a CSV file row by row and locate its faults."""
    assert loaded.path is not None
    create_empty_table(con, loaded)
    loaded.streamed = loaded.unchecked = False
    loaded.rows, loaded.lines = 0, (lines := [])
    rows = read_cells(loaded.path, loaded.resource, loaded.scan)
    while batch := list(islice(rows, BATCH)):
        append(con, loaded, strings_of(loaded.table, [cells for _, cells in batch]))
        lines += [line for line, _ in batch]


def load_file(con: Any, loaded: Loaded, file: TableFile) -> None:
    """Load a CSV file that the store has read."""
    loaded.scan, loaded.lines = file.scan, file.lines
    columns = ", ".join(["c0 AS _row", *(f"c{i} AS {name(n)}" for i, n in enumerate(loaded.table.names, 1))])
    _execute_on_chunk(con, loaded, file.strings, f"CREATE TABLE {relation(loaded)} AS SELECT {columns} FROM chunk")


def append(con: Any, loaded: Loaded, strings: pa.Table) -> None:
    """Append rows to a table, with their numbers."""
    _execute_on_chunk(con, loaded, strings, f"INSERT INTO {relation(loaded)} SELECT * FROM chunk")


def _execute_on_chunk(con: Any, loaded: Loaded, strings: pa.Table, statement: str) -> None:
    """Execute a statement that adds rows to a table; `chunk` has them, with their numbers, as columns `c0`, `c1`."""
    import pyarrow as pa

    first, loaded.rows = loaded.rows + 1, loaded.rows + len(strings)
    counted = pa.py_buffer(array("q", range(first, loaded.rows + 1)))
    numbers = pa.Array.from_buffers(pa.int64(), len(strings), [None, counted])
    names = [f"c{i}" for i in range(len(strings.columns) + 1)]
    con.register("chunk", pa.Table.from_arrays([numbers, *strings.columns], names))
    con.execute(statement)
    con.unregister("chunk")


def _fits(kind: str, field_: Field) -> bool:
    if field_.type == "any":
        return True
    base = kind.split("(", maxsplit=1)[0].split(" ", maxsplit=1)[0]
    return base in COMPATIBLE_TYPES.get(field_.type, ("VARCHAR", "ENUM", "UUID", "JSON"))


def load_parquet(con: Any, loaded: Loaded, stream: bool) -> None:
    """View or load a Parquet file; report a column of the wrong type and leave it out."""
    import duckdb

    source = f"read_parquet({_file(loaded)}, hive_partitioning = false)"
    try:
        described = con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    except duckdb.Error as error:
        _unreadable(con, loaded, error)
        return
    loaded.is_text = False
    loaded.scan.header = [column for column, *_ in described]
    kinds = {column: str(kind) for column, kind, *_ in described}
    known = [f for f in loaded.table.fields if f.name in kinds]
    wrong = [f for f in known if not _fits(kinds[f.name], f)]
    for f in wrong:
        where = {"field": f.name, "column": loaded.places[f.name] + 1}
        loaded.scan.add_fault(
            "column-type-mismatch", None, name=f.name, found=kinds[f.name], expected=a(f.type), **where
        )
    loaded.mistyped = frozenset(f.name for f in wrong)
    cells = select_cells(loaded, [_native(loaded, column, kinds[column]) for column in loaded.header])
    target = relation(loaded)
    if stream:
        loaded.streamed = True
        con.execute(f"CREATE VIEW {target} AS SELECT {cells} FROM {source}")
        loaded.rows = con.execute(f"SELECT count(*) FROM {source}").fetchall()[0][0]
        return
    try:
        loaded.rows = _create_numbered_table(con, target, cells, source)
    except duckdb.Error as error:
        loaded.is_text = True
        _unreadable(con, loaded, error)


def _unreadable(con: Any, loaded: Loaded, error: Exception) -> None:
    """Report that a Parquet file cannot be read; leave its table empty and its columns unchecked."""
    loaded.scan.add_fault("unreadable-file:parquet-format", error=(str(error).splitlines() or [""])[0])
    loaded.scan.readable = False
    loaded.scan.header = []
    create_empty_table(con, loaded)


def _native(loaded: Loaded, column: str, kind: str) -> str:
    """Return a column of a Parquet file, cast to the type in which it is compared."""
    if column not in loaded.table.names or column in loaded.mistyped:
        return name(column)
    sql_type = SQL_TYPES.get(loaded.table[column].type, "VARCHAR")
    return name(column) if kind == sql_type else f"CAST({name(column)} AS {sql_type})"


def load_csv(con: Any, loaded: Loaded, stream: bool) -> None:
    """View or load a CSV file, with the fast parser if the file is plain enough for it."""
    examine_csv(loaded, stream)
    load_examined(con, loaded, stream)


def examine_csv(loaded: Loaded, stream: bool = False) -> None:
    """Scan the bytes of a CSV file, or only its header if it is streamed."""
    assert loaded.path is not None
    dialect = loaded.resource.dialect
    loaded.scan = scan_header(loaded.path, dialect) if stream else scan(loaded.path, dialect)
    if not dialect.header:
        loaded.scan.header = list(loaded.table.names)


def is_fast(loaded: Loaded) -> bool:
    """Return whether a CSV file that was examined is plain enough for the fast parser."""
    unique_header = loaded.header and len(set(loaded.header)) == len(loaded.header)
    return bool(loaded.scan.readable and loaded.scan.plain and unique_header)


def load_examined(con: Any, loaded: Loaded, stream: bool = False) -> None:
    """View or load a CSV file that was examined."""
    if not loaded.scan.readable:
        create_empty_table(con, loaded)
    elif not (is_fast(loaded) and _load_fast(con, loaded, stream)):
        if stream:
            assert loaded.path is not None
            header, loaded.scan = loaded.header, scan(loaded.path, loaded.resource.dialect)
            loaded.scan.header = header
        load_leniently(con, loaded)
