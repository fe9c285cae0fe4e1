"""Coded columns of other schemes: how they are recognised and read, and flags that contradict each other."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from clausula.analysis.editions import Scheme
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


def aggregates(scheme: Scheme, columns: Collection[str]) -> list[Aggregate]:
    """Return the codes of a file that sum up others of the file."""
    found = []
    for code in scheme.codes:
        members = tuple(m for m in scheme.members(code) if m in columns)
        if code in columns and members:
            found.append(Aggregate(code, members, code in scheme.exhaustive and members == tuple(scheme.members(code))))
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
        source.tally("missing-value-code", (row, column), number=value)
        return None
    if value < 0 or (highest is not None and value > highest):
        source.report("out-of-range", (row, column), number=value)
        return None
    return value


def blank_missing(row: Row, scheme: Scheme) -> None:
    """Empty the cells with a number that the scheme declares as missing."""
    for name, column in scheme.columns.items():
        if column.missing and whole_number(row.get(name)) in column.missing:
            row.cells[name] = ""


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
        source.tally("joined-ids", (row, column), number=len(parts))
    return ids
