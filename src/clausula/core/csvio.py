"""Checking, reading and writing of CSV files.

`scan` checks a file once, in bounded memory and without parsing it, for its encoding, NUL bytes, line endings and
header. A file that passes can be read by a fast parser. Any other is read by `lenient_rows`, which reports every
ragged row, unclosed quotation mark and oversized cell with its line, and still yields the rows that can be read.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import IO, Any

from clausula.core.findings import Finding, finding

MAX_FIELD = 1 << 20
"""Longest cell, in characters, that is accepted; a longer one usually means an unclosed quotation mark."""

CHUNK = 1 << 20

Bytes = bytes | bytearray | memoryview
"""The content of a file that was read before."""

MAX_FAULTS = 10_000
"""How many faults of one code are kept for a file, so that a file full of faults does not exhaust memory."""


@dataclass(frozen=True)
class CsvDialect:
    """Dialect of a CSV file: delimiter, quote and escape character, each a single character."""

    delimiter: str = ","
    quote: str = '"'
    escape: str = '"'
    header: bool = True
    encoding: str = "utf-8"

    @property
    def plain(self) -> bool:
        """Whether a fast parser reads it correctly; DuckDB's accepts doubled quotes even where an escape is set."""
        return self.encoding == "utf-8" and self.escape == self.quote

    @property
    def reader(self) -> dict[str, Any]:
        """Keyword arguments for the csv module."""
        doubled = self.escape == self.quote
        return {
            "delimiter": self.delimiter,
            "quotechar": self.quote,
            "doublequote": doubled,
            "escapechar": None if doubled else self.escape,
        }


PLAIN = CsvDialect()


@dataclass
class Scan:
    """Result of scanning the bytes of a CSV file.

    Attributes
    ----------
    header : list of str
        The names in the first line.
    lines : int
        Number of lines, including a last line without a line feed.
    plain : bool
        Whether a fast parser reads the file as `lenient_rows` would.
    readable : bool
        Whether the file can be read at all.
    findings : list of Finding
        Faults in the bytes, without the name of the table.
    dropped : Counter
        Number of faults by code that were counted but are not in `findings`.
    """

    header: list[str] = field(default_factory=list)
    lines: int = 0
    plain: bool = True
    readable: bool = True
    findings: list[Finding] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)
    _kept: Counter[str] = field(default_factory=Counter, repr=False)

    def add_fault(self, code: str, line: int | None = None, **given: Any) -> None:
        """Record a fault; the file is then read leniently. Beyond KEPT faults of one code, only count them."""
        self.plain = False
        self._kept[code] += 1
        if self._kept[code] <= MAX_FAULTS:
            self.findings.append(finding(code, line=line, **given))
        else:
            self.dropped[code.partition(":")[0]] += 1


def _open(source: Path | Bytes) -> IO[bytes]:
    return source.open("rb") if isinstance(source, Path) else io.BytesIO(source)


def scan_header(path: Path | Bytes, dialect: CsvDialect = PLAIN) -> Scan:
    """Check only the first line of a CSV file; `scan` checks all of it."""
    result = Scan()
    try:
        with _open(path) as file:
            start = file.read(3)
    except OSError as error:
        result.add_fault("unreadable-file", error=error.strerror)
        result.readable = False
        return result
    if not start:
        return _scan(path, dialect)
    if start == codecs.BOM_UTF8:
        result.add_fault("byte-order-mark", 1)
    result.header = next(lenient_rows(path, result, dialect), (1, []))[1]
    return result


class LineCount(Thread):
    """Background thread that counts the lines of files and looks for NUL bytes.

    Attributes
    ----------
    lines : list of int
        Number of lines of each file, including a last line without a line feed.
    has_nul : bool
        Whether a file contains a NUL byte.
    """

    def __init__(self, paths: Iterable[Path]) -> None:
        super().__init__(daemon=True)
        self.paths, self.has_nul = list(paths), False
        self.lines: list[int] = []
        self.start()

    def run(self) -> None:
        """Read each file once."""
        buffer = bytearray(CHUNK)
        for path in self.paths:
            lines, last = 0, 10
            with path.open("rb", buffering=0) as file:
                while size := file.readinto(buffer):
                    lines += buffer.count(b"\n", 0, size)
                    self.has_nul = self.has_nul or buffer.find(b"\0", 0, size) >= 0
                    last = buffer[size - 1]
            self.lines.append(lines + (last != 10))


def scan(path: Path | Bytes, dialect: CsvDialect = PLAIN) -> Scan:
    """Check the bytes of a CSV file in one pass; if it is not in UTF-8, check only its header and its encoding.

    Parameters
    ----------
    path : Path or bytes
        The file, or its content if it was read before.
    """
    if dialect.encoding == "utf-8":
        result = _scan(path, dialect)
        result.plain = result.plain and dialect.plain
        return result
    result = scan_header(path, dialect)
    if result.readable:
        _decode(path, dialect.encoding, result)
    result.plain = False
    return result


