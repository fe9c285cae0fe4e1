"""Compare the rows of two packages cell by cell in DuckDB, matched by primary key, with bounded memory.

Each side is read at most twice: first the key and a hash of each row, to find the rows that differ; then only the cells
of those rows. The hash has 64 bits and is only compared between rows with the same key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from clausula.core.findings import SHOWN, CouldNotRun
from clausula.core.model import Table
from clausula.core.progress import Progress, quiet
from clausula.core.scratch import Scratch, connect
from clausula.core.store import Store
from clausula.derive.dialect import DUCKDB
from clausula.validation import table_loading
from clausula.validation.duckdb_engine import MEMORY
from clausula.versions.diff.result import Cell, Diff, MovedRow, Recoding, TableDiff
from clausula.versions.diff.sides import open_side
from clausula.versions.diff.step import check_version_step
from clausula.versions.diff.structure import structure_changes

quoted = DUCKDB.name

GROUPS = ("instrument_id", "source_id", "provision_id", "reaction_id", "event_id", "evidence_id", "pass_id")
"""Fields by which recodings are grouped; the first one that the table has is used. The part of an ID before the first
full stop is the ID of the instrument or source."""


@contextmanager
def _connection() -> Iterator[Any]:
    spill = Scratch("diff")
    with spill, closing(connect(spill, MEMORY)) as con:
        con.execute("SET preserve_insertion_order = false")
        yield con


def _load(con: Any, alias: str, store: Store) -> None:
    """Load the cells of a package as text into a database named `alias`, with one relation for each table."""
    con.execute(f"ATTACH ':memory:' AS {alias}")
    con.execute(f"USE {alias}")
    con.execute("CREATE SCHEMA raw")
    con.execute("CREATE SCHEMA parts")
    folder = Path(con.execute("SELECT current_setting('temp_directory')").fetchall()[0][0])
    for resource in store.package:
        located = table_loading.locate_files(store.package, resource, folder)
        loaded = table_loading.load_stored(con, store, resource, located, stream=True)
        for file in loaded.files:
            if file.path is None or not file.scan.readable:
                raise CouldNotRun.of("unreadable-file:compared", path=store.package.root / file.resource.path)
    con.execute("USE memory")


def _text(column: str, alias: str = "") -> str:
    return f"CAST({alias}{quoted(column)} AS VARCHAR)"


def _joined(keys: Iterable[str]) -> str:
    return " || ', ' || ".join(f"coalesce({key}, '')" for key in keys)


def _cells(columns: list[str], alias: str = "") -> str:
    return ", ".join(f"coalesce({_text(column, alias)}, chr(0))" for column in columns)


def _relation(side: str, table: Table) -> str:
    return f"{side}.raw.{quoted(table.name)}"


@dataclass(frozen=True)
class _TablePair:
    """One table on both sides: how its rows are matched, and which columns are compared."""

    con: Any
    old: Table
    new: Table
    shown: int

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The primary key if both sides have the same; otherwise all common columns, so that whole rows are matched."""
        key = self.new.primary_key
        return key if key and key == self.old.primary_key else self.common

    @cached_property
    def common(self) -> tuple[str, ...]:
        return tuple(n for n in self.new.names if n in self.old.names)

    @cached_property
    def columns(self) -> list[str]:
        return [c for c in self.common if c not in self.keys]

    def key_condition(self, alias: str) -> str:
        """Return the condition that a row of `alias` has the key of a row of `d`."""
        return " AND ".join(f"{_text(k, alias)} IS NOT DISTINCT FROM d.k{i}" for i, k in enumerate(self.keys))

    def key_text(self, alias: str) -> str:
        """Return the expression for the key of a row as readable text."""
        return _joined(_text(k, alias) for k in self.keys)

    @cached_property
    def key_columns(self) -> str:
        """The cells of the key as the columns k0, k1, ..."""
        return ", ".join(f"{_text(k)} AS k{i}" for i, k in enumerate(self.keys))

    @property
    def pairs(self) -> str:
        """Join of the old and new rows that have the same key and differ."""
        return (
            f"d JOIN {_relation('old', self.old)} o ON d.status = 'changed' AND {self.key_condition('o.')} "
            f"JOIN {_relation('new', self.new)} n ON {self.key_condition('n.')}"
        )

    def find_differences(self) -> None:
        """Create the table `d`: keys that only one side has or whose rows differ, with their status."""
        self.con.execute("DROP TABLE IF EXISTS d")
        self.con.execute(f"CREATE TEMP TABLE d AS {self._by_key() if self.columns else self._by_whole_row()}")

    def _by_key(self) -> str:
        def hashed(side: str, table: Table) -> str:
            return f"(SELECT {self.key_columns}, hash({_cells(self.columns)}) AS h FROM {_relation(side, table)})"

        on = " AND ".join(f"o.k{i} IS NOT DISTINCT FROM n.k{i}" for i in range(len(self.keys)))
        keys = ", ".join(f"coalesce(o.k{i}, n.k{i}) AS k{i}" for i in range(len(self.keys)))
        status = "CASE WHEN o.h IS NULL THEN 'added' WHEN n.h IS NULL THEN 'removed' ELSE 'changed' END AS status"
        both = f"{hashed('old', self.old)} o FULL JOIN {hashed('new', self.new)} n ON {on}"
        return f"SELECT {keys}, {status} FROM {both} WHERE o.h IS DISTINCT FROM n.h"

    def _by_whole_row(self) -> str:
        old = f"SELECT {self.key_columns} FROM {_relation('old', self.old)}"
        new = f"SELECT {self.key_columns} FROM {_relation('new', self.new)}"
        return (
            f"SELECT *, 'added' AS status FROM ({new} EXCEPT ALL {old}) "
            f"UNION ALL SELECT *, 'removed' AS status FROM ({old} EXCEPT ALL {new})"
        )

    def result(self) -> TableDiff:
        """Return all differences of the table."""
        relations = _relation("old", self.old), _relation("new", self.new)
        sizes = [self.con.execute(f"SELECT count(*) FROM {one}").fetchall()[0][0] for one in relations]
        result = TableDiff(self.new.name, *sizes)
        if not self.common:
            return result
        self.find_differences()
        counts = dict(self.con.execute("SELECT status, count(*) FROM d GROUP BY status").fetchall())
        result.added, result.removed, result.changed = (counts.get(s, 0) for s in ("added", "removed", "changed"))
        key = _joined(f"k{i}" for i in range(len(self.keys)))
        for status, target in (("added", result.added_keys), ("removed", result.removed_keys)):
            query = f"SELECT {key} AS k FROM d WHERE status = '{status}' ORDER BY k LIMIT {self.shown}"
            target += [row[0] for row in self.con.execute(query).fetchall()]
        if result.changed:
            self._cells(result)
            result.recodings = list(self._recodings())
        if result.added and result.removed and self.columns:
            result.moved = self._moved_rows()
        return result

    def _cells(self, result: TableDiff) -> None:
        differs = {c: f"{_text(c, 'o.')} IS DISTINCT FROM {_text(c, 'n.')}" for c in self.columns}
        counted = ", ".join(f"count(*) FILTER (WHERE {test})" for test in differs.values())
        counts = self.con.execute(f"SELECT {counted} FROM {self.pairs}").fetchall()[0]
        result.fields = {c: count for c, count in zip(self.columns, counts, strict=True) if count}
        query = " UNION ALL ".join(
            f"(SELECT {self.key_text('n.')} AS k, {i} AS i, {_text(c, 'o.')} AS a, {_text(c, 'n.')} AS b "
            f"FROM {self.pairs} WHERE {differs[c]} ORDER BY k LIMIT {self.shown})"
            for i, c in enumerate(self.columns)
            if c in result.fields
        )
        found = self.con.execute(f"SELECT * FROM ({query}) ORDER BY k, i LIMIT {self.shown}").fetchall()
        result.cells = [Cell(key, self.columns[i], a, b) for key, i, a, b in found]

    def _recodings(self) -> Iterator[Recoding]:
        """Yield the changes of coded values, counted by variable, old value, new value, and instrument or source."""
        by = next((g for g in GROUPS if g in self.new.names), None)
        group = f"coalesce(split_part({_text(by, 'n.')}, '.', 1), '')" if by else "''"
        for column in (c for c in self.columns if self.new[c].coded):
            a, b = _text(column, "o."), _text(column, "n.")
            query = (
                f"SELECT {group} AS g, {a} AS a, {b} AS b, count(*) FROM {self.pairs} WHERE {a} IS DISTINCT FROM {b} "
                "GROUP BY ALL ORDER BY ALL"
            )
            for row in self.con.execute(query).fetchall():
                yield Recoding(self.new.name, column, *row)

    def _moved_rows(self) -> list[MovedRow]:
        """Return pairs of a removed and an added row with the same content, if no other row has that content.

        Identifiers and ordinals do not count as content, because they change when a row moves.
        """
        content = [c for c in self.columns if self.new[c].level != "identifier" and c != "ordinal"]
        if not content:
            return []
        sides = []
        for alias, table, status in (("old", self.old, "removed"), ("new", self.new, "added")):
            rows = (
                f"SELECT {self.key_text('t.')} AS k, hash({_cells(content, 't.')}) AS h "
                f"FROM {_relation(alias, table)} t JOIN d ON d.status = '{status}' AND {self.key_condition('t.')}"
            )
            sides.append(f"(SELECT any_value(k) AS k, h FROM ({rows}) GROUP BY h HAVING count(*) = 1)")
        query = f"SELECT o.k, n.k FROM {sides[0]} o JOIN {sides[1]} n ON o.h = n.h ORDER BY o.k LIMIT {self.shown}"
        return [MovedRow(a, b) for a, b in self.con.execute(query).fetchall()]


