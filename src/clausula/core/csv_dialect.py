"""The dialect of a table: how its file is divided into rows and cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

RESERVED = re.compile(r"_row(?:_of)?|_(?:ok|is)[0-9]+")
"""The columns that the checks add."""


def unique_names(names: Iterable[str]) -> list[str]:
    """Return names that differ from each other, also if case is ignored: the second `a` becomes `a (2)`.

    Names that SQL cannot use are numbered by their place.
    """
    seen, unique = set[str](), list[str]()
    for place, given in enumerate(names, 1):
        name = given if given and "\0" not in given and len(given) <= 1000 else f"(column {place})"
        number = 2 if RESERVED.fullmatch(name.casefold()) else 1
        while (numbered := name if number == 1 else f"{name} ({number})").casefold() in seen:
            number += 1
        seen.add(numbered.casefold())
        unique.append(numbered)
    return unique


FIRST_ROW = (1,)
"""The rows of the header, unless a dialect states others."""


@dataclass(frozen=True)
class CsvDialect:
    """The dialect of a CSV file; the rows for headers and comments also apply to spreadsheets.

    Attributes
    ----------
    delimiter, quote, escape : str
        Delimiter, of one or more characters; quote (empty if there is none) and escape, each a single character.
    foreign : bool
        Whether the file is of another package: what the standard only advises against is a warning.
    header_rows : tuple of int
        Numbers of the rows, from 1, that make the header; `header_join` joins the names of several.
    comment_rows, comment_char : frozenset of int, str
        Numbers of the rows that are comments, and what a line starts with that is a comment.
    terminator : str
        The end of a row, if it is not a line ending.
    null : str, optional
        A text that represents a missing value in every column.
    ignore_case : bool
        Whether names of columns may differ from names of fields in case.
    names : tuple of str
        The names of the fields, if the names in the header must be made equal to them; see `aligned`.
    """

    delimiter: str = ","
    quote: str = '"'
    escape: str = '"'
    header: bool = True
    encoding: str = "utf-8"
    foreign: bool = False
    header_rows: tuple[int, ...] = FIRST_ROW
    header_join: str = " "
    comment_rows: frozenset[int] = frozenset()
    comment_char: str = ""
    terminator: str = ""
    skip_space: bool = False
    null: str | None = None
    ignore_case: bool = False
    names: tuple[str, ...] = ()

    @property
    def plain(self) -> bool:
        """Whether a fast parser reads it correctly; DuckDB's accepts doubled quotes even where an escape is set."""
        usual = self.encoding == "utf-8" and bool(self.quote) and self.escape == self.quote
        single = len(self.delimiter) == 1 and (self.delimiter + self.quote).isascii()
        special = self.arranged or self.comment_char or self.terminator or self.skip_space
        return usual and single and not special

    @property
    def arranged(self) -> bool:
        """Whether the header is not simply the first row, or some rows are comments."""
        return bool(self.comment_rows) or (self.header and self.header_rows != FIRST_ROW)

    def aligned(self, header: list[str]) -> list[str]:
        """Return the names of the columns as the fields are named, if names are numbered or differ in case."""
        if not self.names:
            return header
        if self.ignore_case:
            folded = {name.casefold(): name for name in self.names}
            header = [folded.get(name.casefold(), name) for name in header]
        return unique_names(header)

    @property
    def reader(self) -> dict[str, Any]:
        """Keyword arguments for the csv module."""
        import csv

        doubled = self.escape == self.quote
        return {
            "delimiter": self.delimiter,
            "quotechar": self.quote or None,
            "quoting": csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE,
            "doublequote": doubled,
            "escapechar": None if doubled else self.escape,
            "skipinitialspace": self.skip_space,
        }


PLAIN = CsvDialect()

Numbered = tuple[int, int, list[Any]]
"""The number of a row, the line or row on which it starts, and its cells."""


def arrange(rows: Iterable[Numbered], dialect: CsvDialect) -> Iterator[tuple[int, list[Any]]]:
    """Yield the header as one row, then the rows of data, each with its line; rows that are comments are left out.

    Unless the dialect states other rows, the header is the first row that is not a comment.
    """
    kept = (row for row in rows if row[0] not in dialect.comment_rows)
    if not dialect.header or dialect.header_rows == FIRST_ROW:
        yield from ((line, cells) for _, line, cells in kept)
        return
    last, parts, done = max(dialect.header_rows), list[tuple[int, list[Any]]](), False
    for number, line, cells in kept:
        if number > last and not done and parts:
            yield parts[0][0], join_header([part for _, part in parts], dialect.header_join)
            done = True
        if number in dialect.header_rows:
            parts.append((line, cells))
        if number > last:
            yield line, cells
    if parts and not done:
        yield parts[0][0], join_header([part for _, part in parts], dialect.header_join)


def join_header(rows: list[list[Any]], joined_by: str) -> list[Any]:
    """Return the names of several header rows, joined by column; an empty cell above takes the name to its left."""
    if len(rows) == 1:
        return rows[0]
    width = max(len(row) for row in rows)
    filled = []
    for row in rows:
        names, last = list[str](), ""
        for cell in (*row, *[""] * (width - len(row))):
            name = "" if cell is None else str(cell)
            last = name or (last if row is not rows[-1] else "")
            names.append(last)
        filled.append(names)
    columns = zip(*filled, strict=True)
    return [joined_by.join(dict.fromkeys(name for name in names if name)) for names in columns]
