"""Actors that a row of another scheme names, in the columns and roles that the scheme declares."""

from __future__ import annotations

import re
from collections.abc import Iterator

from clausula.analysis.editions import Column, Scheme
from clausula.peers.recode import Mention
from clausula.peers.table import Row, Source
from clausula.peers.variables import split_ids, whole_number


def mentioned(source: Source, rows: list[Row], scheme: Scheme) -> list[Mention]:
    """Return the actors of some rows: for each column with actors their codes or names, and their role."""
    declared = {name: scheme.column(name) for name in source.columns}
    columns = {name: column for name, column in declared.items() if column.kind == "actor"}
    found = []
    for row in rows:
        for name, column in columns.items():
            if all(row.get(other) == value for other, value in column.where.items()):
                role = column.role or row.get(column.role_in) or None
                found += [Mention(row.key, name, kind, code, role) for kind, code in _codes(source, row, name, column)]
    return found


def _codes(source: Source, row: Row, name: str, column: Column) -> Iterator[tuple[str, str]]:
    """Yield the kind and the text of each code or name in a cell."""
    text = row.get(name, countries=column.by == "iso3")
    if not text:
        return
    if column.by == "name":
        names = re.split(r"[,;]", text) if column.joined else [text]
        yield from (("name", part.strip()) for part in names if part.strip())
    elif column.by == "iso3":
        yield ("iso2" if len(text) == 2 else "iso3"), text
    elif column.joined:
        yield from ((column.by, str(number)) for number in split_ids(source, row, name))
    else:
        number = whole_number(text)
        if number is None:
            source.tally("invalid-id:part", (row, name), part=text)
        elif number >= 0:
            yield column.by, str(number)
