"""The Parquet layer: does every Parquet file have the same content as its CSV table, with the types of the schema?

The Parquet file is written back as CSV, and the bytes must equal those of the table. One SHA-256 in the manifest
therefore covers the content of both files. It follows that a table must be canonical CSV; any other is a finding.
"""

from __future__ import annotations

from pathlib import Path

from clausula.core.csvio import write_rows
from clausula.core.findings import Finding, Report, shown
from clausula.core.model import Table
from clausula.core.package import Package, parquet_path
from clausula.core.wording import count
from clausula.derive.files import cells_of
from clausula.derive.frames import arrow_schema, cell_texts

LAYER = "parquet"


def _first_difference(table: Table, parquet_rows: list[list[str]], csv_rows: list[list[str | None]]) -> str:
    if len(parquet_rows) != len(csv_rows):
        return f"the file has {count(len(parquet_rows), 'row')}, the table has {len(csv_rows):,}"
    for number, (parquet_row, csv_row) in enumerate(zip(parquet_rows, csv_rows, strict=True), 1):
        for field, a, b in zip(table.names, parquet_row, csv_row, strict=True):
            if a != (b or ""):
                return f"row {number}, {field}: {shown(a)!r} in the file, {shown(b or '')!r} in the table"
    return ""


def _check_table(package: Package, table: Table, path: Path, report: Report) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    name = parquet_path(table.name)
    try:
        data = pq.read_table(path, use_threads=False)
    except (OSError, pa.ArrowException) as error:
        first = str(error).splitlines()[0]
        report.add(
            Finding(
                "unreadable-parquet",
                f"the file cannot be read: {first}",
                "Run `clausula build`.",
                table=table.name,
                file=name,
                layers=(LAYER,),
            )
        )
        return
    schema = arrow_schema(table, package.model.metadata["version"])
    if not data.schema.equals(schema):
        wrong = [f.name for f in schema if f.name not in data.schema.names or data.schema.field(f.name).type != f.type]
        message = f"the types differ from those of the schema ({', '.join(wrong) or 'order or nullability'})"
        report.add(
            Finding(
                "parquet-schema-mismatch",
                message,
                "Run `clausula build`.",
                table=table.name,
                file=name,
                layers=(LAYER,),
            )
        )
        return
    parquet_rows = cell_texts(data)
    source = package.file(package.resources[table.name])
    if write_rows(table.names, parquet_rows) == source.read_bytes():
        return
    difference = _first_difference(table, parquet_rows, cells_of(package, table))
    if difference:
        report.add(
            Finding(
                "parquet-mismatch",
                f"the content differs from that of the table: {difference}",
                "Run `clausula build`.",
                table=table.name,
                file=name,
                layers=(LAYER,),
            )
        )
    else:
        message = "the table is not in canonical CSV form (UTF-8, line feeds, quotes only where needed)"
        report.add(
            Finding(
                "noncanonical-csv",
                message,
                "Run `make format`.",
                table=table.name,
                file=package.resources[table.name].path,
                layers=(LAYER,),
            )
        )


def check(package: Package, report: Report) -> None:
    """Compare every Parquet file with its CSV table."""
    for table in package.model:
        path = package.parquet(table.name)
        if path.is_file():
            try:
                _check_table(package, table, path, report)
            except (OSError, ValueError, IndexError, StopIteration) as error:
                report.add(
                    Finding(
                        "unchecked-parquet",
                        f"the file cannot be compared with its table: {error}",
                        "Fix the table first.",
                        table=table.name,
                        file=parquet_path(table.name),
                        layers=(LAYER,),
                    )
                )
        else:
            report.add(
                Finding(
                    "missing-parquet",
                    "the Parquet file of the table is missing",
                    "Run `clausula build`.",
                    table=table.name,
                    file=parquet_path(table.name),
                    layers=(LAYER,),
                )
            )
