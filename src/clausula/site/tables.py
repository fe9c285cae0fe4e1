"""The columns and rows of table pages, and the rows as a script that loads without a server."""

from __future__ import annotations

import base64
import re
import zlib
from bisect import bisect
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import Any

from clausula.core.model import LABELS, Field, Table
from clausula.site.context import Context, cell_texts
from clausula.site.packing import packed_call

ALL_ROWS_LIMIT, FIRST_ROWS_LIMIT = 8_000, 1_200
"""Limits in characters of HTML: a page contains all rows up to the first limit; a larger table is cut at the second.

Without JavaScript, readers see only these rows."""

CELL_MARKUP, LINK_MARKUP = 5, 35
"""Characters of HTML for a cell and for a link in it, besides their text."""

WIDTHS = (8, 12, 18, 26, 40)
"""Column widths in digits; the style sheet has a class for each."""

LABELLED = ("actors", "instruments", "topics", "places", "processes", "sources")
"""Tables whose records are shown by their names where another table refers to them."""

MAX_RECORDS, MAX_VALUES, MAX_LENGTH, MIN_REPEATS = 600, 150, 60, 2
"""Limits for filters: at most so many distinct records or values, of so many characters, with so many rows per value.

The number of rows per value does not matter for columns with categories."""


_FINGERPRINT = re.compile(r"(\d+)-([0-9a-f]{8})-([0-9a-f]{32})")
"""The hash of a span, as an anchor has it."""


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
    labels : dict of str to str
        Names of the records that the column refers to, by their IDs; the page shows them unless a reader wants the IDs.
    derived : bool
        Whether the table has no such column; the page offers a filter only.
    """

    name: str
    title: str
    kind: str
    width: int
    filter: bool
    values: list[str]
    links: dict[str, str]
    labels: dict[str, str] = field(default_factory=dict)
    derived: bool = False


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
        definition = table[name]
        target = _target(table, definition)
        distinct = dict.fromkeys(values)
        links = {value: context.address(target, value) for value in distinct} if target else {}
        most = MAX_RECORDS if target in LABELLED and target != table.name else MAX_VALUES
        filterable = 1 < len(distinct) <= most and max(map(len, distinct)) <= MAX_LENGTH
        filled = sum(map(bool, values))
        repeated = len(values) >= MIN_REPEATS * len(distinct) and 2 * filled >= len(values)
        filterable = filterable and (
            bool(definition.allowed) or repeated or (target in LABELLED and target != table.name)
        )
        kind = "number" if definition.type in ("integer", "number") else "date" if definition.bounds else "text"
        width = _width(name, values)
        existing = {value: link for value, link in links.items() if link}
        labelled = target in LABELLED and target != table.name
        labels = {value: context.name(target, value) for value in distinct if value} if labelled else {}
        result.append(Column(name, definition.title, kind, width, filterable, values, existing, labels))
    return [*result, *_process(context, texts)]


def _process(context: Context, texts: dict[str, list[str]]) -> list[Column]:
    """Return the process of each row as a column to filter by, if the table refers to instruments or provisions."""
    key = next((name for name in ("instrument_id", "provision_id") if name in texts), None)
    if key is None or "process_id" in texts:
        return []
    of_instrument = {row["instrument_id"]: row["process_id"] for row in context.all("instruments")}
    home = context.instrument_of if key == "provision_id" else str
    values = [of_instrument.get(home(value), "") for value in texts[key]]
    if len(set(values)) <= 1:
        return []
    names = {value: context.name("processes", value) for value in set(values) if value}
    return [Column("process_id", "Process", "text", WIDTHS[1], True, values, {}, names, derived=True)]


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
    """Return a column in compact form: distinct values, and for each row which of them it has.

    That is `at`, the step from the index of the previous row, or `fresh`, 0 for the first value that no row above has
    and otherwise the index plus 1, whichever takes less.
    """
    index = {value: number for number, value in enumerate(dict.fromkeys(column.values))}
    packed: dict[str, Any] = {"name": column.name, "kind": column.kind, "filter": column.filter}
    packed |= _values(list(index))
    if len(index) < len(column.values):
        indices = [index[value] for value in column.values]
        ways: list[dict[str, Any]] = [{"at": _steps(indices)}, {"fresh": _fresh(indices)}]
        packed |= min(ways, key=_size)
    if column.labels:
        packed["labels"] = [column.labels.get(value, "") for value in index]
    if column.derived:
        packed["derived"] = True
    if column.links:
        packed["links"] = _pattern(column) or [column.links.get(value, "") for value in index]
    return packed


def _values(values: list[str]) -> dict[str, Any]:
    """Return distinct values; of hashes, the digits are in a text of their own, in which each takes less."""
    matches = [_FINGERPRINT.fullmatch(value) for value in values]
    found = [match for match in matches if match]
    if len(found) < len(values) or not found:
        return {"values": values}
    digits = base64.b64encode(bytes.fromhex("".join(match[2] + match[3] for match in found))).decode()
    return {"values": [match[1] for match in found], "digits": digits}


def _steps(indices: list[int]) -> list[int]:
    return [now - before for before, now in pairwise([0, *indices])]


def _fresh(indices: list[int]) -> list[int]:
    found, last = [], -1
    for index in indices:
        found.append(index + 1 if index <= last else 0)
        last = max(last, index)
    return found


def _size(packed: Any) -> int:
    return len(zlib.compress(repr(packed).encode(), 1))


def script(columns: list[Column]) -> bytes:
    """Return the rows of a table as a script with compressed JSON."""
    content = {"rows": len(columns[0].values) if columns else 0, "columns": [_pack(column) for column in columns]}
    return packed_call("clausulaRows", content)


def _html_length(text: str, link: str) -> int:
    return CELL_MARKUP + len(text) + (LINK_MARKUP + len(link) if link else 0)


def static_rows(columns: list[Column]) -> list[list[tuple[str, str]]]:
    """Return the rows in the HTML of the page, as text and link of each cell; only the first ID of a row has a link."""
    columns = [column for column in columns if not column.derived]
    leading = next((number for number, column in enumerate(columns) if column.links), None)
    rows = [
        [(text, columns[number].links.get(text, "") if number == leading else "") for number, text in enumerate(row)]
        for row in zip(*(column.values for column in columns), strict=True)
    ]
    lengths = list(accumulate(sum(_html_length(*cell) for cell in row) for row in rows))
    return rows if not rows or lengths[-1] <= ALL_ROWS_LIMIT else rows[: bisect(lengths, FIRST_ROWS_LIMIT)]
