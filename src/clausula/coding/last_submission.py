"""Receipts: the rows that a form last imported, so that its next submission is not confused with changes by others.

A receipt is a working file in the checkout (`.clausula/`, not part of the package and not committed). It contains the
rows that one workbook or page last submitted, as rows of tables. If there is no receipt, the rows that the form showed
at first are used instead.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from clausula.coding.records import TableRow

FOLDER = ".clausula"


def receipt_path(pass_id: str, origin: str) -> str:
    """Return the path of the receipt of a form within the checkout."""
    return f"{FOLDER}/{pass_id}.{origin}.json"


def read_receipt(root: Path, pass_id: str, origin: str) -> list[TableRow] | None:
    """Return the rows that a form last imported, or None if it has imported none here."""
    if not origin:
        return None
    try:
        held = json.loads((root / receipt_path(pass_id, origin)).read_text(encoding="utf-8"))
        return [TableRow(str(table), {str(k): str(v) for k, v in values.items()}) for table, values in held]
    except (OSError, ValueError, TypeError, AttributeError):
        return None


def receipt_bytes(rows: Iterable[TableRow]) -> bytes:
    """Return a receipt of rows; the same rows always give the same bytes."""
    lines = [json.dumps([row.table, row.values], ensure_ascii=False) for row in rows]
    return ("[\n" + ",\n".join(lines) + "\n]\n").encode("utf-8")
