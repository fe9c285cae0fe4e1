"""Comparing the rows of two packages cell by cell, by key, in DuckDB with bounded memory.

Each side is read twice at most: once for a key and a hash of each row, joined to find the rows that differ, and once
more for the cells of those alone. The hash has 64 bits and is only ever compared within one key.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from clausula.core.findings import CouldNotRun, Finding
from clausula.core.model import Table
from clausula.core.package import Package
from clausula.core.progress import Progress, quiet
from clausula.core.scratch import Scratch, connect
from clausula.derive.dialect import DUCKDB
from clausula.validation import duckdb_loading
from clausula.validation.duckdb_engine import MEMORY, SMALL
from clausula.versions.diff.recodings import recodings
from clausula.versions.diff.result import Cell, Diff, Moved, TableDiff
from clausula.versions.diff.sides import Side, side
from clausula.versions.diff.step import judge
from clausula.versions.diff.structure import structure

name = DUCKDB.name
SHOWN = 100


@contextmanager
def _connection() -> Iterator[Any]:
    spill = Scratch("diff")
    with spill:
        con = connect(spill, MEMORY)
        con.execute("SET preserve_insertion_order = false")
        try:
            yield con
        finally:
            con.close()


def _load(con: Any, alias: str, package: Package) -> None:
    """The cells of a package as text, one relation for each table, in a database of that name."""
    con.execute(f"ATTACH ':memory:' AS {alias}")
    con.execute(f"USE {alias}")
    con.execute("CREATE SCHEMA raw")
    for resource in package:
        loaded = duckdb_loading.found(package, resource)
        if loaded.path is None:
            raise CouldNotRun(
                Finding("missing-file", f"{package.root / resource.path} cannot be read", "Validate it first.")
            )
        stream = loaded.path.stat().st_size > SMALL
        load = duckdb_loading.load_parquet if resource.format == "parquet" else duckdb_loading.load_csv
        load(con, loaded, stream)
        if not loaded.scan.readable:
            raise CouldNotRun(
                Finding("unreadable-file", f"{package.root / resource.path} cannot be read", "Validate it first.")
            )
    con.execute("USE memory")


def _text(column: str, alias: str = "") -> str:
    return f"CAST({alias}{name(column)} AS VARCHAR)"


def _source(side_: str, table: Table) -> str:
    return f"{side_}.raw.{name(table.name)}"


def _number(con: Any, query: str) -> int:
    return int(con.execute(query).fetchone()[0])


@dataclass(frozen=True)
class _Pair:
    """One table on both sides: how its rows are matched, and which columns are compared."""

    con: Any
    old: Table
    new: Table
    shown: int

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The primary key if both sides have the same; else every common column: rows are matched as wholes then."""
        key = self.new.primary_key
        return key if key and key == self.old.primary_key else self.common

    @cached_property
    def common(self) -> tuple[str, ...]:
        return tuple(n for n in self.new.names if n in self.old.names)

    @cached_property
    def columns(self) -> list[str]:
        return [c for c in self.common if c not in self.keys]

    def on(self, alias: str) -> str:
        """The condition that a row of an alias has the key of a row of `d`."""
        return " AND ".join(f"{_text(k, alias)} IS NOT DISTINCT FROM d.k{i}" for i, k in enumerate(self.keys))

    def key_text(self, alias: str) -> str:
        """The key as people read it."""
        return " || ', ' || ".join(f"coalesce({_text(k, alias)}, '')" for k in self.keys)

    @property
    def listed(self) -> str:
        """The same of a row of `d`."""
        return " || ', ' || ".join(f"coalesce(k{i}, '')" for i in range(len(self.keys)))

    @property
    def pairs(self) -> str:
        """Old and new rows that have one key and differ."""
        return (
            f"d JOIN {_source('old', self.old)} o ON d.status = 'changed' AND {self.on('o.')} "
            f"JOIN {_source('new', self.new)} n ON {self.on('n.')}"
        )

    def find(self) -> None:
        """Make the table `d`: keys that one side has only, or whose rows differ, with their status."""
        self.con.execute("DROP TABLE IF EXISTS d")
        self.con.execute(f"CREATE TEMP TABLE d AS {self._by_key() if self.columns else self._as_wholes()}")

    def _by_key(self) -> str:
        def hashed(side_: str, table: Table) -> str:
            picked = ", ".join(f"{_text(k)} AS k{i}" for i, k in enumerate(self.keys))
            cells = ", ".join(f"coalesce({_text(c)}, chr(0))" for c in self.columns)
            return f"(SELECT {picked}, hash({cells}) AS h FROM {_source(side_, table)})"

        on = " AND ".join(f"o.k{i} IS NOT DISTINCT FROM n.k{i}" for i in range(len(self.keys)))
        picked = ", ".join(f"coalesce(o.k{i}, n.k{i}) AS k{i}" for i in range(len(self.keys)))
        status = "CASE WHEN o.h IS NULL THEN 'added' WHEN n.h IS NULL THEN 'removed' ELSE 'changed' END AS status"
        both = f"{hashed('old', self.old)} o FULL JOIN {hashed('new', self.new)} n ON {on}"
        return f"SELECT {picked}, {status} FROM {both} WHERE o.h IS DISTINCT FROM n.h"

    def _as_wholes(self) -> str:
        def rows(side_: str, table: Table) -> str:
            picked = ", ".join(f"{_text(k)} AS k{i}" for i, k in enumerate(self.keys))
            return f"SELECT {picked} FROM {_source(side_, table)}"

        old, new = rows("old", self.old), rows("new", self.new)
        return (
            f"SELECT *, 'added' AS status FROM ({new} EXCEPT ALL {old}) "
            f"UNION ALL SELECT *, 'removed' AS status FROM ({old} EXCEPT ALL {new})"
        )

    def result(self) -> TableDiff:
        """All differences of the table."""
        before = _number(self.con, f"SELECT count(*) FROM {_source('old', self.old)}")
        now = _number(self.con, f"SELECT count(*) FROM {_source('new', self.new)}")
        result = TableDiff(self.new.name, before, now)
        if not self.common:
            return result
        self.find()
        counts = dict(self.con.execute("SELECT status, count(*) FROM d GROUP BY status").fetchall())
        result.added, result.removed, result.changed = (counts.get(s, 0) for s in ("added", "removed", "changed"))
        for status, target in (("added", result.added_keys), ("removed", result.removed_keys)):
            query = f"SELECT {self.listed} AS k FROM d WHERE status = '{status}' ORDER BY k LIMIT {self.shown}"
            target += [row[0] for row in self.con.execute(query).fetchall()]
        if result.changed:
            self._cells(result)
            result.recodings = recodings(self.con, self.new, self.columns, self.pairs)
        if result.added and result.removed and self.columns:
            result.moved = self._moved()
        return result

    def _cells(self, result: TableDiff) -> None:
        differs = {c: f"{_text(c, 'o.')} IS DISTINCT FROM {_text(c, 'n.')}" for c in self.columns}
        counted = ", ".join(f"count(*) FILTER (WHERE {test})" for test in differs.values())
        counts = self.con.execute(f"SELECT {counted} FROM {self.pairs}").fetchone()
        result.fields = {c: count for c, count in zip(self.columns, counts, strict=True) if count}
        query = " UNION ALL ".join(
            f"(SELECT {self.key_text('n.')} AS k, {i} AS i, {_text(c, 'o.')} AS a, {_text(c, 'n.')} AS b "
            f"FROM {self.pairs} WHERE {differs[c]} ORDER BY k LIMIT {self.shown})"
            for i, c in enumerate(self.columns)
            if c in result.fields
        )
        found = self.con.execute(f"SELECT * FROM ({query}) ORDER BY k, i LIMIT {self.shown}").fetchall()
        result.cells = [Cell(key, self.columns[i], a, b) for key, i, a, b in found]

    def _moved(self) -> list[Moved]:
        """Rows that went and rows that came with the same content, each the only one with it.

        Identifiers and places in an order are not content: they change when a row moves.
        """
        content = [c for c in self.columns if self.new[c].level != "identifier" and c != "ordinal"]
        if not content:
            return []
        sides = []
        for alias, table, status in (("old", self.old, "removed"), ("new", self.new, "added")):
            cells = ", ".join(f"coalesce({_text(c, 't.')}, chr(0))" for c in content)
            rows = (
                f"SELECT {self.key_text('t.')} AS k, hash({cells}) AS h FROM {_source(alias, table)} t "
                f"JOIN d ON d.status = '{status}' AND {self.on('t.')}"
            )
            sides.append(f"(SELECT any_value(k) AS k, h FROM ({rows}) GROUP BY h HAVING count(*) = 1)")
        query = f"SELECT o.k, n.k FROM {sides[0]} o JOIN {sides[1]} n ON o.h = n.h ORDER BY o.k LIMIT {self.shown}"
        return [Moved(a, b) for a, b in self.con.execute(query).fetchall()]


