"""Workbooks in the old format .xls, read in a process of their own.

The library that reads them can abort the process or allocate without limit on a damaged file. This module is also the
script of that process, so it imports nothing of Clausula.
"""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

SECONDS, BYTES = 120, 4 << 30
"""How long the process may take, and how much memory it may use."""

PASSWORD = "password"
"""The error of a workbook with a password."""

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


class XlsError(ValueError):
    """Raised if a file is not a readable workbook; the message is `PASSWORD`, or says why."""


def read_xls(path: Path) -> tuple[str, list[list[Any]]]:
    """Return the name and the rows of the first sheet with more than one row; dates as ISO 8601.

    Raises
    ------
    ModuleNotFoundError
        If python-calamine is not installed.
    XlsError
        If the file is damaged, or has a password.
    """
    import python_calamine  # noqa: F401  # the process reports no missing library

    try:
        command = [sys.executable, "-P", str(Path(__file__)), str(path)]
        done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=SECONDS, check=False)
        answer = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise XlsError(f"it took longer than {SECONDS} seconds") from error
    except ValueError as error:
        raise XlsError("the file is damaged") from error
    if "error" in answer:
        raise XlsError(answer["error"])
    return answer["sheet"], answer["rows"]


def _plain(cell: Any) -> Any:
    """Return a cell as a value for JSON."""
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    return cell if cell is None or isinstance(cell, str | int | float) else str(cell)


def _answer(path: Path) -> dict[str, Any]:
    import io

    import python_calamine

    content = path.read_bytes()
    if _ENCRYPTED in content:
        return {"error": PASSWORD}
    try:
        with python_calamine.load_workbook(io.BytesIO(content)) as book:
            sheets = ((n, book.get_sheet_by_name(n).to_python(skip_empty_area=False)) for n in book.sheet_names)
            read = list(sheets)
    except python_calamine.PasswordError:
        return {"error": PASSWORD}
    except python_calamine.CalamineError as error:
        return {"error": str(error)}
    name, rows = next((sheet for sheet in read if len(sheet[1]) > 1), read[0])
    return {"sheet": name, "rows": [[_plain(cell) for cell in row] for row in rows]}


def _limit_memory() -> None:
    try:
        import resource
    except ModuleNotFoundError:  # Windows has no such limit
        return
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, resource.getrlimit(resource.RLIMIT_AS)[1]))


if __name__ == "__main__":
    _limit_memory()
    sys.stdout.write(json.dumps(_answer(Path(sys.argv[1]))))
