"""Semantic rules across fields and tables, one SQL file for each rule in `validation/rules/`.

A rule file starts with comment lines `-- name: value` for `severity`, `says` (the message of a violation) and `do`
(the hint on how to fix it). The name of the file is the code of the rule. The query returns one row for each violation:
`tbl` (the table), `_row` (the number of the row) and `field` (the field to report). With a line `names`, the query also
returns `named`, and the message ends with this line and all that is named at a place. The query can read
the typed tables, each with `_row`, and uses only SQL that both DuckDB and Spark support.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from clausula.core.findings import CouldNotRun

RULES = "validation/rules"
"""Folder of the rules in a package."""

_HEADER = re.compile(r"-- (severity|says|do|names): (.+)")


@dataclass(frozen=True)
class Rule:
    """One semantic rule: its code, severity, message, hint and query, and the words before what the query names."""

    code: str
    severity: str
    says: str
    do: str
    sql: str
    names: str = ""


def read_rule(path: Path) -> Rule:
    """Read a rule from its file; raise CouldNotRun if a header line is missing."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeError:
        text = ""
    return parse_rule(path, text)


def parse_rule(path: Path, text: str) -> Rule:
    """Return the rule of a file with this text; raise CouldNotRun if a header line is missing."""
    header = dict(_HEADER.findall(text))
    if set(header) - {"names"} != {"severity", "says", "do"} or header["severity"] not in ("error", "warning"):
        raise CouldNotRun.of("invalid-rule", file=path.name)
    return Rule(path.stem, header["severity"], header["says"], header["do"], text, header.get("names", ""))


def read_rules(folder: Path) -> list[Rule]:
    """Read all rules in a folder, sorted by code."""
    return [read_rule(path) for path in sorted(folder.glob("*.sql"))]
