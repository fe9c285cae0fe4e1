"""DuckDB with the tables of a package.

Small tables, tables that others refer to, and tables that rules will look at are loaded once; any other is streamed
from its file by one query. `raw.<table>` holds every cell as the text of the file, `main.<table>` the typed values.
A file that a fast parser would misread is read leniently, so that every fault is located and the readable rows are
still checked.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from clausula.check.engine import Engine, Loaded
from clausula.core.csvio import MAX_FIELD, Scan, check_header, head, lenient_rows, scan
from clausula.core.findings import Finding
from clausula.core.model import Field, Table
from clausula.core.package import Package, Resource
from clausula.core.paths import inside
from clausula.derive.dialect import DUCKDB, Dialect
from clausula.derive.sql import SQL_TYPES, Unsupported, typed

BATCH = 10_000
SMALL = 8 << 20
"""Files up to this size, in bytes, are loaded and looked at byte by byte."""

PROBE = 100_000
"""How many rows are looked at before a whole file is compared with its neighbours."""

MEMORY = "1500MB"
"""What DuckDB may use before it spills to disk."""

FITTING = {
    "integer": ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"),
    "number": ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "FLOAT", "DOUBLE", "DECIMAL"),
    "boolean": ("BOOLEAN",),
    "date": ("DATE", "TIMESTAMP"),
    "datetime": ("TIMESTAMP",),
    "time": ("TIME",),
    "year": ("SMALLINT", "INTEGER", "BIGINT"),
}
"""Which types of a Parquet file hold values of which type of Table Schema; all others want text."""

name, text = DUCKDB.name, DUCKDB.text


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
        """All rows of a query."""
        return list(self.con.execute(query).fetchall())

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """DuckDB's own."""
        import duckdb

        return (duckdb.Error,)

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
        _load_leniently(self, loaded)
        self._note(loaded, loaded.scan.findings[known:])
        return True

    def _note(self, loaded: Loaded, faults: Sequence[Finding]) -> None:
        self.findings += [replace(f, table=loaded.table.name, file=loaded.resource.path) for f in faults]

    def close(self) -> None:
        """Give memory and disk back."""
        self.con.close()
        if self.spill is not None:
            with suppress(OSError):
                self.spill.cleanup()


def _placeholder(store: Store, table: Table) -> None:
    columns = ", ".join(f"{name(n)} VARCHAR" for n in table.names)
    store.con.execute(f"CREATE TABLE raw.{name(table.name)} (_row BIGINT, {columns})")


def _select(loaded: Loaded, source: Sequence[str]) -> str:
    """Cells in the order of the schema, NULL where the file lacks a column or marks a value as missing."""
    parts = []
    table = loaded.table
    for field_ in table.fields:
        if field_.name not in loaded.header:
            parts.append(f"CAST(NULL AS VARCHAR) AS {name(field_.name)}")
            continue
        column = source[loaded.header.index(field_.name)]
        missing = table.missing(field_) if loaded.is_text else ()
        listed = ", ".join(text(v) for v in missing if v)
        cell = f"CASE WHEN {column} IN ({listed}) THEN NULL ELSE {column} END" if listed else column
        if loaded.is_text and "" not in missing:
            cell = f"coalesce({cell}, '')" if not listed else f"CASE WHEN {column} IS NULL THEN '' ELSE {cell} END"
        parts.append(f"{cell} AS {name(field_.name)}")
    return ", ".join(parts)


def _csv_source(loaded: Loaded) -> tuple[str, list[str]]:
    """DuckDB's own parser on the file, told everything, guessing nothing; and its columns."""
    dialect = loaded.resource.dialect
    columns = [name(f"c{i}") for i in range(len(loaded.header))]
    types = "{" + ", ".join(f"{text(f'c{i}')}: 'VARCHAR'" for i in range(len(columns))) + "}"
    has_header = "true" if dialect.header else "false"
    options = (
        f"columns = {types}, header = {has_header}, auto_detect = false, delim = {text(dialect.delimiter)}, "
        f"quote = {text(dialect.quote)}, escape = {text(dialect.escape)}, nullstr = '', strict_mode = true, "
        f"encoding = 'utf-8', max_line_size = {2 * MAX_FIELD}"
    )
    return f"read_csv({text(loaded.path)}, {options})", columns


