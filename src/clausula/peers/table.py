"""A file of another scheme as text: its columns, and every row with its place. No reader guesses what a value is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from clausula.core.csvio import CHUNK, MAX_FIELD, CsvDialect, Scan, lenient_rows
from clausula.core.findings import ERROR, INFO, WARNING, Finding, shown

MISSING = frozenset({"", "NA", "N/A", "na", "n/a", "."})
"""What these files write where nothing is known; in columns of countries `NA` is Namibia and stays."""

DELIMITERS = ",;\t"

Rows = Iterator[tuple[int, list[str]]]


@dataclass
class Row:
    """One row of data: its number from 1, the line on which it starts, its cells by column, and the agreement's id."""

    number: int
    line: int
    cells: dict[str, str]
    key: int | None = None

    def get(self, column: str, countries: bool = False) -> str:
        """The text of a cell without blanks around it; empty where it is missing or the file has no such column."""
        text = self.cells.get(column, "").strip()
        return "" if text in MISSING and not (countries and text == "NA") else text


Place = Row | str | tuple[Row, str] | None
"""Where a finding is: in a row, in the header of a column, in a cell; None for the file."""


@dataclass
class Source:
    """A file that was read: its columns by their mended names, its rows, and what is wrong with it.

    Attributes
    ----------
    columns : dict
        Number of each column from 1, by its mended name.
    """

    path: Path
    columns: dict[str, int] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    sheet: str = ""

    def tell(self, code: str, severity: str, message: str, hint: str, at: Place = None) -> None:
        """Note a finding on the file, on a row, on a column (its name in the header), or on a cell."""
        row, column = at if isinstance(at, tuple) else (at, None) if isinstance(at, Row) else (None, at)
        number = self.columns.get(column or "")
        line = row.line if row else 1 if column else None
        cell = f"{self.sheet}!{_letters(number)}{line}" if self.sheet and number and line else None
        value = row.cells.get(column) if row and column else None
        self.findings.append(
            Finding(
                code,
                message,
                hint,
                severity,
                file=self.path.name,
                field=column,
                value=None if value is None else shown(value),
                key=str(row.key) if row and row.key is not None else None,
                row=row.number if row else None,
                line=line,
                column=number,
                cell=cell,
            )
        )

    @property
    def broken(self) -> bool:
        """Whether something is so wrong that no frames can be made."""
        return any(f.severity == ERROR for f in self.findings)

    def rename(self, old: str, new: str) -> None:
        """Give a column another name, in every row."""
        self.columns = {new if name == old else name: number for name, number in self.columns.items()}
        for row in self.rows:
            row.cells[new] = row.cells.pop(old, "")


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def read(path: Path) -> Source:
    """Read a CSV file or an Excel workbook; whatever is wrong with it is a finding, and broken files have no rows."""
    source = Source(path)
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        hint = "Check the name, and that the file may be read."
        source.tell("unreadable-file", ERROR, f"the file cannot be read: {error.strerror}", hint)
        return source
    if not start:
        source.tell("empty-file", ERROR, "the file is empty", "Get it anew from where it is published.")
        return source
    workbook = start.startswith((b"PK", b"\xd0\xcf\x11\xe0")) or path.suffix.lower() in (".xlsx", ".xls")
    rows = _sheet_rows(source) if workbook else _csv_rows(source)
    _fill(source, rows)
    return source


def _fill(source: Source, rows: Rows) -> None:
    first = next(rows, None)
    if first is None or not any(cell.strip() for cell in first[1]):
        if not source.broken:
            source.tell("empty-file", ERROR, "the file has no line of column names", "Get it anew.")
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
            message = f"the row has {len(cells)} cells, the header {len(names)}"
            source.tell("ragged-row", WARNING, message, "Look at it in the file; cells may have shifted.", row)
    if not source.rows and not source.broken:
        source.tell("empty-file", ERROR, "the file has column names and no rows", "Get it anew.")


def _header(source: Source, cells: Sequence[str]) -> list[str]:
    """The names of the columns, blanks around them left out; columns without a name and repeated ones get none."""
    names: list[str] = []
    for number, text in enumerate(cells, 1):
        name = text.strip().lstrip("\ufeff")
        if name in source.columns:
            source.tell("duplicate-header", WARNING, f"the column {shown(name)!r} stands twice", "The first is read.")
            source.findings[-1] = replace(source.findings[-1], line=1, column=number, field=name)
            name = ""
        if name:
            source.columns[name] = number
            if name != text:
                message = f"the name {shown(text)!r} has blanks around it; read as {shown(name)!r}"
                source.tell("header-whitespace", INFO, message, "Write it without blanks in your own code.", name)
        names.append(name)
    return names


def _encoding(source: Source) -> str:
    """UTF-8 where the bytes are, UTF-16 where a mark says so, else Windows-1252, told."""
    import codecs

    decoder, line = codecs.getincrementaldecoder("utf-8-sig")(), 1
    with source.path.open("rb") as file:
        while chunk := file.read(CHUNK):
            if chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                source.tell("encoding", INFO, "the file is in UTF-16 and was read as such", "Save it as UTF-8.")
                return "utf-16"
            if b"\0" in chunk:
                source.tell("nul-byte", ERROR, "the file holds NUL bytes, as no CSV file does", "Check that it is one.")
                return "cp1252"
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                line += chunk.count(b"\n", 0, error.start)
                message = "the file is not in UTF-8; it was read as Windows-1252"
                source.tell("encoding", WARNING, message, "Look at the names with accents; save it as UTF-8.")
                source.findings[-1] = replace(source.findings[-1], line=line)
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
    """Rows of the first sheet of a workbook that has any."""
    from clausula.coding.workbook_safety import inspect

    fault = inspect(source.path)
    if fault is not None:
        source.findings.append(replace(fault, hint="Save the sheet as CSV in UTF-8."))
        return
    try:
        import openpyxl
    except ModuleNotFoundError:
        hint = 'pip install "clausula[export]", or save the sheet as CSV in UTF-8.'
        source.tell("not-installed", ERROR, "reading a workbook needs openpyxl", hint)
        return
    try:
        book = openpyxl.load_workbook(source.path, read_only=True, data_only=True)
        sheet = next((s for s in book.worksheets if s.max_row and s.max_row > 1), book.worksheets[0])
        source.sheet = str(sheet.title)
        for line, cells in enumerate(sheet.iter_rows(values_only=True), 1):
            yield line, [_text(source, cell, line) for cell in cells]
        book.close()
    except Exception as error:  # whatever a library trips over in a strange workbook is a finding
        message = f"the workbook cannot be read: {type(error).__name__}: {shown(str(error))}"
        source.tell("not-a-workbook", ERROR, message, "Save the sheet as CSV in UTF-8.")


def _text(source: Source, cell: Any, line: int) -> str:
    """A cell of a workbook as a CSV file would have it; dates as ISO 8601."""
    if cell is None:
        return ""
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = str(cell)
    if len(text) > MAX_FIELD:
        source.tell("field-too-large", ERROR, f"a cell is longer than {MAX_FIELD} characters", "Shorten it.")
        source.findings[-1] = replace(source.findings[-1], line=line)
        return ""
    return text
