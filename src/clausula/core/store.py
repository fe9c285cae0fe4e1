"""The one store of a package: the file of each table is read once per run, as strings with line numbers and a digest.

Reading never writes, never repairs and never raises: what is wrong with a file is in the `faults` of its table.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from clausula.core.csvio import Bytes, Scan, lenient_rows, scan
from clausula.core.findings import WARNING, Finding
from clausula.core.header import check_header
from clausula.core.model import Table
from clausula.core.package import Package, Resource
from clausula.core.paths import exists, inside
from clausula.core.plain_rows import NotPlain, read_plain, stream_plain
from clausula.core.wording import count

if TYPE_CHECKING:
    import pyarrow as pa

Values = dict[str, str]
"""A row as text by field; empty if missing."""

LARGEST_BLOCK = 1 << 30
"""The largest content, in bytes, that Arrow's reader is given as one block."""

Cells = list[str | None]
"""A row as text in the order of the schema; None if missing."""


def places_of(header: list[str]) -> dict[str, int]:
    """Return the index of each column of a file, from 0; the first index if a name is duplicated."""
    first: dict[str, int] = {}
    for place, column in enumerate(header):
        first.setdefault(column, place)
    return first


def locate(package: Package, resource: Resource) -> tuple[Path | None, Scan]:
    """Return the path of a table's file; None, and the fault in the scan, if it cannot be read."""
    path = inside(package.root, resource.path)
    result = Scan()
    if path is None:
        result.add_fault("unsafe-path:outside", name=resource.path)
    elif not exists(path):
        result.add_fault("missing-file")
    elif not path.is_file():
        result.add_fault("special-file")
    else:
        return path, result
    result.readable = False
    return None, result


def read_cells(source: Path | Bytes, resource: Resource, result: Scan) -> Iterator[tuple[int, Cells]]:
    """Yield each row with the line on which it starts, reading leniently; its faults are added to the scan.

    In a foreign package, blank lines at the end of the file are only a warning, and not rows.
    """
    table, dialect = resource.table, resource.dialect
    width, places = len(result.header), places_of(result.header)
    null = () if dialect.null is None else (dialect.null,)
    wanted = [(places.get(name), {*table.missing(table[name]), *null}) for name in table.names]
    blank: list[int] = []
    for line, cells in islice(lenient_rows(source, result, dialect), 1 if dialect.header else 0, None):
        if not cells and dialect.foreign:
            blank.append(line)
            continue
        while blank:
            yield _blank_row(result, blank.pop(0), len(wanted))
        if not cells:
            result.add_fault("blank-row", line)
        elif len(cells) != width:
            result.add_fault("ragged-row", line, cells=count(len(cells), "cell"), columns=width)
        if len(cells) < width:
            cells = cells + [""] * (width - len(cells))  # noqa: PLW2901
        yield line, [None if place is None or cells[place] in missing else cells[place] for place, missing in wanted]
    for line in blank:
        result.add_fault("blank-row", line, severity=WARNING)


def _blank_row(result: Scan, line: int, width: int) -> tuple[int, Cells]:
    result.add_fault("blank-row", line)
    return line, [None] * width


def strings_of(table: Table, rows: Sequence[Cells]) -> pa.Table:
    """Return rows as an Arrow table of strings, by field; null if missing."""
    import pyarrow as pa

    columns = list(zip(*rows, strict=True)) or [()] * len(table.names)
    return pa.Table.from_arrays([_array(column) for column in columns], names=list(table.names))


def _array(texts: Sequence[str | None]) -> pa.Array:
    """Return texts as an Arrow array; `pyarrow.array` would import pandas, which takes longer than all the reading."""
    import pyarrow as pa

    builder = pa.lib.StringBuilder()
    builder.append_values(texts)
    return builder.finish()


@dataclass
class TableFile:
    """The file of one table as it was read.

    Attributes
    ----------
    scan : Scan
        Header of the file, number of lines, and faults.
    size, digest : int, str
        Size in bytes, and SHA-256 of the bytes.
    cells : list of Cells
        The rows, as far as they can be read.
    texts : list of list of str, optional
        The rows instead, with empty text for missing values, if the file has no fault and only empty text is missing.
    content : bytes
        The content of the file, if it has `texts`, until its strings are made from it.
    lines : sequence of int
        Line on which each row starts.
    memo : dict
        What was made from the rows and is needed again, by name.
    """

    resource: Resource
    scan: Scan
    size: int = 0
    digest: str = ""
    cells: list[Cells] = field(default_factory=list, repr=False)
    texts: list[list[str]] | None = field(default=None, repr=False)
    content: bytes = field(default=b"", repr=False)
    lines: Sequence[int] = ()
    memo: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def table(self) -> Table:
        """The schema of the table."""
        return self.resource.table

    @cached_property
    def faults(self) -> list[Finding]:
        """What is wrong with the bytes, the header and the shape of the file."""
        found = list(self.scan.findings)
        if self.scan.readable and self.resource.dialect.header:
            table = self.table
            required = [field.name for field in table.fields if table.required(field)]
            found += check_header(self.scan.header, table.names, table.fields_match, required)
        return [replace(one, table=self.table.name, file=self.resource.path) for one in found]

    @cached_property
    def rows(self) -> list[Cells]:
        """The rows, as far as they can be read; None if missing."""
        if self.texts is None:
            return self.cells
        return [[text or None for text in row] for row in self.texts]

    @cached_property
    def strings(self) -> pa.Table:
        """The rows as an Arrow table of strings, by field; null if missing."""
        content, self.content = self.content, b""
        quick = self.texts and 0 < len(content) < LARGEST_BLOCK
        return _parsed(content, self.table) if quick else strings_of(self.table, self.rows)

    def stream(self) -> Iterator[Values]:
        """Yield the rows as new dictionaries, one at a time; empty text if missing."""
        names = self.table.names
        if self.texts is None:
            return ({name: cell or "" for name, cell in zip(names, row, strict=True)} for row in self.cells)
        return (dict(zip(names, row, strict=True)) for row in self.texts)

    def records(self) -> list[Values]:
        """Return the rows as new dictionaries; empty text if missing."""
        return list(self.stream())


