"""Tables with one schema and one header, which are loaded into one relation and counted together.

Planning a query on a small table takes longer than running it. A package that is divided by year or by country has many
such tables, so they share their queries.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from clausula.core.csv_scan import Scan
from clausula.core.package import Resource
from clausula.derive.dialect import DUCKDB
from clausula.validation.duckdb_loading import (
    SMALL,
    csv_source,
    examine_csv,
    is_fast,
    load_examined,
    relation,
    select_cells,
)
from clausula.validation.engine import GROUPED, Group, Loaded

Located = Sequence[tuple[Path | None, Scan]]
"""The files of a table, as `locate_files` returns them."""

name = DUCKDB.name


def load_groups(
    con: Any, resources: Iterable[Resource], located: Mapping[str, Located]
) -> tuple[dict[str, Loaded], list[Group]]:
    """Load small CSV files whose schema other tables have too; return their tables, and those that share a relation.

    A file that the parser rejects is loaded alone, and leniently.
    """
    alike: dict[Hashable, list[Loaded]] = {}
    for resource in resources:
        path, result = located[resource.name][0]
        usual = resource.format == "csv" and not resource.parts and result.readable
        if path is not None and usual and path.stat().st_size <= SMALL:
            alike.setdefault(_shape(resource), []).append(Loaded(resource, result, path))
    tables: dict[str, Loaded] = {}
    groups: list[Group] = []
    for members in alike.values():
        if len(members) > 1:
            tables |= {one.table.name: one for one in members}
            _load_alike(con, members, groups)
    return tables, groups


def _shape(resource: Resource) -> Hashable:
    """Return what tables have in common whose queries differ in nothing but their names."""
    table = resource.table
    schema = json.dumps(table.descriptor, sort_keys=True, default=repr)
    return schema, table.names, table.foreign_keys, resource.dialect


def _load_alike(con: Any, members: list[Loaded], groups: list[Group]) -> None:
    by_header: dict[Hashable, list[Loaded]] = {}
    for one in members:
        examine_csv(one)
        key = tuple(one.header) if is_fast(one) else one.table.name
        by_header.setdefault(key, []).append(one)
    for same in by_header.values():
        for batch in _batches(same):
            _load(con, batch, groups)


def _batches(members: list[Loaded]) -> Iterable[list[Loaded]]:
    """Yield tables in batches of limited size."""
    batch, size = list[Loaded](), 0
    for one in members:
        assert one.path is not None
        size += (more := one.path.stat().st_size)
        if batch and size > SMALL:
            yield batch
            batch, size = [], more
        batch.append(one)
    yield batch


def _load(con: Any, members: list[Loaded], groups: list[Group]) -> None:
    """Load tables together; if the parser rejects one of their files, load each half of them by itself."""
    if len(members) == 1:
        load_examined(con, members[0])
    elif not _load_together(con, members, groups):
        half = len(members) // 2
        _load(con, members[:half], groups)
        _load(con, members[half:], groups)


def _load_together(con: Any, members: list[Loaded], groups: list[Group]) -> bool:
    """Load tables into one relation with a view of each; return False if that fails, and nothing was loaded."""
    import duckdb

    source, columns = csv_source(*members)
    target = f"parts.{name(f'group {len(groups)}')}"
    cells = f"row_number() OVER () AS _row, file_index AS {GROUPED}, {select_cells(members[0], columns)}"
    try:
        con.execute(f"CREATE TABLE {target} AS SELECT {cells} FROM {source}")
    except duckdb.Error:
        return False
    counted = f"SELECT {GROUPED}, min(_row), max(_row), count(*) FROM {target} GROUP BY 1"
    places = {number: (first, last, rows) for number, first, last, rows in con.execute(counted).fetchall()}
    if any(last - first + 1 != rows for first, last, rows in places.values()):
        con.execute(f"DROP TABLE {target}")
        return False
    fields = ", ".join(name(field) for field in members[0].table.names)
    for number, one in enumerate(members):
        first, last, one.rows = places.get(number, (1, 0, 0))
        rows = f"SELECT _row - {first - 1} AS _row, {fields} FROM {target} WHERE _row BETWEEN {first} AND {last}"
        con.execute(f"CREATE VIEW {relation(one)} AS {rows}")
    groups.append(Group(target, tuple(one.table.name for one in members)))
    return True
