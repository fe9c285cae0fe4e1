"""The tables of a package in DuckDB: once as text, once typed.

`raw.<table>` holds every cell as the text of the file (missing ones as NULL), `main.<table>` the typed values; both
carry `_row`, the number of the data row from 1. Files that a fast parser would misread are read leniently, so that
every fault is located and the readable rows are still checked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from clausula.core.csvio import MAX_FIELD, Scan, check_header, lenient_rows, scan
from clausula.core.findings import Finding, shown
from clausula.core.model import Table
from clausula.core.package import Package, Resource, inside
from clausula.derive.sql import name, text, typed

BATCH = 10_000


@dataclass
class Loaded:
    """One table in the store: its file as scanned, how many rows it has, and where they start."""

    resource: Resource
    scan: Scan
    rows: int = 0
    starts: dict[int, int] | None = None
    path: Path | None = None

    def line(self, row: int) -> int:
        """The line on which a data row starts."""
        if self.starts is None and (self.path is None or self.scan.lines <= self.rows + 1):
            return row + 1
        if self.starts is None:
            assert self.path is not None
            self.starts = dict(enumerate(line for line, _ in lenient_rows(self.path)))
        return self.starts.get(row, row + 1)


@dataclass
class Store:
    """DuckDB with the tables of a package."""

    package: Package
    con: Any
    tables: dict[str, Loaded] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def column(self, table: str, field_name: str) -> int | None:
        """Number of a field in its file, from 1."""
        header = self.tables[table].scan.header
        return header.index(field_name) + 1 if field_name in header else None

    def locate(self, finding: Finding, key: dict[str, Any] | None = None) -> Finding:
        """A finding on a row with file, line, column and key filled in."""
        assert finding.table is not None
        loaded = self.tables[finding.table]
        spelled = ", ".join(f"{k}={shown(str(v))}" for k, v in (key or {}).items() if v is not None)
        return replace(
            finding,
            file=loaded.resource.path,
            line=loaded.line(finding.row) if finding.row else finding.line,
            column=self.column(finding.table, finding.field) if finding.field else None,
            key=spelled or finding.key,
            value=shown(finding.value) if finding.value is not None else None,
        )


def _placeholder(con: Any, table: Table) -> None:
    columns = ", ".join(f"{name(n)} VARCHAR" for n in table.names)
    con.execute(f"CREATE TABLE raw.{name(table.name)} (_row BIGINT, {columns})")


def _select(table: Table, header: list[str]) -> str:
    """Text columns in the order of the schema, NULL where the file lacks one or marks a value as missing."""
    parts = []
    for field_name in table.names:
        if field_name not in header:
            parts.append(f"CAST(NULL AS VARCHAR) AS {name(field_name)}")
            continue
        column = name(f"c{header.index(field_name)}")
        listed = ", ".join(text(v) for v in table.missing_values if v)
        cell = f"CASE WHEN {column} IN ({listed}) THEN NULL ELSE {column} END" if listed else column
        parts.append(f"{cell} AS {name(field_name)}")
    return ", ".join(parts)


def _fast(con: Any, loaded: Loaded) -> bool:
    """Read the file with DuckDB's own parser; False if it refuses."""
    import duckdb

    header = loaded.scan.header
    columns = "{" + ", ".join(f"{text(f'c{i}')}: 'VARCHAR'" for i in range(len(header))) + "}"
    source = (
        f"read_csv({text(loaded.path)}, columns = {columns}, header = true, auto_detect = false, "
        f"delim = ',', quote = '\"', escape = '\"', nullstr = '', strict_mode = true, "
        f"encoding = 'utf-8', max_line_size = {2 * MAX_FIELD})"
    )
    table = loaded.resource.table
    selected = f"SELECT row_number() OVER () AS _row, {_select(table, header)} FROM {source}"
    try:
        con.execute(f"CREATE TABLE raw.{name(table.name)} AS {selected}")
    except duckdb.Error:
        return False
    return True


def _cells(loaded: Loaded) -> Iterator[tuple[int, list[str | None]]]:
    """Rows in the order of the schema, read leniently, faults noted."""
    result, table = loaded.scan, loaded.resource.table
    width = len(result.header)
    places = [result.header.index(n) if n in result.header else None for n in table.names]
    missing = set(table.missing_values)
    starts = loaded.starts = {}
    for number, (line, cells) in enumerate(islice(lenient_rows(loaded.path or Path(), result), 1, None), 1):
        starts[number] = line
        if not cells:
            result.fault("blank-row", "the row is blank", "Remove it.", line)
        elif len(cells) != width:
            result.fault(
                "ragged-row",
                f"the row has {len(cells)} cells, the header has {width}",
                "Add or remove cells; a cell with a comma needs quotes.",
                line,
            )
        padded = cells + [""] * (width - len(cells))
        values = [padded[place] if place is not None else "" for place in places]
        yield number, [None if value in missing else value for value in values]


def _lenient(con: Any, loaded: Loaded) -> None:
    import pyarrow as pa

    table = loaded.resource.table
    _placeholder(con, table)
    schema = pa.schema([("_row", pa.int64()), *((n, pa.string()) for n in table.names)])
    rows = _cells(loaded)
    while batch := list(islice(rows, BATCH)):
        columns = [
            [number for number, _ in batch],
            *([cells[i] for _, cells in batch] for i in range(len(table.names))),
        ]
        chunk = pa.Table.from_arrays(
            [pa.array(c, type=f.type) for c, f in zip(columns, schema, strict=True)], schema=schema
        )
        con.register("chunk", chunk)
        con.execute(f"INSERT INTO raw.{name(table.name)} SELECT * FROM chunk")
        con.unregister("chunk")


def _load(store: Store, resource: Resource) -> None:
    path = inside(store.package.root, resource.path)
    if path is None:
        loaded = Loaded(resource, Scan(readable=False))
        loaded.scan.fault(
            "unsafe-path", f"the path {resource.path!r} leaves the package", "Keep the file inside the package."
        )
    elif not path.is_file():
        loaded = Loaded(resource, Scan(readable=False))
        loaded.scan.fault("missing-file", "the file does not exist", "Add it, with at least the line of field names.")
    else:
        loaded = Loaded(resource, scan(path), path=path)
    table = resource.table
    store.tables[table.name] = loaded
    headed = loaded.scan.readable and len(set(loaded.scan.header)) == len(loaded.scan.header)
    if not (loaded.scan.plain and headed and _fast(store.con, loaded)):
        if loaded.scan.readable:
            _lenient(store.con, loaded)
        else:
            _placeholder(store.con, table)
    loaded.rows = store.con.execute(f"SELECT count(*) FROM raw.{name(table.name)}").fetchone()[0]
    typed_columns = ", ".join(f"{typed(f, name(f.name))} AS {name(f.name)}" for f in table.fields)
    store.con.execute(
        f"CREATE TABLE main.{name(table.name)} AS SELECT _row, {typed_columns} FROM raw.{name(table.name)}"
    )
    faults = list(loaded.scan.findings)
    if loaded.scan.readable:
        faults += check_header(loaded.scan.header, table.names)
    store.findings += [replace(f, table=table.name, file=resource.path) for f in faults]


def open_store(package: Package) -> Store:
    """Load every table of a package; faults of the files are in `findings`."""
    import duckdb

    con = duckdb.connect(":memory:")
    con.execute("CREATE SCHEMA raw")
    store = Store(package, con)
    for resource in package:
        _load(store, resource)
    con.execute("SET enable_external_access = false")
    con.execute("SET lock_configuration = true")
    return store
