"""The recorded values of the tables that no coding pass states, such as actors: `validation/recorded.jsonl`.

Each line is a JSON array: a table, the key of a row, and its recorded values in the order of the fields, without
empty ones at the end. The first line names the fields that are recorded, by table. Every command that writes tables
records what it changes; a value that was changed in another way differs from what is recorded until
`clausula code revise` records it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from clausula.core.findings import CouldNotRun
from clausula.core.metadata import RECORDED
from clausula.core.model import Descriptor, Table
from clausula.core.store import Values

PACKAGE = "schemas/package.json"

Recorded = tuple[str, ...]
"""The recorded values of a row, in the order of the fields."""


@dataclass
class RecordedValues:
    """The recorded values by table and key, and the fields that are recorded."""

    fields: dict[str, tuple[str, ...]]
    rows: dict[tuple[str, str], Recorded] = field(default_factory=dict)

    def of(self, table: Table, rows: Iterable[Values]) -> dict[tuple[str, str], Recorded]:
        """Return what is to be recorded of the rows of a table."""
        names = self.fields[table.name]
        return {(table.name, _place(table, row)): tuple(row.get(name, "") for name in names) for row in rows}

    def update(self, table: Table, before: Iterable[Values], after: Iterable[Values]) -> None:
        """Record what differs between the rows of a table before and after a change."""
        old, new = self.of(table, before), self.of(table, after)
        for place in old.keys() - new.keys():
            self.rows.pop(place, None)
        self.rows |= {place: values for place, values in new.items() if old.get(place) != values}

    def as_bytes(self) -> bytes:
        """Return the content of the file, one row a line, in the order of the tables and keys."""
        order = {name: number for number, name in enumerate(self.fields)}
        places = sorted(self.rows, key=lambda place: (order[place[0]], place[1]))
        lines = [[self.fields], *([*place, _stripped(self.rows[place])] for place in places)]
        texts = (json.dumps(line, ensure_ascii=False, separators=(",", ":")) for line in lines)
        return "".join(f"{text}\n" for text in texts).encode("utf-8")


def _stripped(values: Recorded) -> list[str]:
    """Return values without empty ones at the end."""
    last = max((number for number, value in enumerate(values, 1) if value), default=0)
    return list(values[:last])


def _place(table: Table, row: Values) -> str:
    return ", ".join(row[name] for name in table.primary_key)


def _parse(lines: list[str]) -> RecordedValues:
    (first,) = json.loads(lines[0])
    found = RecordedValues({str(name): tuple(map(str, fields)) for name, fields in first.items()})
    for line in lines[1:]:
        table, key, values = json.loads(line)
        width = len(found.fields[table])
        if not isinstance(key, str) or not isinstance(values, list) or len(values) > width:
            raise ValueError(f"the line of {table} {key} does not fit the first line")
        found.rows[table, key] = (*map(str, values), *[""] * (width - len(values)))
    return found


def read_recorded(root: Path, known: Collection[str]) -> RecordedValues | None:
    """Return the recorded values of a package; None if it has no such file.

    Parameters
    ----------
    known : collection of str
        The tables of the package; values of others are left out.

    Raises
    ------
    CouldNotRun
        If the file is malformed.
    """
    path = root / RECORDED
    if not path.is_file():
        return None
    try:
        found = _parse(path.read_text(encoding="utf-8").splitlines())
    except (OSError, ValueError, TypeError, AttributeError, LookupError) as error:
        raise CouldNotRun.of("unrecorded-value:file", error=error, file=RECORDED) from error
    found.fields = {name: fields for name, fields in found.fields.items() if name in known}
    found.rows = {place: values for place, values in found.rows.items() if place[0] in known}
    return found


def says_recorded(metadata: Descriptor) -> bool:
    """Return whether a package says that it has recorded values, so that their loss is noticed."""
    return "recorded" in metadata


def with_recorded(package: bytes) -> bytes:
    """Return the content of `schemas/package.json` with the statement that the package has recorded values."""
    before, brace, after = package.decode("utf-8").partition("{")
    return f'{before}{brace}\n  "recorded": {json.dumps(RECORDED)},{after}'.encode()


def recorded_after(
    root: Path, tables: Mapping[str, Table], before: Mapping[str, list[Values]], after: Mapping[str, list[Values]]
) -> dict[str, bytes]:
    """Return the file of recorded values after a command has changed tables, by its path; nothing if none changes."""
    changed = [name for name, rows in after.items() if rows != before[name]]
    recorded = read_recorded(root, tables) if changed else None
    if recorded is None or not set(changed) & set(recorded.fields):
        return {}
    for name in changed:
        if name in recorded.fields:
            recorded.update(tables[name], before[name], after[name])
    return {RECORDED: recorded.as_bytes()}
