"""Loading of tables into DuckDB: the file of a table in its format, or all of its files as one table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from clausula.core.compression import UnpackError, unpack
from clausula.core.csv_scan import Scan
from clausula.core.model import Field
from clausula.core.package import Package, Resource
from clausula.core.store import Store, locate
from clausula.core.table_rows import READERS
from clausula.derive.cell import SQL_TYPES
from clausula.derive.dialect import DUCKDB
from clausula.validation import duckdb_loading
from clausula.validation.duckdb_loading import create_empty_table, load_csv, load_file, load_parquet, relation
from clausula.validation.engine import Loaded
from clausula.validation.row_loading import load_rows

name = DUCKDB.name


def load(con: Any, loaded: Loaded, stream: bool) -> None:
    """View or load a file in its format."""
    if loaded.resource.format in READERS and loaded.scan.readable:
        load_rows(con, loaded)
    elif loaded.path is None:
        create_empty_table(con, loaded)
    else:
        (load_parquet if loaded.resource.format == "parquet" else load_csv)(con, loaded, stream)


def locate_files(package: Package, resource: Resource, folder: Path) -> list[tuple[Path | None, Scan]]:
    """Return the path of each file of a table, unpacked into a folder if it is compressed, with what is wrong with it.

    The data of a table that are in the descriptor have no path.
    """
    if resource.data is not None:
        if not isinstance(resource.data, str):
            return [(None, Scan())]
        target = folder / f"data {len(list(folder.iterdir()))}"
        target.write_text(resource.data, encoding="utf-8", newline="")
        return [(target, Scan())]
    return [_unpacked(*locate(package, file), file, folder) for file in resource.files]


def _unpacked(path: Path | None, result: Scan, file: Resource, folder: Path) -> tuple[Path | None, Scan]:
    if path is None or not file.compression:
        return path, result
    target = folder / f"unpacked {len(list(folder.iterdir()))}"
    try:
        unpack(path, file.compression, target, file.options.get("innerpath", ""))
    except UnpackError as error:
        result.add_fault("unreadable-file:compressed", error=str(error))
        result.readable = False
        return None, result
    return target, result


def size_of(located: Sequence[tuple[Path | None, Scan]]) -> int:
    """Return the size in bytes of the files that `locate_files` found."""
    return sum(path.stat().st_size for path, _ in located if path is not None)


def load_stored(  # noqa: PLR0913, PLR0917 - what `load_resource` needs, and the store
    con: Any,
    store: Store,
    resource: Resource,
    located: Sequence[tuple[Path | None, Scan]],
    stream: bool,
    keep: bool = True,
) -> Loaded:
    """Load a table of a package: a small one of a package with schemas from its store, another one from its files.

    Parameters
    ----------
    keep : bool
        Whether small tables are read into the store, for those who read the store afterwards. A table in memory always
        comes from it.
    """
    path, result = located[0]
    small = size_of(located) <= duckdb_loading.SMALL
    if path is not None and (resource.name in store.in_memory or (keep and store.package.own and small)):
        loaded = Loaded(resource, result, path)
        load_file(con, loaded, store[resource.name])
        return loaded
    return load_resource(con, resource, located, stream)


def load_resource(con: Any, resource: Resource, located: Sequence[tuple[Path | None, Scan]], stream: bool) -> Loaded:
    """View or load the file of a table, or all of its files.

    Parameters
    ----------
    located : sequence of (Path, Scan)
        What `locate_files` returned.
    stream : bool
        Whether each query may read a large file again.
    """
    parts = [
        Loaded(file, result, path, number=number if resource.parts else None)
        for number, (file, (path, result)) in enumerate(zip(resource.files, located, strict=True))
    ]
    large = size_of(located) > duckdb_loading.SMALL
    for part in parts:
        load(con, part, stream and large and resource.dialect.plain)
    if not resource.parts:
        return parts[0]
    loaded = combined(resource, parts)
    create_view(con, loaded)
    return loaded


def combined(resource: Resource, parts: list[Loaded]) -> Loaded:
    """Return a table made of its files: the columns that all of them have, and the rows of each after the other."""
    readable = [part for part in parts if part.scan.readable]
    header = [c for c in (readable[0].places if readable else ()) if all(c in part.places for part in readable)]
    return Loaded(
        resource,
        Scan(header, plain=all(part.scan.plain for part in parts), readable=bool(readable)),
        next((part.path for part in parts if part.path is not None), None),
        rows=sum(part.rows for part in parts),
        is_text=all(part.is_text for part in parts),
        streamed=any(part.streamed for part in parts),
        parts=parts,
        mistyped=frozenset().union(*(part.mistyped for part in parts)),
    )


def create_view(con: Any, loaded: Loaded) -> None:
    """Create or replace the view of a table in several files; with row numbers unless a file is streamed."""
    con.execute(f"CREATE OR REPLACE VIEW {relation(loaded)} AS {union(loaded, not loaded.streamed)}")


def union(loaded: Loaded, numbered: bool) -> str:
    """Return the query for the cells of a table in several files, with row numbers if its rows are counted."""
    selects, first = [], 0
    for part in loaded.parts:
        row = "row_number() OVER ()" if part.streamed else "_row"
        cells = [
            *([f"{row} + {first} AS _row"] if numbered else []),
            *(_shared(loaded, f) for f in loaded.table.fields),
        ]
        selects.append(f"SELECT {', '.join(cells)} FROM {relation(part)}")
        first += part.rows
    return " UNION ALL ".join(selects)


def _shared(loaded: Loaded, field_: Field) -> str:
    """Return the column of a field that all files have, in the type in which it is compared; otherwise NULL."""
    known = field_.name in loaded.places and field_.name not in loaded.mistyped
    kind = "VARCHAR" if loaded.is_text else SQL_TYPES.get(field_.type, "VARCHAR")
    return f"CAST({name(field_.name) if known else 'NULL'} AS {kind}) AS {name(field_.name)}"
