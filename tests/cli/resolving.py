"""Helpers to run `clausula code resolve` and to look up rows."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.command import clausula
from tests.poisoned.tables import Tables

SOURCE = "river-accord-2031"


def resolve(root: Path, *args: str, answers: str = "", source: str = SOURCE) -> subprocess.CompletedProcess[str]:
    return clausula("code", "resolve", source, "--package", str(root), *args, answers=answers)


def row_of(root: Path, table: str, **where: str) -> dict[str, str]:
    (row,) = [r for r in Tables(root)[table] if all(r[k] == v for k, v in where.items())]
    return row
