"""The texts on which readers disagree, and what each layer reports for them (`texts.json`)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clausula.core.findings import Finding
from tests.poisoned.tables import Tables

CONTENT: dict[str, Any] = json.loads((Path(__file__).parent / "texts.json").read_text(encoding="utf-8"))
LAYERS: list[str] = CONTENT["layers"]
BLIND: dict[str, str] = CONTENT["blind"]
REASONS: dict[str, str] = CONTENT["reasons"]


@dataclass(frozen=True)
class Line:
    """A text in a cell of one type.

    Attributes
    ----------
    place : tuple of str
        Table and field of the cell.
    outcomes : tuple of str
        For each of LAYERS, the codes that it reports for the cell, or the reason why it reports none.
    """

    kind: str
    text: str
    place: tuple[str, str]
    outcomes: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.kind} {json.dumps(self.text)}"

    def expected(self, layer: str) -> set[str]:
        """Return the codes that a layer must report."""
        outcome = BLIND.get(layer) or self.outcomes[LAYERS.index(layer)]
        return set() if layer in BLIND or outcome in REASONS else set(outcome.split(" + "))


def _line(kind: str, text: str, *outcomes: str) -> Line:
    table, field = CONTENT["fields"][kind].split(".")
    return Line(kind, text, (table, field), outcomes)


LINES = [_line(*line) for line in CONTENT["texts"]]
TABLES = sorted({line.place[0] for line in LINES})


def add_disputed_texts(root: Path) -> dict[str, int]:
    """Add a row for every text, a copy of the first row of its table except for one cell; return the row numbers."""
    tables, clean = Tables(root), Tables(root)
    rows = {}
    for line in LINES:
        table, field = line.place
        tables[table].append({**clean[table][0], field: line.text})
        rows[line.name] = len(tables[table])
    for table in TABLES:
        tables.write(table)
    return rows


def codes(findings: Iterable[Finding]) -> dict[tuple[str, int, str], set[str]]:
    """Return the codes of the findings, by cell: table, row and field."""
    found: dict[tuple[str, int, str], set[str]] = {}
    for f in findings:
        if f.table and f.row and f.field:
            found.setdefault((f.table, f.row, f.field), set()).add(f.code)
    return found
