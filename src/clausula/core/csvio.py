"""Checking, reading and writing of CSV files.

`scan` checks a file once, in bounded memory and without parsing it, for its encoding, NUL bytes, line endings and
header. A file that passes can be read by a fast parser. Any other is read by `lenient_rows`, which reports every
ragged row, unclosed quotation mark and oversized cell with its line, and still yields the rows that can be read.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from threading import Thread

from clausula.core.csv_dialect import PLAIN, CsvDialect
from clausula.core.csv_rows import lenient_rows
from clausula.core.csv_scan import CHUNK, MAX_FIELD, Bytes, Scan, open_bytes
from clausula.core.findings import WARNING

__all__ = [
    "CHUNK",
    "MAX_FIELD",
    "PLAIN",
    "Bytes",
    "CsvDialect",
    "LineCount",
    "Scan",
    "lenient_rows",
    "scan",
    "scan_header",
    "write_rows",
]


def scan_header(path: Path | Bytes, dialect: CsvDialect = PLAIN) -> Scan:
    """Check only the first line of a CSV file; `scan` checks all of it."""
    result = Scan()
    try:
        with open_bytes(path) as file:
            start = file.read(3)
    except OSError as error:
        result.add_fault("unreadable-file", error=error.strerror)
        result.readable = False
        return result
    if not start:
        return _scan(path, dialect)
    if start == codecs.BOM_UTF8 and dialect.encoding == "utf-8":
        _add_mark(result, dialect)
    result.header = dialect.aligned(next(lenient_rows(path, result, dialect), (1, []))[1])
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
        with io.TextIOWrapper(open_bytes(path), encoding=encoding, newline="") as file:
            while text := file.read(CHUNK):
                line += text.count("\n")
    except UnicodeError:
        result.add_fault("encoding", line, encoding=encoding.upper())


def _add_mark(result: Scan, dialect: CsvDialect) -> None:
    """Report a byte order mark, which the standard only advises against."""
    result.add_fault("byte-order-mark", 1, **({"severity": WARNING} if dialect.foreign else {}))


def _scan(path: Path | Bytes, dialect: CsvDialect) -> Scan:
    result = Scan()
    decoder = codecs.getincrementaldecoder("utf-8")()
    previous = b""
    nul_line = bad_line = None
    carriage = pairs = 0
    try:
        with open_bytes(path) as file:
            while chunk := file.read(CHUNK):
                if not previous and chunk.startswith(codecs.BOM_UTF8):
                    _add_mark(result, dialect)
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
        result.add_fault("encoding:foreign" if dialect.foreign else "encoding", bad_line, encoding="UTF-8")
    if carriage and (carriage != pairs or carriage != result.lines):
        result.doubtful, result.plain = dialect.foreign, False
        if not dialect.foreign:
            result.add_fault("mixed-line-endings")
    result.lines += not previous.endswith(b"\n")
    result.header = dialect.aligned(next(lenient_rows(path, result, dialect), (1, []))[1])
    return result


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
