"""Receipts: the rows that a form last imported, so that its next submission is not confused with changes by others.

A receipt is a working file in the checkout (`.clausula/`, not part of the package and not committed). It contains the
rows that one workbook or page submitted, as rows of tables; the last few of each form are kept. Git changes the tables
and leaves the receipts: after a switch of branches, a reset or a stash, the receipt that counts is the one that fits
the tables, and none does if they do not have the pass. If there is no receipt, the rows that the form showed at
first are used instead.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from clausula.coding.records import TableRow
from clausula.core.store import Values
from clausula.core.tables import Key, Tables, key_of

FOLDER = ".clausula"

KEPT = 4
"""The number of receipts of a form that are kept."""

OF_PASS = ("coding_units", "codings")
"""Tables in which every row belongs to one pass."""


def receipt_path(pass_id: str, origin: str, age: int = 0) -> str:
    """Return the path of a receipt of a form within the checkout; the last one has the age 0."""
    return f"{FOLDER}/{pass_id}.{origin}{f'.{age}' if age else ''}.json"


def _read(path: Path) -> list[TableRow] | None:
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        return [TableRow(str(table), {str(k): str(v) for k, v in values.items()}) for table, values in held]
    except (OSError, ValueError, TypeError, AttributeError):
        return None


def _departures(rows: Sequence[TableRow], tables: Tables, index: Mapping[str, Mapping[Key, Values]], own: int) -> int:
    """Return the number of rows in which a receipt and the tables differ; `own` is the number of rows of the pass."""
    found, coded = 0, 0
    for row in rows:
        coded += row.table in OF_PASS
        current = index[row.table].get(key_of(tables.table(row.table), row.values)) if row.table in index else None
        found += current is None or any(current.get(name) != value for name, value in row.values.items())
    return found + max(0, own - coded)


def baseline(tables: Tables, pass_id: str, origin: str, shown: Sequence[TableRow]) -> list[TableRow]:
    """Return the rows that a form last imported into the tables as they are now, or that it was shown.

    Parameters
    ----------
    tables : Tables
    pass_id, origin : str
        The pass, and the form.
    shown : sequence of TableRow
        The rows that the form showed at first.
    """
    paths = [tables.package.root / receipt_path(pass_id, origin, age) for age in range(KEPT)] if origin else []
    known = [rows for path in paths if (rows := _read(path)) is not None]
    if not known and not shown:
        return []
    names = {row.table for rows in (*known, shown) for row in rows}
    index = {name: tables.index(name) for name in names if name in tables.rows}
    if (pass_id,) not in tables.index("coding_passes"):
        present = (row for row in shown if row.table in index)
        return [row for row in present if key_of(tables.table(row.table), row.values) in index[row.table]]
    if len(known) <= 1 and not shown:
        return known[0]
    own = sum(1 for name in OF_PASS for _ in tables.where(name, pass_id=pass_id))
    return min([*known, list(shown)], key=lambda rows: _departures(rows, tables, index, own))


def receipt_files(root: Path, pass_id: str, origin: str, rows: Iterable[TableRow]) -> dict[str, bytes]:
    """Return the receipts of a form after an import, by path; the same rows always give the same bytes."""
    lines = [json.dumps([row.table, row.values], ensure_ascii=False) for row in rows]
    contents = [("[\n" + ",\n".join(lines) + "\n]\n").encode("utf-8")]
    for age in range(KEPT - 1):
        path = root / receipt_path(pass_id, origin, age)
        if path.is_file() and (content := path.read_bytes()) not in contents:
            contents.append(content)
    return {receipt_path(pass_id, origin, age): content for age, content in enumerate(contents)}
