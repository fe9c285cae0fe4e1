"""Findings: the one type through which every check in every layer speaks."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

ERROR, WARNING, INFO = "error", "warning", "info"
CLEAN, FOUND, COULD_NOT_RUN = 0, 1, 2
SHOWN = 100
"""How many findings of one code, table and field are shown unless told otherwise; counts are never cut."""


@dataclass(frozen=True)
class Finding:
    """One thing that a check found.

    Attributes
    ----------
    code : str
        Stable code: a constraint kind (`required`), a file fault (`ragged-row`) or the name of a rule.
    message, hint : str
        What is wrong, and what to do about it.
    severity : str
        error, warning or info.
    table, field, key, value : str, optional
        The table, the field, the primary key of the row as text, and the offending text.
    file : str, optional
        Path relative to the package.
    row, line, column : int, optional
        Row of data from 1; physical line from 1 on which the row starts; number of the field from 1.
    cell : str, optional
        Where it stands in what a coder handed in: `sheet!cell`, or the field of a page.
    layers : tuple of str
        The layers that found it.
    """

    code: str
    message: str
    hint: str = ""
    severity: str = ERROR
    table: str | None = None
    field: str | None = None
    key: str | None = None
    value: str | None = None
    file: str | None = None
    row: int | None = None
    line: int | None = None
    column: int | None = None
    cell: str | None = None
    layers: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """sheet!cell, or file:line:column as far as known."""
        if self.cell:
            return self.cell
        parts = [self.file or self.table or "package", *(str(n) for n in (self.line, self.column) if n is not None)]
        return ":".join(parts)

    @property
    def identity(self) -> tuple[Any, ...]:
        """What makes two findings the same one, whichever layer speaks."""
        return (self.code, self.table or self.file, self.row, self.field, self.cell, None if self.row else self.message)

    def as_dict(self) -> dict[str, Any]:
        """What is known, for JSON."""
        return {k: (list(v) if isinstance(v, tuple) else v) for k, v in asdict(self).items() if v not in (None, "", ())}


Group = tuple[str, str, str]
"""Code, table (or file) and field of findings that are counted together."""


def group_of(finding: Finding) -> Group:
    """The group in which a finding is counted."""
    return (finding.code, finding.table or finding.file or "", finding.field or "")


@dataclass
class Report:
    """Findings, with counts that no cap on what is shown changes, and what was checked.

    Attributes
    ----------
    shown : int
        How many findings of one group are kept as examples.
    findings : list of Finding
        The kept ones. One that several layers made stands once and names them all.
    checked : dict
        What the run looked at: tables, rows, layers, anchors.
    """

    shown: int = SHOWN
    findings: list[Finding] = field(default_factory=list)
    checked: dict[str, Any] = field(default_factory=dict)
    _by_layer: Counter[tuple[Group, tuple[str, ...]]] = field(default_factory=Counter, repr=False)
    _severity: dict[Group, str] = field(default_factory=dict, repr=False)
    _known: dict[tuple[Any, ...], int] = field(default_factory=dict, repr=False)

    def add(self, finding: Finding, more: int = 0) -> None:
        """Add a finding of one layer, and `more` of its group that the layer counted and does not bring."""
        group = group_of(finding)
        self._severity.setdefault(group, finding.severity)
        self._by_layer[group, finding.layers] += 1 + more
        known = self._known.get(finding.identity)
        if known is not None:
            old = self.findings[known]
            self.findings[known] = replace(old, layers=tuple(dict.fromkeys([*old.layers, *finding.layers])))
        elif self._by_layer[group, finding.layers] - more <= self.shown:
            self._known[finding.identity] = len(self.findings)
            self.findings.append(finding)

    def extend(self, findings: Iterable[Finding]) -> None:
        """Add several findings."""
        for finding in findings:
            self.add(finding)

    @property
    def counts(self) -> dict[Group, int]:
        """Number of findings of each group: what the layer says that found the most."""
        highest: dict[Group, int] = {}
        for (group, _), count in self._by_layer.items():
            highest[group] = max(count, highest.get(group, 0))
        return highest

    def total(self, severity: str = ERROR) -> int:
        """Number of findings of a severity."""
        return sum(count for group, count in self.counts.items() if self._severity[group] == severity)

    def exit_status(self, strict: bool = False) -> int:
        """0 if there is no error (with `strict`: and no warning), 1 if there is one."""
        return FOUND if self.total(ERROR) or (strict and self.total(WARNING)) else CLEAN

    def sorted(self) -> list[Finding]:
        """The findings by severity and place."""
        order = {ERROR: 0, WARNING: 1, INFO: 2}
        return sorted(
            self.findings,
            key=lambda f: (order[f.severity], f.file or "", f.line or 0, f.column or 0, _reading_order(f.cell), f.code),
        )

    def as_dict(self) -> dict[str, Any]:
        """The whole report, for JSON."""
        groups = [
            {"code": code, "table": table, "field": name, "count": count}
            for (code, table, name), count in sorted(self.counts.items())
        ]
        return {
            "errors": self.total(ERROR),
            "warnings": self.total(WARNING),
            "checked": self.checked,
            "counts": groups,
            "findings": [f.as_dict() for f in self.sorted()],
        }

    def to_json(self) -> str:
        """The whole report as JSON."""
        return json.dumps(self.as_dict(), ensure_ascii=False, indent=2)


def _reading_order(cell: str | None) -> tuple[str, int, int, str]:
    """By sheet, row and column, so that A9 comes before A10 and Z1 before AA1."""
    sheet, _, at = (cell or "").partition("!")
    letters = "".join(char for char in at if char.isalpha())
    digits = "".join(char for char in at if char.isdecimal())[:9]
    return sheet, int(digits or 0), len(letters), letters


class CouldNotRun(Exception):
    """The command cannot do its work at all; carries the finding that says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def shown(value: str, limit: int = 80) -> str:
    """A value made safe to print: control and bidirectional characters escaped, long text cut."""
    safe = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in value[: limit + 1])
    return safe if len(value) <= limit else f"{safe[:limit]}… ({len(value)} characters)"
