"""What `clausula validate` finds in the shipped package, for all tests that ask."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.command import clausula
from tests.conftest import ROOT
from tests.excerpt import excerpt
from tests.shared import once

__all__ = ["excerpt"]


@pytest.fixture(scope="session")
def validated(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return the report of `clausula validate --json` with all layers, which must exit with status 0."""

    def make(folder: Path) -> None:
        run = clausula("validate", "--json", cwd=ROOT)
        assert run.returncode == 0, run.stdout[-2000:] + run.stderr
        (folder / "report.json").write_text(run.stdout, encoding="utf-8")

    report: dict[str, Any] = json.loads((once(tmp_path_factory, "validated", make) / "report.json").read_text("utf-8"))
    return report
