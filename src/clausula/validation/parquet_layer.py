"""The Parquet layer: does every Parquet file have the same content as its CSV table, with the types of the schema?

The Parquet file is written back as CSV, and the bytes must have the digest of the table. One SHA-256 in the manifest
therefore covers the content of both files. It follows that a table must be canonical CSV; any other is a finding.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

from clausula.core.csvio import write_rows
from clausula.core.findings import Report, finding, shown
from clausula.core.model import Table
from clausula.core.package import parquet_path
from clausula.core.store import Cells
from clausula.core.wording import count
from clausula.derive.frames import arrow_schema, cell_texts, read_parquet
from clausula.validation.duckdb_engine import DuckDBEngine

LAYER = "parquet"

Row = tuple[str, ...]
"""The cells of a row as text; empty if missing."""


def _key(table: Table, row: Row) -> str:
    return ", ".join(f"{name}={shown(row[table.names.index(name)])}" for name in table.primary_key)


def _differences(table: Table, parquet_rows: list[Row], csv_rows: list[Cells]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each difference as text, with the row, its key and the field."""
    typed = [tuple(cell or "" for cell in row) for row in csv_rows]
    in_file, in_table = Counter(parquet_rows), Counter(typed)
    pairs = [(n, a, b) for n, (a, b) in enumerate(zip(parquet_rows, typed, strict=False), 1) if a != b]
    if len(parquet_rows) != len(typed) or len(pairs) > (in_table - in_file).total() > 0:
        yield from _row_differences(table, in_file, in_table, typed)
        return
    for number, parquet_row, csv_row in pairs:
        for field, a, b in zip(table.names, parquet_row, csv_row, strict=True):
            if a != b:
                difference = f"row {number}, {field}: {shown(a)!r} in the file, {shown(b)!r} in the table"
                yield difference, {"row": number, "field": field, "key": _key(table, csv_row) or None}


def _row_differences(
    table: Table, in_file: Counter[Row], in_table: Counter[Row], rows: list[Row]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the rows that only the file or only the table has; of two rows with one key, the fields that differ."""
    counted = f"the file has {count(in_file.total(), 'row')} and the table {len(rows):,}"
    lost = {_key(table, row): row for row in (in_file - in_table).elements()}
    for number, row in enumerate(rows, 1):
        if in_table[row] <= in_file[row]:
            continue
        in_table[row] -= 1
        key = _key(table, row)
        old = lost.pop(key, None) if key else None
        if old is None:
            yield f"{counted}: row {number} is only in the table", {"row": number, "key": key or None}
            continue
        for field, a, b in zip(table.names, old, row, strict=True):
            if a != b:
                difference = f"row {number}, {field}: {shown(a)!r} in the file, {shown(b)!r} in the table"
                yield difference, {"row": number, "field": field, "key": key}
    for key in lost:
        yield f"{counted}: a row is only in the file", {"key": key or None}


def _check_table(engine: DuckDBEngine, table: Table, report: Report) -> None:
    import pyarrow as pa

    place: dict[str, Any] = {"table": table.name, "file": parquet_path(table.name), "layers": (LAYER,)}
    try:
        data = read_parquet(engine.package.parquet(table.name))
    except (OSError, pa.ArrowException) as error:
        report.add(finding("unreadable-parquet", error=str(error).splitlines()[0], **place))
        return
    schema = arrow_schema(table, engine.package.model.metadata["version"])
    if not data.schema.equals(schema):
        wrong = [f.name for f in schema if f.name not in data.schema.names or data.schema.field(f.name).type != f.type]
        fields = ", ".join(wrong) or "order, or which may be empty"
        report.add(finding("parquet-schema-mismatch", fields=fields, **place))
        return
    parquet_rows = cell_texts(data)
    source = engine.store[table.name]
    if hashlib.sha256(write_rows(table.names, parquet_rows)).hexdigest() == source.digest:
        return
    differences = list(_differences(table, parquet_rows, engine.store.sound(table.name).rows))
    for difference, where in differences:
        report.add(finding("parquet-mismatch", difference=difference, **place, **where))
    if not differences:
        report.add(finding("noncanonical-csv", **place | {"file": source.resource.path}))


def check(engine: DuckDBEngine, report: Report) -> None:
    """Compare every Parquet file with its CSV table."""
    for table in engine.package.model:
        place: dict[str, Any] = {"table": table.name, "file": parquet_path(table.name), "layers": (LAYER,)}
        if engine.package.parquet(table.name).is_file():
            try:
                _check_table(engine, table, report)
            except (OSError, ValueError) as error:
                report.add(finding("unchecked-parquet", error=error, **place))
        else:
            report.add(finding("missing-parquet", **place))
