"""The Parquet layer: does every Parquet file have the same content as its CSV table, with the types of the schema?

The Parquet file is written back as CSV, and the bytes must have the digest of the table. One SHA-256 in the manifest
therefore covers the content of both files. It follows that a table must be canonical CSV; any other is a finding.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from clausula.core.csvio import write_rows
from clausula.core.findings import Report, finding, shown
from clausula.core.model import Table
from clausula.core.package import parquet_path
from clausula.core.store import Cells
from clausula.core.wording import count
from clausula.derive.frames import arrow_schema, cell_texts
from clausula.validation.duckdb_engine import DuckDBEngine

LAYER = "parquet"


def _differences(
    table: Table, parquet_rows: list[tuple[str, ...]], csv_rows: list[Cells]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each difference as text, with the row, its key and the field; only the numbers of rows if they differ."""
    if len(parquet_rows) != len(csv_rows):
        yield f"the file has {count(len(parquet_rows), 'row')}, the table has {len(csv_rows):,}", {}
        return
    places = [table.names.index(name) for name in table.primary_key]
    for number, (parquet_row, csv_row) in enumerate(zip(parquet_rows, csv_rows, strict=True), 1):
        for field, a, b in zip(table.names, parquet_row, csv_row, strict=True):
            if a != (b or ""):
                key = ", ".join(f"{table.names[place]}={shown(csv_row[place] or '')}" for place in places)
                difference = f"row {number}, {field}: {shown(a)!r} in the file, {shown(b or '')!r} in the table"
                yield difference, {"row": number, "field": field, "key": key or None}


def _check_table(engine: DuckDBEngine, table: Table, report: Report) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    place: dict[str, Any] = {"table": table.name, "file": parquet_path(table.name), "layers": (LAYER,)}
    try:
        data = pq.read_table(engine.package.parquet(table.name), use_threads=False)
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
