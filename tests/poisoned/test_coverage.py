"""Every constraint and every rule has a poisoned case in every layer, and the page that lists them is up to date."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import ROOT

PAGE = ROOT / "docs" / "coverage.md"


@pytest.mark.exhaustive
def test_coverage_page_is_up_to_date() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "coverage_table.py"), "--check"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_every_check_has_a_case() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert "**none**" not in page
    assert page.count("| case ") >= 300
