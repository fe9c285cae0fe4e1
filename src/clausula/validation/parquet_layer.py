"""The Parquet layer: does every Parquet file hold exactly what its CSV table holds, with the types of the schema?

The typed file is spelt back into CSV; the bytes must be those of the table. So the one SHA-256 in the manifest stands
for the content of both. It also follows that a table is in the canonical form of CSV; one that is not is a finding.
"""

from __future__ import annotations

from pathlib import Path

from clausula.core.csvio import write_rows
from clausula.core.findings import Finding, Report, shown
from clausula.core.model import Table
from clausula.core.package import Package, parquet_path
from clausula.derive.files import cells_of
from clausula.derive.frames import arrow_schema, texts_of

LAYER = "parquet"


def _first_difference(table: Table, held: list[list[str]], meant: list[list[str | None]]) -> str:
    if len(held) != len(meant):
        return f"it has {len(held)} rows, the table has {len(meant)}"
    for number, (one, other) in enumerate(zip(held, meant, strict=True), 1):
        for field, a, b in zip(table.names, one, other, strict=True):
            if a != (b or ""):
                return f"row {number}, {field}: {shown(a)!r} against {shown(b or '')!r}"
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
    wanted = arrow_schema(table, package.model.metadata["version"])
    if not data.schema.equals(wanted):
        wrong = [f.name for f in wanted if f.name not in data.schema.names or data.schema.field(f.name).type != f.type]
        message = f"the types are not those of the schema ({', '.join(wrong) or 'order or nullability'})"
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
    held = texts_of(data)
    source = package.file(package.resources[table.name])
    if write_rows(table.names, held) == source.read_bytes():
        return
    difference = _first_difference(table, held, cells_of(package, table))
    if difference:
        report.add(
            Finding(
                "parquet-mismatch",
                f"the content is not that of the table: {difference}",
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
    """Compare every Parquet file with its table."""
    for table in package.model:
        path = package.parquet(table.name)
        if path.is_file():
            try:
                _check_table(package, table, path, report)
            except (OSError, ValueError, IndexError, StopIteration) as error:
                report.add(
                    Finding(
                        "unchecked-parquet",
                        f"cannot be compared with its table: {error}",
                        "Mend the table first.",
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
