"""Semantic rules as files: what must hold across fields and tables, in `validation/rules/`, one file a rule.

A rule file starts with comment lines `-- name: value` for `severity`, `says` (the rule as a sentence) and `do` (what
to do about a violation); its code is the name of the file. The query returns one row for each violation: `tbl` (the
table), `_row` (the number of the row) and `field` (where it shows). It sees the typed tables, each with `_row`, and
keeps to SQL that DuckDB and Spark both run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from clausula.core.findings import CouldNotRun, Finding

RULES = "validation/rules"
"""The folder of the rules, in a package."""

_HEADER = re.compile(r"-- (severity|says|do): (.+)")


@dataclass(frozen=True)
class Rule:
    """One semantic rule."""

    code: str
    severity: str
    says: str
    do: str
    sql: str


def read_rule(path: Path) -> Rule:
    """A rule from its file; CouldNotRun if a header line is missing."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeError:
        text = ""
    header = dict(_HEADER.findall(text))
    if set(header) != {"severity", "says", "do"} or header["severity"] not in ("error", "warning"):
        raise CouldNotRun(
            Finding(
                "invalid-rule",
                f"{path.name} lacks a header line",
                "Start it with -- severity:, -- says: and -- do:.",
                file=path.name,
            )
        )
    return Rule(path.stem, header["severity"], header["says"], header["do"], text)


def read_rules(folder: Path) -> list[Rule]:
    """All rules of a folder, in the order of their codes."""
    return [read_rule(path) for path in sorted(folder.glob("*.sql"))]
