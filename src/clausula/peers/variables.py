"""Coded columns of other schemes: which they are, what their cells hold, and flags that contradict one another."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from clausula.core.findings import INFO, WARNING
from clausula.peers.table import Row, Source

SENTINELS = frozenset({-9, -88, -77, -66, -99, -999})
"""Numbers below zero by which files of the field say that something is missing, unknown or does not apply."""

_WHOLE = re.compile(r"([+-]?[0-9]{1,15})(?:\.0*)?")
_DIGITS = {str(number): number for number in range(10)}


def whole(text: str) -> int | None:
    """The whole number that a text is; programs that know no missing integers write `365.0`."""
    if text in _DIGITS:  # nearly every cell of these files
        return _DIGITS[text]
    match = _WHOLE.fullmatch(text)
    return int(match[1]) if match else None


@dataclass(frozen=True)
class Aggregate:
    """A flag that sums up others. `exhaustive` says that it cannot be set while none of its members is."""

    code: str
    members: tuple[str, ...]
    exhaustive: bool = False


def coded_columns(source: Source, known: Collection[str], highest: int | None = None) -> list[str]:
    """The columns that hold codes: all but the known others in which at least half of the filled cells can be codes."""
    found = []
    for column in source.columns:
        if column in known:
            continue
        filled = [text for text in (row.get(column) for row in source.rows) if text]
        numbers = [number for number in map(whole, filled) if number is not None]
        if filled and 2 * sum(highest is None or number <= highest for number in numbers) >= len(filled):
            found.append(column)
    return found


def value_of(source: Source, row: Row, column: str, highest: int | None = None) -> int | None:
    """The number in a cell; None where it is missing or none that a code can be, which is told."""
    text = row.get(column)
    if not text:
        return None
    value = whole(text)
    hint = "The cell was left empty."
    if value is None:
        source.tell("unknown-code", WARNING, "the cell holds no whole number", hint, (row, column))
        return None
    if value in SENTINELS:
        message = f"{value} stands for a missing value, not for a number; it was left empty"
        source.tell("missing-value-code", INFO, message, "Leave such cells out of sums and means.", (row, column))
        return None
    if value < 0 or (highest is not None and value > highest):
        source.tell("out-of-range", WARNING, f"{value} is no value of this code", hint, (row, column))
        return None
    return value


def check_aggregates(source: Source, row: Row, values: dict[str, int | None], groups: Iterable[Aggregate]) -> None:
    """Tell of flags that contradict their members. Which of them is wrong the file does not say, so both stay."""
    for group in groups:
        members = {m: values[m] for m in group.members if values.get(m) is not None}
        total = values.get(group.code)
        if total is None or not members:
            continue
        set_ones = [m for m, value in members.items() if value]
        hint = "Both stay as they are; decide which one you count."
        if not total and set_ones:
            message = f"{group.code} is 0 while {', '.join(set_ones)} is set"
            source.tell("aggregate-mismatch", WARNING, message, hint, (row, group.code))
        elif total and group.exhaustive and not set_ones and len(members) == len(group.members):
            message = f"{group.code} is {total} while {', '.join(members)} are 0"
            source.tell("aggregate-mismatch", WARNING, message, hint, (row, group.code))


def split_ids(source: Source, row: Row, column: str) -> list[int]:
    """The ids in a cell; several joined by commas or semicolons are taken apart, and told."""
    parts = [part.strip() for part in re.split(r"[,;]", row.get(column)) if part.strip()]
    ids = [number for number in map(whole, parts) if number is not None and number >= 0]
    bad = [part for part in parts if whole(part) is None]
    if bad:
        source.tell(
            "invalid-id", WARNING, f"{bad[0]!r:.60} is no number of a code list", "It was left out.", (row, column)
        )
    if len(parts) > 1:
        message = f"{len(parts)} ids are joined in one cell; each was taken by itself"
        source.tell("joined-ids", INFO, message, "Split the cell before you merge by it.", (row, column))
    return ids