def _parsed(content: bytes, table: Table) -> pa.Table:
    """Return the rows of a file without faults as an Arrow table of strings; null if empty."""
    from pyarrow import BufferReader, csv, string

    return csv.read_csv(
        BufferReader(content),
        csv.ReadOptions(use_threads=False, block_size=len(content) + 1),
        csv.ParseOptions(newlines_in_values=True),
        csv.ConvertOptions(
            check_utf8=False,
            column_types={name: string() for name in table.names},
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    )


def read_file(package: Package, resource: Resource) -> TableFile:
    """Read the CSV file of a table."""
    path, result = locate(package, resource)
    if path is None:
        return TableFile(resource, result)
    try:
        content = path.read_bytes()
    except OSError as error:
        result.add_fault("unreadable-file", error=error.strerror)
        result.readable = False
        return TableFile(resource, result)
    result = scan(content, resource.dialect)
    file = TableFile(resource, result, len(content), hashlib.sha256(content).hexdigest())
    if not result.readable:
        return file
    if not resource.dialect.header:
        result.header = list(resource.table.names)
    plain = read_plain(content, resource, result)
    if plain is not None:
        (file.texts, file.lines), file.content = plain, content
        return file
    lines = []
    for line, cells in read_cells(content, resource, result):
        lines.append(line)
        file.cells.append(cells)
    file.lines = lines
    return file


class FaultyTable(ValueError):
    """Raised if the file of a table has a fault, so that its rows are not all of the rows."""


class Rows(Protocol):
    """The rows of a package: those of its files, or those of tables that are being changed."""

    package: Package

    def records(self, name: str) -> list[Values]:
        """Return the rows of a table."""


class Store:
    """The tables of a package, each read on first use and then kept.

    Parameters
    ----------
    package : Package
    files : mapping of str to TableFile, optional
        Tables in memory, which are not read from the package.
    """

    def __init__(self, package: Package, files: Mapping[str, TableFile] | None = None) -> None:
        self.package = package
        self.in_memory = frozenset(files or ())
        self._files: dict[str, TableFile] = dict(files or {})
        self._streamed: dict[str, str] = {}

    def __getitem__(self, name: str) -> TableFile:
        if name not in self._files:
            self._files[name] = read_file(self.package, self.package.resources[name])
        return self._files[name]

    def __contains__(self, name: str) -> bool:
        return name in self.package.resources

    def sound(self, name: str) -> TableFile:
        """Return the file of a table; raise FaultyTable if anything is wrong with its bytes, header or shape."""
        file = self[name]
        for fault in file.faults:
            line = f":{fault.line}" if fault.line else ""
            raise FaultyTable(f"{file.resource.path}{line}: {fault.message}")
        return file

    @property
    def digests(self) -> dict[str, str]:
        """SHA-256 of the files that were read, by path."""
        return self._streamed | {file.resource.path: file.digest for file in self._files.values()}

    def stream(self, name: str, only: tuple[str, Container[str]] | None = None) -> Iterator[Values]:
        """Yield the rows of a table as new dictionaries, one at a time, none if the package has no such table.

        The rows of a table that was not read before are not kept, so that a large table needs little memory.

        Parameters
        ----------
        only : (str, container of str), optional
            Yield only the rows in which a field has one of these values.

        Raises
        ------
        FaultyTable
            If rows may be missing because the file has a fault.
        """
        names = self.package.resources[name].table.names if name in self else ()
        return (dict(zip(names, row, strict=True)) for row in self.stream_cells(name, names, only))

    def stream_cells(
        self, name: str, fields: Sequence[str], only: tuple[str, Container[str]] | None = None
    ) -> Iterator[tuple[str, ...]]:
        """Yield some fields of the rows of a table as `stream` does, as tuples, which takes less time."""
        if name not in self:
            return
        done = 0
        if name not in self._files:
            try:
                for row in self._stream_file(self.package.resources[name], fields, only):
                    done += 1
                    yield row
                return
            except NotPlain:
                pass
        kept = (row for row in self.sound(name).stream() if only is None or row[only[0]] in only[1])
        for values in islice(kept, done, None):
            yield tuple(values[field] for field in fields)

    def _stream_file(
        self, resource: Resource, fields: Sequence[str], only: tuple[str, Container[str]] | None
    ) -> Iterator[tuple[str, ...]]:
        """Yield fields of the rows of a file that has no fault; raise NotPlain once this is not certain."""
        path, result = locate(self.package, resource)
        try:
            content = path.read_bytes() if path is not None else b""
        except OSError:
            content = b""
        result = scan(content, resource.dialect) if content else result
        names = resource.table.names
        place = None if only is None else (names.index(only[0]), only[1])
        at = [names.index(field) for field in fields]
        chosen: Callable[[Sequence[str]], tuple[str, ...]] = (
            itemgetter(*at) if len(at) > 1 else lambda row: (row[at[0]],)
        )
        yield from map(chosen, stream_plain(content, resource, result, place))
        self._streamed[resource.path] = hashlib.sha256(content).hexdigest()

    def records(self, name: str) -> list[Values]:
        """Return the rows of a table as new dictionaries, none if the package has no such table.

        Raises
        ------
        FaultyTable
            If rows may be missing because the file has a fault.
        """
        return self.sound(name).records() if name in self else []
