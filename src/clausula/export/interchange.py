"""Statements for Discourse Network Analyzer, and W3C Web Annotations; source texts are quoted only on request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

from clausula.analysis.dataset import Dataset
from clausula.core.lexical import format_value
from clausula.evidence.text import Text
from clausula.evidence.verify import read_text, text_file
from clausula.export.lines import records
from clausula.interchange.records import records_of


def _rows(data: Dataset) -> Callable[[str], Sequence[Mapping[str, str]]]:
    @cache
    def rows(table: str) -> list[dict[str, str]]:
        return [{name: format_value(value) for name, value in row.items()} for row in records(data.load(table))]

    return rows


def _texts(folder: Path | None) -> Callable[[str], Text | None]:
    @cache
    def text(source: str) -> Text | None:
        found = text_file(folder, source) if folder else None
        return Text(read_text(found)) if found else None

    return text


def write_dna(data: Dataset, tables: Sequence[str], target: Path, texts: Path | None = None) -> None:
    """Write the positions in reactions as a list of statements."""
    del tables
    from clausula.interchange.statements_write import write_statements

    rows = _rows(data)
    reactions = records_of(data.model, rows, ["reactions"])
    target.write_bytes(write_statements(data.model, rows, reactions, _texts(texts)))


def write_annotations(data: Dataset, tables: Sequence[str], target: Path, texts: Path | None = None) -> None:
    """Write all anchors as one collection of annotations."""
    del tables
    from clausula.interchange.annotations_write import write_annotations

    target.write_bytes(write_annotations(data.model, records_of(data.model, _rows(data)), _texts(texts)))
