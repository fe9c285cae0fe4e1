"""Lenient reading of CSV files: every fault is located, and what can be read is read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from clausula.core.csv_dialect import FIRST_ROW, PLAIN, CsvDialect, arrange
from clausula.core.csv_scan import MAX_FIELD, Bytes, Scan, open_bytes
from clausula.core.findings import WARNING

STAND_INS = {"delimiter": "\U0010fff0", "\n": "\U0010fff1", "\r": "\U0010fff2"}
"""Private characters in place of a delimiter of several characters, and of line endings that do not end a row."""


class _Feed:
    """Lines of a file, with NUL bytes and invalid bytes replaced; lines that are comments are left out.

    Attributes
    ----------
    line, start : int
        Number of lines read, and the line on which the row starts.
    comments : int
        Number of comments.
    between : bool
        Whether the next line starts a row.
    ending : str
        The end of the last line.
    """

    def __init__(self, path: Path | Bytes, dialect: CsvDialect) -> None:
        encoding = "utf-8-sig" if dialect.encoding == "utf-8" else dialect.encoding
        self.file = io.TextIOWrapper(open_bytes(path), encoding=encoding, errors="replace", newline="")
        self.dialect = dialect
        self.line = self.start = self.comments = 0
        self.between, self.ending = True, ""

    def _lines(self) -> Iterator[str]:
        if not self.dialect.terminator:
            yield from self.file
            return
        for line in self.file.read().removesuffix("\n").removesuffix("\r").split(self.dialect.terminator):
            if line:
                yield line.replace("\n", STAND_INS["\n"]).replace("\r", STAND_INS["\r"]) + "\n"

    def __iter__(self) -> Iterator[str]:
        comment, delimiter = self.dialect.comment_char, self.dialect.delimiter
        with self.file:
            for line in self._lines():
                self.line += 1
                if self.between:
                    if comment and line.startswith(comment):
                        self.comments += 1
                        continue
                    self.start, self.between = self.line, False
                self.ending = line[len(line.rstrip("\r\n")) :]
                plain = line.replace("\0", "\ufffd") if "\0" in line else line
                yield plain if len(delimiter) == 1 else plain.replace(delimiter, STAND_INS["delimiter"])

    def restored(self, row: list[str]) -> list[str]:
        """Return a row with delimiters and line endings in place of their stand-ins."""
        pairs = [("delimiter", self.dialect.delimiter)] if len(self.dialect.delimiter) > 1 else []
        pairs += [("\n", "\n"), ("\r", "\r")] if self.dialect.terminator else []
        for name, text in pairs:
            row = [cell.replace(STAND_INS[name], text) for cell in row]
        return row


def lenient_rows(
    path: Path | Bytes, result: Scan | None = None, dialect: CsvDialect = PLAIN
) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a CSV file, the header first, each with the line on which it starts.

    Faults in the file are added to `result`, and reading continues where possible.
    """
    rows = _rows(path, result, dialect)
    return arrange(rows, dialect) if dialect.arranged else ((line, cells) for _, line, cells in rows)


def _rows(path: Path | Bytes, result: Scan | None, dialect: CsvDialect) -> Iterator[tuple[int, int, list[str]]]:
    feed = _Feed(path, dialect)
    options = dialect.reader
    if len(dialect.delimiter) > 1:
        options["delimiter"] = STAND_INS["delimiter"]
    reader = csv.reader(feed, strict=True, **options)
    changed = len(dialect.delimiter) > 1 or bool(dialect.terminator)
    counts_comments = dialect.header_rows != FIRST_ROW or bool(dialect.comment_rows)
    endings = set[str]()
    number = 0
    while True:
        feed.between = True
        limit = csv.field_size_limit(MAX_FIELD)  # global: the caller's limit is restored before the row is yielded
        try:
            row = next(reader)
        except (StopIteration, UnicodeError):  # UTF-16 without a byte order mark; `scan` reports it
            break
        except csv.Error as error:
            if result is not None:
                _add_fault(str(error), result, feed.start)
            if "field larger" in str(error) or "unexpected end" in str(error):
                break
            number += 1
            continue
        finally:
            csv.field_size_limit(limit)
        number += 1
        endings.add(feed.ending)
        yield number + (feed.comments if counts_comments else 0), feed.start, feed.restored(row) if changed else row
    if result is not None and result.doubtful and len(endings - {""}) > 1:
        result.doubtful = False
        result.add_fault("mixed-line-endings", severity=WARNING)


def _add_fault(error: str, result: Scan, line: int) -> None:
    if "field larger" in error:
        result.add_fault("field-too-large", line, limit=MAX_FIELD)
    elif "unexpected end" in error:
        result.add_fault("unterminated-quote", line)
    else:
        result.add_fault("stray-quote", line, error=error)