def _decode(path: Path | Bytes, encoding: str, result: Scan) -> None:
    """Check that the bytes of a file are valid in an encoding."""
    line = 1
    try:
        with io.TextIOWrapper(_open(path), encoding=encoding, newline="") as file:
            while text := file.read(CHUNK):
                line += text.count("\n")
    except UnicodeError:
        result.add_fault("encoding", line, encoding=encoding.upper())


def _scan(path: Path | Bytes, dialect: CsvDialect) -> Scan:
    result = Scan()
    decoder = codecs.getincrementaldecoder("utf-8")()
    previous = b""
    nul_line = bad_line = None
    carriage = pairs = 0
    try:
        with _open(path) as file:
            while chunk := file.read(CHUNK):
                if not previous and chunk.startswith(codecs.BOM_UTF8):
                    result.add_fault("byte-order-mark", 1)
                if nul_line is None and (at := chunk.find(b"\0")) >= 0:
                    nul_line = result.lines + chunk.count(b"\n", 0, at) + 1
                if bad_line is None:
                    try:
                        decoder.decode(chunk)
                    except UnicodeDecodeError as error:
                        bad_line = result.lines + chunk.count(b"\n", 0, max(error.start, 0)) + 1
                joined = previous[-2:] + chunk
                if b"\n\n" in joined or b"\n\r\n" in joined:
                    result.plain = False
                carriage += chunk.count(b"\r")
                pairs += joined.count(b"\r\n") - (previous[-2:] == b"\r\n")
                result.lines += chunk.count(b"\n")
                previous = chunk
    except OSError as error:
        result.add_fault("unreadable-file", error=error.strerror)
        result.readable = False
        return result
    if not previous:
        result.add_fault("empty-file", 1)
        result.readable = False
        return result
    if nul_line is not None:
        result.add_fault("nul-byte", nul_line)
    if bad_line is None:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            bad_line = result.lines + 1
    if bad_line is not None:
        result.add_fault("encoding", bad_line, encoding="UTF-8")
    if carriage and (carriage != pairs or carriage != result.lines):
        result.add_fault("mixed-line-endings")
    result.lines += not previous.endswith(b"\n")
    result.header = next(lenient_rows(path, result, dialect), (1, []))[1]
    return result


class _Feed:
    """Lines of a file, with NUL bytes and invalid bytes replaced."""

    def __init__(self, path: Path | Bytes, encoding: str) -> None:
        encoding = "utf-8-sig" if encoding == "utf-8" else encoding
        self.file = io.TextIOWrapper(_open(path), encoding=encoding, errors="replace", newline="")

    def __iter__(self) -> Iterator[str]:
        with self.file:
            for line in self.file:
                yield line.replace("\0", "\ufffd") if "\0" in line else line


def lenient_rows(
    path: Path | Bytes, result: Scan | None = None, dialect: CsvDialect = PLAIN
) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a CSV file, header included, each with the line on which it starts.

    Faults in the file are added to `result`, and reading continues where possible.
    """
    reader = csv.reader(_Feed(path, dialect.encoding), strict=True, **dialect.reader)
    while True:
        start = reader.line_num + 1
        limit = csv.field_size_limit(MAX_FIELD)  # global: the caller's limit is restored before the row is yielded
        try:
            row = next(reader)
        except (StopIteration, UnicodeError):  # UTF-16 without a byte order mark; `scan` reports it
            return
        except csv.Error as error:
            if result is not None:
                _add_fault(str(error), result, start)
            if "field larger" in str(error) or "unexpected end" in str(error):
                return
            continue
        finally:
            csv.field_size_limit(limit)
        yield start, row


def _add_fault(error: str, result: Scan, line: int) -> None:
    if "field larger" in error:
        result.add_fault("field-too-large", line, limit=MAX_FIELD)
    elif "unexpected end" in error:
        result.add_fault("unterminated-quote", line)
    else:
        result.add_fault("stray-quote", line, error=error)


def write_rows(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return a CSV file in canonical form: UTF-8, line feeds, quotation marks only where needed."""
    lines = _Lines()
    writer = csv.writer(lines, lineterminator="\r\n")  # quotes cells with either character
    writer.writerow(header)
    writer.writerows(rows)
    return "".join(lines).encode("utf-8")


class _Lines(list[str]):
    """Rows as the CSV writer writes them, each with a line feed at its end."""

    def write(self, row: str) -> None:
        self.append(f"{row[:-2]}\n")
