"""What the documents say is what happens."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

import clausula
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("code", re.findall(r"```python\n(.*?)```", README, re.DOTALL))
def test_the_python_of_the_readme_runs(code: str) -> None:
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert "print" not in code or "minsk-package-2015" in run.stdout


def test_the_commands_of_the_readme_exist() -> None:
    for command in re.findall(r"^clausula ([^#\n]+)", README, re.MULTILINE):
        if "--texts" in command:
            continue
        run = subprocess.run([sys.executable, "-m", "clausula", *command.split()], cwd=ROOT, capture_output=True, text=True, check=False)
        assert run.returncode == 0, (command, run.stderr)


def test_the_readme_fits_two_screens() -> None:
    assert len(README.splitlines()) <= 90


def test_the_changelog_has_an_entry_with_true_numbers() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    entry = changelog.split(f"## {clausula.data_version} ")[1].split("\n## ")[0]
    for table, pattern in {
        "provisions": r"`provisions`: (\d+) of",
        "reactions": r"`reactions`: (\d+) with",
        "reaction_targets": r"with (\d+) targets",
        "events": r"`events`: (\d+)",
        "disputes": r"`disputes`: (\d+)",
        "resolutions": r"`resolutions`: (\d+)",
    }.items():
        found = re.search(pattern, entry)
        assert found is not None, table
        assert int(found[1]) == len(clausula.load(table)), table


def test_the_readme_tells_the_version_it_speaks_of() -> None:
    assert f"Version {clausula.data_version} holds" in README
