"""Quick reading of CSV files without faults. `clausula.core.store` reads all others, which takes much longer."""

from __future__ import annotations

import csv
import io
from collections.abc import Container, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from clausula.core.csv_scan import Bytes, Scan

if TYPE_CHECKING:
    from clausula.core.package import Resource

LARGE = 16_000_000
"""Size in bytes from which equal cells of a table that is kept are made one object, which takes time."""


class NotPlain(ValueError):
    """Raised if a file may have a fault, or cells that need more than this reader."""


def is_plain(resource: Resource, result: Scan) -> bool:
    """Return whether a scanned file has the usual form, so that only its rows can have a fault."""
    table, dialect = resource.table, resource.dialect
    names = list(table.names)
    usual = dialect.plain and dialect.header and dialect.delimiter == "," and dialect.quote == '"'
    missing = all(table.missing(one) == ("",) for one in table.fields) and dialect.null is None
    return result.plain and usual and missing and result.header == names and len(set(names)) == len(names) > 1


def _lines(content: Bytes) -> io.TextIOWrapper:
    """Return the lines of a file, decoded one by one: all at once would take four times the memory."""
    return io.TextIOWrapper(io.BytesIO(content), encoding="utf-8", newline="")


class _Shared(Iterator[list[str]]):
    """Rows in which equal cells are one object: a large table repeats a few codes many times."""

    def __init__(self, rows: Any) -> None:
        self.rows, self.known = rows, dict[str, str]()

    def __next__(self) -> list[str]:
        share = self.known.setdefault
        return [share(cell, cell) for cell in next(self.rows)]

    @property
    def line_num(self) -> int:
        """Number of lines read."""
        return int(self.rows.line_num)


def read_plain(content: bytes, resource: Resource, result: Scan) -> tuple[list[list[str]], Sequence[int]] | None:
    """Return the rows of a file without faults, and their lines; None if it has a fault or cells need more than this.

    The rows are those of `read_cells` of `clausula.core.store`, which locates the faults of a file.
    """
    if not is_plain(resource, result):
        return None
    reader: Any = csv.reader(_lines(content), strict=True)
    if len(content) > LARGE:
        reader = _Shared(reader)
    try:
        if result.lines == content.count(b"\n") and content.count(b'"') == 0:
            rows = list(reader)
            lines: Sequence[int] = range(2, len(rows) + 1)
        else:
            rows, starts, start = [], [], 1
            for row in reader:
                rows.append(row)
                starts.append(start)
                start = reader.line_num + 1
            lines = starts[1:]
    except csv.Error:
        return None
    if set(map(len, rows)) != {len(resource.table.names)}:
        return None
    return rows[1:], lines


def stream_plain(
    content: bytes, resource: Resource, result: Scan, only: tuple[int, Container[str]] | None = None
) -> Iterator[list[str]]:
    """Yield the rows of a file without faults, one at a time.

    Parameters
    ----------
    only : (int, container of str), optional
        Yield only the rows with one of these values in the column with this index.

    Raises
    ------
    NotPlain
        At the first row that may have a fault.
    """
    if not content or not is_plain(resource, result):
        raise NotPlain
    reader, width = csv.reader(_lines(content), strict=True), len(resource.table.names)
    place, wanted = only or (0, ())
    try:
        next(reader)
        for row in reader:
            if len(row) != width:
                raise NotPlain
            if only is None or row[place] in wanted:
                yield row
    except csv.Error as error:
        raise NotPlain from error
