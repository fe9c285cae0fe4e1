"""Loading of tables that are read row by row into DuckDB: JSON, spreadsheets, and data in the descriptor."""

from __future__ import annotations

from itertools import islice
from typing import Any

from clausula.core.findings import Finding
from clausula.core.native_values import cell_of
from clausula.core.store import Cells, places_of, strings_of
from clausula.core.table_rows import RowsError, read_rows
from clausula.core.wording import count
from clausula.validation.duckdb_loading import BATCH, append, create_empty_table
from clausula.validation.engine import Loaded


def load_rows(con: Any, loaded: Loaded) -> None:
    """Load a table row by row and locate its faults."""
    create_empty_table(con, loaded)
    loaded.lines = []
    try:
        rows = read_rows(loaded.resource, loaded.path)
        header = next(rows, None)
        if header is None:
            loaded.scan.add_fault("empty-file")
            _refuse(loaded)
            return
        names = ["" if cell is None else str(cell) for cell in header[1]]
        given = loaded.resource.dialect.aligned(names)
        loaded.scan.header = given if loaded.resource.dialect.header else list(loaded.table.names)
        while batch := list(islice(rows, BATCH)):
            append(con, loaded, strings_of(loaded.table, _cells(loaded, batch)))
    except RowsError as error:
        loaded.scan.add_fault("unreadable-file:rows", error=str(error))
        _refuse(loaded)
    except ImportError as error:
        loaded.scan.add_fault("unreadable-file:library", name=error.name or "", format=loaded.resource.format.upper())
        _refuse(loaded)


def _refuse(loaded: Loaded) -> None:
    """Leave the columns of a table that cannot be read unchecked."""
    loaded.scan.readable = False
    if not loaded.rows:
        loaded.scan.header = []


def _cells(loaded: Loaded, batch: list[tuple[int, list[Any]]]) -> list[Cells]:
    """Return rows as cells in the order of the schema; what is wrong with them is added to the scan."""
    table, scan, width = loaded.table, loaded.scan, len(loaded.scan.header)
    places = places_of(scan.header)
    null = loaded.resource.dialect.null
    wanted = [
        (places.get(field.name), field, {*table.missing(field), *(() if null is None else (null,))})
        for field in table.fields
    ]
    lines: list[int] = loaded.lines  # type: ignore[assignment]
    is_sheet = loaded.resource.format in ("xlsx", "ods")
    first, rows = loaded.rows + 1, list[Cells]()
    for row, (line, cells) in enumerate(batch, first):
        lines.append(line)
        if not cells:
            scan.add_fault("blank-row", line if is_sheet else None, row=row)
        elif len(cells) > width or (len(cells) < width and not is_sheet):
            scan.add_fault(
                "ragged-row", line if is_sheet else None, row=row, cells=count(len(cells), "cell"), columns=width
            )
        found: list[Finding] = []
        values: Cells = []
        for place, field, missing in wanted:
            value = cells[place] if place is not None and place < len(cells) else None
            text, wrong = cell_of(value, table, field, missing, row)
            values.append(text)
            if wrong is not None:
                found.append(wrong)
        for one in found:
            scan.add(one, line if is_sheet else None, None if one.field is None else places[one.field] + 1)
        rows.append(values)
    return rows
