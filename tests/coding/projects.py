"""Projects with the practice text, empty and coded, and the rows that their forms show and submit."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from clausula.coding.form import Form
from clausula.coding.passes import Pass, shown_rows
from clausula.coding.submission import FormRow, Submission
from clausula.coding.submit import Outcome, submit
from clausula.core.package import open_package
from clausula.core.tables import read_tables
from clausula.evidence.text import Text
from tests.coding.practice import RAW, SOURCE, Rows, coding, project, submission
from tests.shared import once


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with the practice source and nothing coded; do not change it."""
    return once(tmp_path_factory, "empty", lambda folder: project(folder / "project")) / "project"


@pytest.fixture(scope="session")
def ingested(empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same project after the import of pass a; do not change it."""

    def make(folder: Path) -> None:
        root = Path(shutil.copytree(empty, folder / "project"))
        assert submit(root, submission(coding()), RAW).imported

    return once(tmp_path_factory, "ingested", make) / "project"


@pytest.fixture
def fresh(empty: Path, tmp_path: Path) -> Path:
    """A copy of the empty project, for tests that change it."""
    return Path(shutil.copytree(empty, tmp_path / "project"))


@pytest.fixture
def coded(ingested: Path, tmp_path: Path) -> Path:
    """A copy of the coded project, for tests that change it."""
    return Path(shutil.copytree(ingested, tmp_path / "project"))


def errors(outcome: Outcome) -> set[tuple[str | None, str]]:
    return {(f.cell, f.code) for f in outcome.report.findings if f.severity == "error"}


def edit(root: Path, name: str, old: str, new: str) -> None:
    path = root / "data" / f"{name}.csv"
    content = path.read_text(encoding="utf-8")
    assert content.count(old) == 1, (name, old, content.count(old))
    path.write_text(content.replace(old, new), encoding="utf-8")


def shown(root: Path, letter: str = "a") -> list[FormRow]:
    tables = read_tables(open_package(root))
    return shown_rows(Pass(tables, Form(tables.package.model, letter == "a"), SOURCE, letter), Text(RAW))


def as_shown(root: Path, rows: Rows | None = None) -> Submission:
    """Return the submission of a newly made form, with the given rows instead of the shown ones."""
    was = shown(root)
    return submission(rows if rows is not None else rows_by_table(was), origin="new", shown=was)


def rows_by_table(rows: list[FormRow]) -> Rows:
    found: Rows = {}
    for row in rows:
        found.setdefault(row.table, []).append(dict(row.cells))
    return found
