"""The page of each table, and its rows as a script that a page can load without a server."""

from __future__ import annotations

import base64
import gzip
import json
from bisect import bisect
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

from clausula.core.model import Field, Table
from clausula.site.context import Context, texts

WHOLE, FIRST = 20_000, 5_000
"""A table whose rows take at most so many letters stands whole on its page; of a larger one so many, for whoever has no
script."""

CELL, LINK = 5, 35
"""Letters that the markup of a cell takes, and of a link in it."""

WIDTHS = (8, 12, 18, 26, 40)
"""Widths of columns, in digits; the style sheet has a class for each."""

FEW, SHORT, OFTEN = 80, 60, 2
"""A column can be filtered by its values if they are at most so many, so long, and each stands in so many rows."""


@dataclass(frozen=True)
class Column:
    """A column as a page shows it."""

    name: str
    title: str
    kind: str
    width: int
    filter: bool
    values: list[str]
    links: dict[str, str]


def _target(table: Table, field: Field) -> str:
    """The table at which a field points, or the table itself for its own key."""
    for key in table.foreign_keys:
        if key.fields == (field.name,):
            return key.resource
    return table.name if table.primary_key == (field.name,) else ""


def _width(name: str, values: list[str]) -> int:
    longest = max([len(name) + 2, *(len(value) for value in values[:2000])])
    return next((width for width in WIDTHS if longest <= width), WIDTHS[-1])


def columns(context: Context, table: Table) -> list[Column]:
    """The columns of a table with the text of all cells and the addresses of the records that they name."""
    found = []
    for name, values in texts(context.frame(table.name)).items():
        field = table[name]
        target = _target(table, field)
        different = dict.fromkeys(values)
        links = {value: context.address(target, value) for value in different} if target else {}
        few = 1 < len(different) <= FEW and max(map(len, different)) <= SHORT
        filled = sum(map(bool, values))
        few = few and (bool(field.allowed) or (len(values) >= OFTEN * len(different) and 2 * filled >= len(values)))
        kind = "number" if field.type in ("integer", "number") else "text"
        width = _width(name, values)
        kept = {value: link for value, link in links.items() if link}
        found.append(Column(name, field.title, kind, width, few, values, kept))
    return found


def _pattern(column: Column) -> str:
    """The one form that all addresses of a column have, with `*` for an id or `<` and `>` for its parts; or nothing."""
    first = next((value for value in column.values if value), "")
    if any(value not in column.links for value in column.values if value) or set("*<>") & set(column.links[first]):
        return ""
    home, _, own = first.rpartition(".")
    pairs = [(first, "*")] if not home or first in column.links[first] else [(home, "<"), (own, ">")]
    pattern = column.links[first]
    for text, sign in pairs:
        pattern = pattern.replace(text, sign, 1)
    return pattern if all(_followed(pattern, value) == link for value, link in column.links.items()) else ""


def _followed(pattern: str, value: str) -> str:
    home, _, own = value.rpartition(".")
    return pattern.replace("*", value).replace("<", home).replace(">", own)


def _packed(column: Column) -> dict[str, Any]:
    """A column in few letters: its different values, and for each row how far on from the row before its own stands."""
    place = {value: number for number, value in enumerate(dict.fromkeys(column.values))}
    packed: dict[str, Any] = {"name": column.name, "kind": column.kind, "filter": column.filter}
    packed["values"] = list(place)
    if len(place) < len(column.values):
        at = [place[value] for value in column.values]
        packed["at"] = [now - before for before, now in pairwise([0, *at])]
    if column.links:
        packed["links"] = _pattern(column) or [column.links.get(value, "") for value in place]
    return packed


def script(found: list[Column]) -> bytes:
    """The rows of a table as a script: compressed JSON that the page unpacks."""
    content = {"rows": len(found[0].values) if found else 0, "columns": [_packed(column) for column in found]}
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    packed = gzip.compress(text.encode("utf-8", "surrogatepass"), 9, mtime=0)
    return b'clausulaRows("' + base64.b64encode(packed) + b'");\n'


def _letters(text: str, link: str) -> int:
    return CELL + len(text) + (LINK + len(link) if link else 0)


def shown(found: list[Column]) -> list[list[tuple[str, str]]]:
    """The rows that stand on the page itself: text and address of each cell, an address for the first id of a row."""
    leading = next((number for number, column in enumerate(found) if column.links), None)
    rows = [
        [(text, found[number].links.get(text, "") if number == leading else "") for number, text in enumerate(row)]
        for row in zip(*(column.values for column in found), strict=True)
    ]
    letters = list(accumulate(sum(_letters(*cell) for cell in row) for row in rows))
    return rows if not rows or letters[-1] <= WHOLE else rows[: bisect(letters, FIRST)]