def compare(old: Side, new: Side, shown: int = SHOWN, progress: Progress = quiet) -> Diff:
    """Compare two opened sides; see `diff`."""
    result = Diff(old.name, new.name, old.version, new.version)
    result.structure = structure(old.package.model, new.package.model)
    with _connection() as con:
        for alias, one in (("old", old), ("new", new)):
            progress(f"reading {one.name}")
            _load(con, alias, one.package)
        for table in new.package.model:
            if table.name in old.package.model.tables:
                progress(f"comparing {table.name}")
                result.tables.append(_Pair(con, old.package.model[table.name], table, shown).result())
    result.findings = judge(result, new.changelog)
    return result


def diff(old: str, new: str, shown: int = SHOWN, progress: Progress = quiet, root: Path | None = None) -> Diff:
    """Compare two versions of a package.

    Parameters
    ----------
    old, new : str
        Folder, zip file, git revision or version; see `clausula.versions.diff.sides.side`.
    shown : int
        How many keys, cells and moved rows are kept of each table; counts are never cut.

    Returns
    -------
    Diff
        Changes of structure, counts and examples of rows and cells, recodings, the version step that they call for,
        and findings where version or changelog disagree.

    Raises
    ------
    CouldNotRun
        If a side is not found or cannot be read.
    """
    with side(old, root) as before, side(new, root) as after:
        return compare(before, after, shown, progress)
