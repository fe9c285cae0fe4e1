"""What a form last put in, so that its next hand-in is told apart from what others changed meanwhile.

A receipt is a working file of the checkout (`.clausula/`, not part of the package and not committed): the rows that
one workbook or page last handed in, in the terms of the tables. Without one, what the form showed at first stands in.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from clausula.coding.records import Final

FOLDER = ".clausula"


def receipt_path(pass_id: str, origin: str) -> str:
    """Where the receipt of a form is kept, inside the checkout."""
    return f"{FOLDER}/{pass_id}.{origin}.json"


def read_receipt(root: Path, pass_id: str, origin: str) -> list[Final] | None:
    """The rows that a form last put in, or None if it put in none here."""
    if not origin:
        return None
    try:
        held = json.loads((root / receipt_path(pass_id, origin)).read_text(encoding="utf-8"))
        return [Final(str(table), {str(k): str(v) for k, v in values.items()}) for table, values in held]
    except (OSError, ValueError, TypeError, AttributeError):
        return None


def receipt(rows: Iterable[Final]) -> bytes:
    """A receipt of rows; the same bytes for the same rows."""
    lines = [json.dumps([row.table, row.values], ensure_ascii=False) for row in rows]
    return ("[\n" + ",\n".join(lines) + "\n]\n").encode("utf-8")
