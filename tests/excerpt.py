"""An excerpt of the shipped package: some of its sources, with all that is coded from them.

Its size does not grow with the corpus. Tests that compare what two programs read, cell by cell, take it instead of all
tables, which have the same structure and the same kinds of values.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from clausula.agreement.report import measure_agreement
from clausula.core.package import csv_path, open_package
from clausula.core.tables import Tables, read_tables
from clausula.versions.build import build
from tests.shared import once
from tests.structure import copy_structure

ROOT = Path(__file__).resolve().parent.parent

SOURCES = (
    "poroshenko-plan-2014",
    "minsk-protocol-2014",
    "minsk-package-2015",
    "us-ru-black-sea-2025",
    "us-ua-black-sea-2025",
    "us-russia-draft-plan-report-2025",
    "us-geneva-readout-2025",
    "us-ua-geneva-statement-2025",
    "us-zelenskyy-call-statement-2025",
    "wh-gaza-plan-reactions-2025",
)
"""Sources of every kind: agreements with links between their provisions, statements, reports and lists of reactions."""


def remove_rows(tables: Tables) -> None:
    """Remove the other sources and their instruments, and every row that refers to a row that is removed."""
    rows = tables.rows
    for name in ("sources", "instruments"):
        rows[name] = [row for row in rows[name] if row["source_id"] in SOURCES]
    assert {row["source_id"] for row in rows["sources"]} == {*SOURCES}
    before = None
    while before != (before := {name: len(kept) for name, kept in rows.items()}):
        anchored = {row["event_id"] for row in rows["evidence"]}
        rows["events"] = [row for row in rows["events"] if row["event_id"] in anchored]
        for table in tables.package.model:
            for key in table.foreign_keys:
                known = {tuple(row[name] for name in key.reference) for row in rows[key.resource]}
                rows[table.name] = [
                    row
                    for row in rows[table.name]
                    if not all(row[name] for name in key.fields) or tuple(row[name] for name in key.fields) in known
                ]


def make_excerpt(target: Path) -> Path:
    """Write the excerpt, with its own figures of agreement, and build it."""
    tables = read_tables(open_package(ROOT))
    remove_rows(tables)
    assert all(len(rows) for name, rows in tables.rows.items() if name != "clause_alignment")
    copy_structure(target)
    (target / "data").mkdir()
    for name in tables.rows:
        (target / csv_path(name)).write_bytes(tables.bytes(name))
    assert measure_agreement(target).write()
    assert build(target).changed
    return target


@pytest.fixture(scope="session")
def excerpt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the excerpt, built; tests must not change it."""
    return once(tmp_path_factory, "excerpt", lambda folder: make_excerpt(folder / "package")) / "package"