def diff(old: str, new: str, shown: int = SHOWN, progress: Progress = quiet, root: Path | None = None) -> Diff:
    """Compare two versions of a package.

    Parameters
    ----------
    old, new : str
        Folder, zip file, git revision or version; see `clausula.versions.diff.sides.open_side`.
    shown : int
        Maximum number of keys, cells and moved rows listed for each table. Counts are always complete.
    root : Path, optional
        A folder of the checkout in which revisions are looked up.

    Returns
    -------
    Diff
        Changes of structure, counts and examples of changed rows and cells, recodings, the version step they require,
        and findings where the version or the changelog disagrees.

    Raises
    ------
    CouldNotRun
        If a package is not found or cannot be read.
    """
    with open_side(old, root) as before, open_side(new, root) as after, _connection() as con:
        tables = before.package.model.tables
        result = Diff(old, new, before.version, after.version)
        result.structure = structure_changes(before.package.model, after.package.model)
        for alias, side in (("old", before), ("new", after)):
            progress(f"reading {side.name}")
            _load(con, alias, side.store)
        for table in after.package.model:
            if table.name in tables:
                progress(f"comparing {table.name}")
                result.tables.append(_TablePair(con, tables[table.name], table, shown).result())
        result.findings = check_version_step(result, after.changelog)
        return result
