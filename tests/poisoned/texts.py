"""The texts on which readers disagree, and what each layer makes of them (`texts.json`)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clausula.core.findings import Finding
from tests.poisoned.tables import Tables

GIVEN: dict[str, Any] = json.loads((Path(__file__).parent / "texts.json").read_text(encoding="utf-8"))
LAYERS: list[str] = GIVEN["layers"]
BLIND: dict[str, str] = GIVEN["blind"]
REASONS: dict[str, str] = GIVEN["reasons"]


@dataclass(frozen=True)
class Line:
    """A text that stands in a cell of one kind.

    Attributes
    ----------
    place : tuple of str
        Table and field in which it is put.
    outcomes : tuple of str
        For each of LAYERS, the codes that it finds at the cell, or why it finds none.
    """

    kind: str
    text: str
    place: tuple[str, str]
    outcomes: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.kind} {json.dumps(self.text)}"

    def due(self, layer: str) -> set[str]:
        """The codes that a layer must find."""
        outcome = BLIND.get(layer) or self.outcomes[LAYERS.index(layer)]
        return set() if layer in BLIND or outcome in REASONS else set(outcome.split(" + "))


def _line(kind: str, text: str, *outcomes: str) -> Line:
    table, field = GIVEN["fields"][kind].split(".")
    return Line(kind, text, (table, field), outcomes)


LINES = [_line(*line) for line in GIVEN["texts"]]
TABLES = sorted({line.place[0] for line in LINES})


def spoil(root: Path) -> dict[str, int]:
    """Put every text into a row of its own, like the first one of its table but for one cell; the row of each line."""
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
    """What was found in which cell: table, row and field."""
    found: dict[tuple[str, int, str], set[str]] = {}
    for f in findings:
        if f.table and f.row and f.field:
            found.setdefault((f.table, f.row, f.field), set()).add(f.code)
    return found
