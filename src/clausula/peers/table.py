"""A file of another scheme as text: its columns, and every row with its location. No library converts the values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from clausula.core.csvio import CHUNK, MAX_FIELD, CsvDialect, Scan, lenient_rows
from clausula.core.findings import ERROR, WARNING, Finding, finding, shown
from clausula.core.wording import count

MISSING = frozenset({"", "NA", "N/A", "na", "n/a", "."})
"""Texts for missing values in these files; in country columns `NA` is Namibia and is kept."""

DELIMITERS = ",;\t"

OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
"""The first bytes of a workbook in the format .xls, and of any workbook with a password."""

Rows = Iterator[tuple[int, list[str]]]


@dataclass
class Row:
    """One row of data: its number from 1, the line on which it starts, its cells by column, and its agreement ID."""

    number: int
    line: int
    cells: dict[str, str]
    key: Any = None

    def get(self, column: str, countries: bool = False) -> str:
        """Return the stripped text of a cell; empty if it is missing or the file has no such column."""
        text = self.cells.get(column, "").strip()
        return "" if text in MISSING and not (countries and text == "NA") else text


Place = Row | str | tuple[Row, str] | None
"""The location of a finding: a row, the header of a column, or a cell; None for the whole file."""


@dataclass
class Source:
    """A file that was read: its columns, its rows, and the problems found.

    Attributes
    ----------
    columns : dict
        Number of each column from 1, by its corrected name.
    """

    path: Path
    columns: dict[str, int] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    sheet: str = ""
    tallied: dict[tuple[str, str | None], tuple[int, int]] = field(default_factory=dict)

    def report(self, code: str, at: Place = None, **given: Any) -> None:
        """Add a finding about the file, a row, a column (by its name in the header), or a cell; see `finding`."""
        row, column = at if isinstance(at, tuple) else (at, None) if isinstance(at, Row) else (None, at)
        number = self.columns.get(column or "")
        line = row.line if row else 1 if column else None
        cell = None
        if self.sheet and number and line:
            from openpyxl.utils import get_column_letter

            cell = f"{self.sheet}!{get_column_letter(number)}{line}"
        value = row.cells.get(column) if row and column else None
        place = {
            "file": self.path.name,
            "field": column,
            "value": None if value is None else shown(value),
            "key": str(row.key) if row and row.key is not None else None,
            "row": row.number if row else None,
            "line": line,
            "column": number,
            "cell": cell,
        }
        self.findings.append(finding(code, **place | given))

    def tally(self, code: str, at: Place, **given: Any) -> None:
        """Add a finding about a kind of cell only once for each column, and count the others; see `settle`."""
        key = code, at[1] if isinstance(at, tuple) else None
        place, further = self.tallied.get(key, (len(self.findings), -1))
        self.tallied[key] = place, further + 1
        if further < 0:
            self.report(code, at, **given)

    def settle(self) -> None:
        """Add to each finding that was tallied how many cells of the column it stands for."""
        for place, further in self.tallied.values():
            if further:
                known = self.findings[place]
                more = f"{known.message}; the same holds for {further:,} more of the column"
                self.findings[place] = replace(known, message=more)
        self.tallied.clear()

    @property
    def broken(self) -> bool:
        """Whether there is an error, so that no frames can be made."""
        return any(f.severity == ERROR for f in self.findings)

    def rename(self, old: str, new: str) -> None:
        """Rename a column in every row."""
        self.columns = {new if name == old else name: number for name, number in self.columns.items()}
        for row in self.rows:
            row.cells[new] = row.cells.pop(old, "")


def read(path: Path) -> Source:
    """Read a CSV file or a workbook (.xlsx or .xls); every problem is a finding, and a broken file has no rows."""
    source = Source(path)
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        source.report("unreadable-file:import", error=error.strerror)
        return source
    if not start:
        source.report("empty-file:download")
        return source
    workbook = start.startswith(b"PK") or path.suffix.lower() in (".xlsx", ".xls")
    rows = _old_sheet_rows if start == OLD_WORKBOOK else _sheet_rows if workbook else _csv_rows
    _fill_rows(source, rows(source))
    return source


def _fill_rows(source: Source, rows: Rows) -> None:
    first = next(rows, None)
    if first is None or not any(cell.strip() for cell in first[1]):
        if not source.broken:
            source.report("empty-file:no-header")
        return
    names = _header(source, first[1])
    blank = 0
    for line, cells in rows:
        if not any(cells):
            blank += 1
            continue
        row = Row(len(source.rows) + 1 + blank, line, dict(zip(names, cells, strict=False)))
        row.cells.pop("", None)
        source.rows.append(row)
        if len(cells) != len(names):
            source.report("ragged-row:import", row, cells=count(len(cells), "cell"), columns=len(names))
    if not source.rows and not source.broken:
        source.report("empty-file:no-rows")


def _header(source: Source, cells: Sequence[str]) -> list[str]:
    """Return the stripped names of the columns; unnamed and duplicated columns get an empty name."""
    names: list[str] = []
    for number, text in enumerate(cells, 1):
        name = text.strip().lstrip("\ufeff")
        if name in source.columns:
            source.report("duplicate-header:first-read", name=shown(name), line=1, column=number, field=name)
            name = ""
        if name:
            source.columns[name] = number
            if name != text:
                source.report("header-whitespace", name, text=shown(text), name=shown(name))
        names.append(name)
    return names


def _encoding(source: Source) -> str:
    """Detect UTF-8, UTF-16 (by its byte order mark) or otherwise Windows-1252; report the last two."""
    import codecs

    decoder, line = codecs.getincrementaldecoder("utf-8-sig")(), 1
    with source.path.open("rb") as file:
        while chunk := file.read(CHUNK):
            if chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                source.report("encoding:utf-16")
                return "utf-16"
            if b"\0" in chunk:
                source.report("nul-byte:not-csv")
                return "cp1252"
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                line += chunk.count(b"\n", 0, error.start)
                source.report("encoding:windows-1252", line=line)
                return "cp1252"
            line += chunk.count(b"\n")
    return "utf-8"


def _csv_rows(source: Source) -> Rows:
    encoding = _encoding(source)
    with source.path.open(encoding=encoding, errors="replace", newline="") as file:
        first = file.readline(CHUNK)
    delimiter = max(DELIMITERS, key=first.count)
    scan = Scan()
    yield from lenient_rows(source.path, scan, CsvDialect(delimiter, encoding=encoding))
    for fault in scan.findings:
        severity = WARNING if fault.code == "stray-quote" else ERROR
        source.findings.append(replace(fault, file=source.path.name, severity=severity))


def _sheet_rows(source: Source) -> Rows:
    """Yield the rows of the first sheet that has any."""
    from clausula.coding.workbook_safety import inspect

    fault = inspect(source.path)
    if fault is not None:
        source.findings.append(replace(fault, hint="Save the sheet as CSV in UTF-8."))
        return
    try:
        import openpyxl
    except ModuleNotFoundError:
        source.report("not-installed:workbooks")
        return
    try:
        book = openpyxl.load_workbook(source.path, read_only=True, data_only=True)
        sheet = next((s for s in book.worksheets if s.max_row and s.max_row > 1), book.worksheets[0])
        source.sheet = str(sheet.title)
        for line, cells in enumerate(sheet.iter_rows(values_only=True), 1):
            yield line, [_cell_text(source, cell, line) for cell in cells]
        book.close()
    except Exception as error:  # any error that openpyxl raises on a malformed workbook is a finding
        source.report("not-a-workbook:import", error=shown(f"{type(error).__name__}: {error}"))


def _old_sheet_rows(source: Source) -> Rows:
    """Yield the rows of the first sheet that has any, of a workbook in the format .xls."""
    from clausula.peers.xls import PASSWORD, XlsError, read_xls

    try:
        source.sheet, rows = read_xls(source.path)
    except ModuleNotFoundError:
        source.report("not-installed:old-workbooks")
    except XlsError as error:
        if str(error) == PASSWORD:
            source.report("protected-workbook:import")
        else:
            source.report("not-a-workbook:import", error=shown(str(error)))
    else:
        yield from ((line, [_cell_text(source, cell, line) for cell in cells]) for line, cells in enumerate(rows, 1))


def _cell_text(source: Source, cell: Any, line: int) -> str:
    """Return a workbook cell as the text that a CSV file would have; dates as ISO 8601."""
    if cell is None:
        return ""
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = str(cell)
    if len(text) > MAX_FIELD:
        source.report("field-too-large:workbook", limit=MAX_FIELD, line=line)
        return ""
    return text
