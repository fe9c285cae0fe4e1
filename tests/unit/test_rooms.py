"""Imports run downward through the rooms, without circles, and the pages that show the code are up to date."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.rooms import PUBLIC, ROOMS, SOURCE, circle, imports_of, modules_of, upward
from tests.conftest import ROOT

DISSOLVED = ("features", "check")
"""Rooms of version 0.2, whose modules have moved."""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(
        shutil.copytree(SOURCE, tmp_path / "clausula", ignore=shutil.ignore_patterns("__pycache__", "_package"))
    )


def test_every_module_is_in_a_room_or_public() -> None:
    folders = {path.name for path in SOURCE.iterdir() if path.is_dir() and any(path.glob("*.py"))}
    assert folders == set(ROOMS)
    assert {path.stem for path in SOURCE.glob("*.py")} == set(PUBLIC)
    assert not folders & set(DISSOLVED)
    assert not (SOURCE / "core/text.py").exists()


def test_the_imports_are_found() -> None:
    found = {(one.module, one.target) for one in imports_of()}
    assert ("clausula.validation.run", "clausula.validation.duckdb_engine") in found
    assert ("clausula.commands.show", "clausula.analysis.show") in found  # inside a function
    assert len(modules_of(SOURCE)) > 200


def test_no_import_runs_up() -> None:
    assert [str(one) for one in upward()] == []


def test_no_circle_of_imports() -> None:
    assert circle() == []


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("core/findings.py", "from clausula.derive import pages\n"),
        ("derive/pages.py", "def late() -> None:\n    from clausula.validation.run import validate\n"),
        ("analysis/views.py", "import clausula.plot\n"),
        (
            "evidence/text.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from clausula.coding import form\n",
        ),
    ],
)
def test_an_import_that_runs_up_is_found(copy: Path, file: str, line: str) -> None:
    path = copy / file
    path.write_text(path.read_text(encoding="utf-8") + line, encoding="utf-8")
    module = f"clausula.{file.removesuffix('.py').replace('/', '.')}"
    assert {one.module for one in upward(copy)} == {module}


def test_a_circle_is_found(copy: Path) -> None:
    path = copy / "core/findings.py"
    path.write_text(path.read_text(encoding="utf-8") + "from clausula.core import package\n", encoding="utf-8")
    assert {"clausula.core.findings", "clausula.core.package"} <= set(circle(copy))


def test_a_circle_through_a_package_is_found(copy: Path) -> None:
    path = copy / "versions/fetch.py"
    path.write_text(
        path.read_text(encoding="utf-8") + "from clausula.versions.diff.step import raised\n", encoding="utf-8"
    )
    assert {"clausula.versions.fetch", "clausula.versions.diff.sides"} <= set(circle(copy))


def test_the_reference_pages_are_up_to_date() -> None:
    command = [sys.executable, "scripts/reference_pages.py", "--check"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
