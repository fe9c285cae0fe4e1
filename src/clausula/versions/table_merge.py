"""Three-way merge of the files of a package for Git: tables by key and cell, derived files not at all."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from clausula.core.csvio import write_rows
from clausula.core.findings import CouldNotRun, Finding, finding, shown
from clausula.core.model import SchemaError
from clausula.core.package import MEASURED
from clausula.core.schemas import load_table

Key = tuple[str, ...]
Row = dict[str, str]


@dataclass
class MergedFile:
    """The result of a merge.

    Attributes
    ----------
    content : bytes
        The merged file; where both sides changed a cell, it has the value of our side.
    findings : list of Finding
        One for each cell or row that both sides changed.
    derived : bool
        Whether the file is derived from others, so that our side was kept and has to be rebuilt.
    """

    content: bytes
    findings: list[Finding] = field(default_factory=list)
    derived: bool = False


def _read(content: bytes) -> tuple[list[str], list[Row]]:
    header, *rows = list(csv.reader(io.StringIO(content.decode("utf-8"), newline=""))) or [[]]
    return header, [dict(zip(header, row, strict=True)) for row in rows]


@dataclass
class _TableMerge:
    path: str
    table: str
    key: Sequence[str]
    findings: list[Finding] = field(default_factory=list)

    def by_key(self, rows: list[Row]) -> dict[Key, Row]:
        return {tuple(row[name] for name in self.key): row for row in rows}

    def conflict(self, key: Key, name: str, ours: str, theirs: str) -> None:
        given = {"record": ", ".join(key), "ours": shown(ours), "theirs": shown(theirs)}
        place = {"table": self.table, "field": name or None, "file": self.path}
        code = "merged-cell" if name else "merged-cell:row"
        self.findings.append(finding(code, **given, **place))

    def row(self, key: Key, base: Row | None, ours: Row | None, theirs: Row | None) -> Row | None:
        """Return the merged row, or None if it is removed."""
        if ours is None or theirs is None:
            left = ours or theirs
            if base is None or left is None:
                return left
            if left == base:
                return None
            self.conflict(key, "", "removed" if ours is None else "changed", "changed" if ours is None else "removed")
            return left
        merged = dict(ours)
        for name, value in theirs.items():
            before = base.get(name) if base else None
            if value == ours[name] or value == before:
                continue
            if ours[name] == before:
                merged[name] = value
            else:
                self.conflict(key, name, ours[name], value)
        return merged

    def rows(self, base: list[Row], ours: list[Row], theirs: list[Row]) -> list[Row]:
        """Return the rows of our side in their order, each row that only their side has after its predecessor."""
        old, left, right = self.by_key(base), self.by_key(ours), self.by_key(theirs)
        order = list(left)
        at = {key: place for place, key in enumerate(order)}
        after: dict[int, list[Key]] = {}
        previous = -1
        for key in right:
            if key in at:
                previous = at[key]
            else:
                after.setdefault(previous, []).append(key)
        keys = [*after.get(-1, []), *(one for place, key in enumerate(order) for one in (key, *after.get(place, [])))]
        merged = (self.row(key, old.get(key), left.get(key), right.get(key)) for key in keys)
        return [row for row in merged if row is not None]


def merge_files(base: bytes, ours: bytes, theirs: bytes, path: str, root: Path) -> MergedFile:
    """Merge three versions of a file of a package.

    Parameters
    ----------
    base, ours, theirs : bytes
        The common ancestor, which is empty if there is none, and the two sides.
    path : str
        Path of the file in the repository.
    root : Path
        The repository.

    Raises
    ------
    CouldNotRun
        If a table cannot be read, or its columns differ between the sides.
    """
    place = PurePosixPath(path)
    if place.suffix != ".csv" or place.parent.name != "data" or place.stem in MEASURED:
        return MergedFile(ours, derived=True)
    try:
        structure = load_table(root / place.parent.parent / "schemas", place.stem)
        sides = [_read(content) for content in (base, ours, theirs)]
    except (SchemaError, UnicodeDecodeError, csv.Error, ValueError, KeyError) as error:
        raise CouldNotRun.of("unmergeable-table", file=path, reason=str(error)) from error
    (_, old), (header, left), (other, right) = sides
    if header != other or not set(structure.primary_key) <= set(header):
        raise CouldNotRun.of("unmergeable-table", file=path, reason="its columns differ between the two sides")
    merge = _TableMerge(path, place.stem, structure.primary_key)
    rows = merge.rows([{name: row.get(name, "") for name in header} for row in old], left, right)
    return MergedFile(write_rows(header, [[row[name] for name in header] for row in rows]), merge.findings)
