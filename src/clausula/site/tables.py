"""The columns and rows of table pages, and the rows as a script that loads without a server."""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

from clausula.core.model import LABELS, Field, Table
from clausula.site.context import Context, cell_texts
from clausula.site.packing import packed_call

ALL_ROWS_LIMIT, FIRST_ROWS_LIMIT = 10_000, 3_000
"""Limits in characters of HTML: a page contains all rows up to the first limit; a larger table is cut at the second.

Without JavaScript, readers see only these rows."""

CELL_MARKUP, LINK_MARKUP = 5, 35
"""Characters of HTML for a cell and for a link in it, besides their text."""

WIDTHS = (8, 12, 18, 26, 40)
"""Column widths in digits; the style sheet has a class for each."""

MAX_VALUES, MAX_LENGTH, MIN_REPEATS = 150, 60, 2
"""Limits for filters: at most so many distinct values, of at most so many characters, with so many rows per value.

The number of rows per value does not matter for columns with categories."""


@dataclass(frozen=True)
class Column:
    """A column as a page shows it.

    Attributes
    ----------
    name, title : str
        Name and title of the field.
    kind : str
        "number", "date" (EDTF) or "text".
    width : int
        Width in digits, from `WIDTHS`.
    filter : bool
        Whether the page offers a filter for the column.
    values : list of str
        The text of each cell.
    links : dict of str to str
        Addresses from the root of the site, by cell text.
    """

    name: str
    title: str
    kind: str
    width: int
    filter: bool
    values: list[str]
    links: dict[str, str]


def _target(table: Table, field: Field) -> str:
    """Return the table that a foreign key refers to, or the table itself for its primary key."""
    for key in table.foreign_keys:
        if key.fields == (field.name,):
            return key.resource
    return table.name if table.primary_key == (field.name,) else ""


def _width(name: str, values: list[str]) -> int:
    longest = max([len(name) + 2, *(len(value) for value in values[:2000])])
    return next((width for width in WIDTHS if longest <= width), WIDTHS[-1])


def columns(context: Context, table: Table) -> list[Column]:
    """Return the columns of a table with the text of all cells and links to the records that they refer to.

    The text that says what a row is comes right after its ID, so that a reader sees it without scrolling.
    """
    result = []
    texts = cell_texts(context.frame(table.name))
    main = next((name for name in LABELS if name in texts), None)
    first = dict.fromkeys([*table.primary_key[:1], *([main] if main else []), *texts])
    for name in first:
        values = texts[name]
        field = table[name]
        target = _target(table, field)
        distinct = dict.fromkeys(values)
        links = {value: context.address(target, value) for value in distinct} if target else {}
        filterable = 1 < len(distinct) <= MAX_VALUES and max(map(len, distinct)) <= MAX_LENGTH
        filled = sum(map(bool, values))
        repeated = len(values) >= MIN_REPEATS * len(distinct) and 2 * filled >= len(values)
        filterable = filterable and (bool(field.allowed) or repeated)
        kind = "number" if field.type in ("integer", "number") else "date" if field.bounds else "text"
        width = _width(name, values)
        existing = {value: link for value, link in links.items() if link}
        result.append(Column(name, field.title, kind, width, filterable, values, existing))
    return result


def _pattern(column: Column) -> str:
    """Return the pattern that all links of a column share, with `*` for an ID or `<` and `>` for its parts; else ""."""
    first = next((value for value in column.values if value), "")
    if any(value not in column.links for value in column.values if value) or set("*<>") & set(column.links[first]):
        return ""
    parent, _, child = first.rpartition(".")
    pairs = [(first, "*")] if not parent or first in column.links[first] else [(parent, "<"), (child, ">")]
    pattern = column.links[first]
    for text, sign in pairs:
        pattern = pattern.replace(text, sign, 1)
    return pattern if all(_expand(pattern, value) == link for value, link in column.links.items()) else ""


def _expand(pattern: str, value: str) -> str:
    parent, _, child = value.rpartition(".")
    return pattern.replace("*", value).replace("<", parent).replace(">", child)


def _pack(column: Column) -> dict[str, Any]:
    """Return a column in compact form: distinct values, and for each row the step from the previous index."""
    index = {value: number for number, value in enumerate(dict.fromkeys(column.values))}
    packed: dict[str, Any] = {"name": column.name, "kind": column.kind, "filter": column.filter}
    packed["values"] = list(index)
    if len(index) < len(column.values):
        indices = [index[value] for value in column.values]
        packed["at"] = [now - before for before, now in pairwise([0, *indices])]
    if column.links:
        packed["links"] = _pattern(column) or [column.links.get(value, "") for value in index]
    return packed


def script(columns: list[Column]) -> bytes:
    """Return the rows of a table as a script with compressed JSON."""
    content = {"rows": len(columns[0].values) if columns else 0, "columns": [_pack(column) for column in columns]}
    return packed_call("clausulaRows", content)


def _html_length(text: str, link: str) -> int:
    return CELL_MARKUP + len(text) + (LINK_MARKUP + len(link) if link else 0)


def static_rows(columns: list[Column]) -> list[list[tuple[str, str]]]:
    """Return the rows in the HTML of the page, as text and link of each cell; only the first ID of a row has a link."""
    leading = next((number for number, column in enumerate(columns) if column.links), None)
    rows = [
        [(text, columns[number].links.get(text, "") if number == leading else "") for number, text in enumerate(row)]
        for row in zip(*(column.values for column in columns), strict=True)
    ]
    lengths = list(accumulate(sum(_html_length(*cell) for cell in row) for row in rows))
    return rows if not rows or lengths[-1] <= ALL_ROWS_LIMIT else rows[: bisect(lengths, FIRST_ROWS_LIMIT)]