def _load_fast(store: Store, loaded: Loaded, stream: bool) -> bool:
    """Load or stream a CSV file with DuckDB's own parser; False if it refuses."""
    import duckdb

    source, columns = _csv_source(loaded)
    target = f"raw.{name(loaded.table.name)}"
    cells = _select(loaded, columns)
    if stream:
        store.con.execute(f"CREATE VIEW {target} AS SELECT {cells} FROM {source}")
        loaded.streamed = loaded.unchecked = True
        return True
    try:
        store.con.execute(f"CREATE TABLE {target} AS SELECT row_number() OVER () AS _row, {cells} FROM {source}")
    except duckdb.Error:
        return False
    return True


def _cells(loaded: Loaded) -> Iterator[tuple[int, list[str | None]]]:
    """Rows in the order of the schema, read leniently, faults noted."""
    result, table, dialect = loaded.scan, loaded.table, loaded.resource.dialect
    width = len(result.header)
    places = [result.header.index(n) if n in result.header else None for n in table.names]
    missing = [set(table.missing(f)) for f in table.fields]
    starts = loaded.starts = {}
    assert loaded.path is not None
    rows = islice(lenient_rows(loaded.path, result, dialect), 1 if dialect.header else 0, None)
    for number, (line, cells) in enumerate(rows, 1):
        starts[number] = line
        if not cells:
            result.fault("blank-row", "the row is blank", "Remove it.", line)
        elif len(cells) != width:
            message = f"the row has {len(cells)} cells, the header has {width}"
            hint = "Add or remove cells; a cell with a delimiter in it needs quotes."
            result.fault("ragged-row", message, hint, line)
        padded = cells + [""] * (width - len(cells))
        values = [padded[place] if place is not None else "" for place in places]
        absent = [place is None for place in places]
        yield number, [None if a or v in m else v for v, m, a in zip(values, missing, absent, strict=True)]


def _load_leniently(store: Store, loaded: Loaded) -> None:
    import pyarrow as pa

    table = loaded.table
    _placeholder(store, table)
    loaded.streamed = loaded.unchecked = False
    schema = pa.schema([("_row", pa.int64()), *((f"c{i}", pa.string()) for i in range(len(table.names)))])
    rows = _cells(loaded)
    while batch := list(islice(rows, BATCH)):
        cells = [[values[i] for _, values in batch] for i in range(len(table.names))]
        arrays = [pa.array(c, type=f.type) for c, f in zip([[n for n, _ in batch], *cells], schema, strict=True)]
        store.con.register("chunk", pa.Table.from_arrays(arrays, schema=schema))
        store.con.execute(f"INSERT INTO raw.{name(table.name)} SELECT * FROM chunk")
        store.con.unregister("chunk")


def _fits(kind: str, field_: Field) -> bool:
    base = kind.split("(", maxsplit=1)[0].split(" ", maxsplit=1)[0]
    return base in FITTING.get(field_.type, ("VARCHAR", "ENUM", "UUID", "JSON"))


def _load_parquet(store: Store, loaded: Loaded, stream: bool) -> None:
    """View or load a Parquet file; a column whose type cannot hold the field's values is a fault and is left out."""
    import duckdb

    source = f"read_parquet({text(loaded.path)})"
    try:
        described = store.rows(f"DESCRIBE SELECT * FROM {source}")
    except duckdb.Error as error:
        first = str(error).splitlines()[0]
        loaded.scan.fault("unreadable-file", f"the file cannot be read: {first}", "Check that it is a Parquet file.")
        loaded.scan.readable = False
        _placeholder(store, loaded.table)
        return
    loaded.is_text = False
    loaded.scan.header = [column for column, *_ in described]
    kinds = {column: str(kind) for column, kind, *_ in described}
    known = [f for f in loaded.table.fields if f.name in kinds]
    wrong = [f for f in known if not _fits(kinds[f.name], f)]
    for f in wrong:
        message = f"the column {f.name} is of type {kinds[f.name]}, which does not hold a {f.type}"
        loaded.scan.fault("column-type", message, "Write the column in a fitting type.")
    loaded.mistyped = frozenset(f.name for f in wrong)
    cells = _select(loaded, [_native(store, loaded, column, kinds[column]) for column in loaded.header])
    target = f"raw.{name(loaded.table.name)}"
    if stream:
        loaded.streamed = True
        store.con.execute(f"CREATE VIEW {target} AS SELECT {cells} FROM {source}")
    else:
        store.con.execute(f"CREATE TABLE {target} AS SELECT row_number() OVER () AS _row, {cells} FROM {source}")


