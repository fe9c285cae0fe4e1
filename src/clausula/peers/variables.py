"""Coded columns of other schemes: how they are recognised and read, and flags that contradict each other."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from clausula.peers.table import Row, Source

SENTINELS = frozenset({-9, -88, -77, -66, -99, -999})
"""Negative numbers that datasets of the field use for missing, unknown or not applicable."""

_WHOLE = re.compile(r"([+-]?[0-9]{1,15})(?:\.0*)?")
_DIGITS = {str(number): number for number in range(10)}


def whole_number(text: str) -> int | None:
    """Parse a whole number, `365.0` included (programs without missing integers write it); None if it is not one."""
    if text in _DIGITS:  # nearly every cell of these files
        return _DIGITS[text]
    match = _WHOLE.fullmatch(text)
    return int(match[1]) if match else None


@dataclass(frozen=True)
class Aggregate:
    """A flag that summarises others. If it is `exhaustive`, it can only be set if one of its members is."""

    code: str
    members: tuple[str, ...]
    exhaustive: bool = False


def coded_columns(source: Source, known: Collection[str], highest: int | None = None) -> list[str]:
    """Return the columns, except those in `known`, in which at least half of the filled cells are valid codes."""
    found = []
    for column in source.columns:
        if column in known:
            continue
        filled = [text for text in (row.get(column) for row in source.rows) if text]
        numbers = [number for number in map(whole_number, filled) if number is not None]
        if filled and 2 * sum(highest is None or number <= highest for number in numbers) >= len(filled):
            found.append(column)
    return found


def value_of(source: Source, row: Row, column: str, highest: int | None = None) -> int | None:
    """Return the number in a cell; None if it is missing, or not a valid code, which is reported."""
    text = row.get(column)
    if not text:
        return None
    value = whole_number(text)
    if value is None:
        source.report("unknown-code", (row, column))
        return None
    if value in SENTINELS:
        source.report("missing-value-code", (row, column), number=value)
        return None
    if value < 0 or (highest is not None and value > highest):
        source.report("out-of-range", (row, column), number=value)
        return None
    return value


def check_aggregates(source: Source, row: Row, values: dict[str, int | None], groups: Iterable[Aggregate]) -> None:
    """Report flags that contradict their members. The file does not show which is wrong, so both are kept."""
    for group in groups:
        members = {m: values[m] for m in group.members if values.get(m) is not None}
        total = values.get(group.code)
        if total is None or not members:
            continue
        set_ones = [m for m, value in members.items() if value]
        if not total and set_ones:
            members_are = f"{', '.join(set_ones)} {'is' if len(set_ones) == 1 else 'are'}"
            source.report("aggregate-mismatch:zero", (row, group.code), group=group.code, members=members_are)
        elif total and group.exhaustive and not set_ones and len(members) == len(group.members):
            given = {"group": group.code, "total": total, "members": ", ".join(members)}
            source.report("aggregate-mismatch:set", (row, group.code), **given)


def split_ids(source: Source, row: Row, column: str) -> list[int]:
    """Return the IDs in a cell; split and report several IDs joined by commas or semicolons."""
    parts = [part.strip() for part in re.split(r"[,;]", row.get(column)) if part.strip()]
    ids = [number for number in map(whole_number, parts) if number is not None and number >= 0]
    bad = [part for part in parts if whole_number(part) is None]
    if bad:
        source.report("invalid-id:part", (row, column), part=bad[0])
    if len(parts) > 1:
        source.report("joined-ids", (row, column), number=len(parts))
    return ids