def _native(store: Store, loaded: Loaded, column: str, kind: str) -> str:
    """A column of a Parquet file in the type in which we compare it."""
    if column not in loaded.table.names or column in loaded.mistyped:
        return name(column)
    wanted = SQL_TYPES.get(loaded.table[column].type, "VARCHAR")
    return name(column) if kind == wanted else f"CAST({name(column)} AS {wanted})"


def _found(package: Package, resource: Resource) -> Loaded:
    """A resource with its file, or with the fault that keeps it from being read."""
    path = inside(package.root, resource.path)
    loaded = Loaded(resource, Scan(readable=False))
    if path is None:
        message = f"the path {resource.path!r} leaves the package"
        loaded.scan.fault("unsafe-path", message, "Keep the file inside the package.")
    elif not path.is_file():
        loaded.scan.fault("missing-file", "the file does not exist", "Add it, with at least the line of field names.")
    else:
        loaded.scan, loaded.path = Scan(), path
    return loaded


def _load_csv(store: Store, loaded: Loaded, stream: bool) -> None:
    assert loaded.path is not None
    dialect = loaded.resource.dialect
    loaded.scan = head(loaded.path, dialect) if stream else scan(loaded.path, dialect)
    if not dialect.header:
        loaded.scan.header = list(loaded.table.names)
    if not loaded.scan.readable:
        _placeholder(store, loaded.table)
        return
    headed = loaded.header and len(set(loaded.header)) == len(loaded.header)
    if not (loaded.scan.plain and headed and _load_fast(store, loaded, stream)):
        _load_leniently(store, loaded)


def _load(store: Store, resource: Resource, referenced: bool, rules: bool) -> None:
    loaded = _found(store.package, resource)
    table = resource.table
    store.tables[table.name] = loaded
    if loaded.path is None:
        _placeholder(store, table)
    else:
        large = loaded.path.stat().st_size > SMALL
        stream = large and not referenced and not rules and resource.dialect.encoding == "utf-8"
        (_load_parquet if resource.format == "parquet" else _load_csv)(store, loaded, stream)
    faults = list(loaded.scan.findings)
    if loaded.scan.readable and resource.dialect.header:
        faults += check_header(loaded.header, table.names, table.fields_match)
    store._note(loaded, faults)
    if not loaded.streamed:
        loaded.rows = store.rows(f"SELECT count(*) FROM raw.{name(table.name)}")[0][0]
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


def open_store(package: Package, rules: bool = True, memory: str = MEMORY) -> Store:
    """Read the tables of a package; faults of the files are in `findings`.

    Parameters
    ----------
    rules : bool
        Whether the typed tables will be needed; a package of others never needs them.
    memory : str
        What DuckDB may use before it spills to a temporary folder, such as "2GB".
    """
    import duckdb

    spill = tempfile.TemporaryDirectory(prefix="clausula-")
    con = duckdb.connect(":memory:", config={"memory_limit": memory, "temp_directory": spill.name})
    con.execute("SET preserve_insertion_order = true")
    con.execute("CREATE SCHEMA raw")
    store = Store(package, con=con, spill=spill)
    referenced = {key.resource for table in package.model for key in table.foreign_keys}
    for resource in package:
        _load(store, resource, resource.name in referenced, rules and package.own)
    con.execute("SET preserve_insertion_order = false")
    if not any(loaded.streamed for loaded in store.tables.values()):
        con.execute("SET enable_external_access = false")
        con.execute("SET lock_configuration = true")
    return store
