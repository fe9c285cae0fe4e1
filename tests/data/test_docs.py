"""What the documents say is what happens."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

import clausula
from clausula.commands.main import parser
from tests.command import clausula as clausula_command
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("code", re.findall(r"```python\n(.*?)```", README, re.DOTALL))
def test_the_python_of_the_readme_runs(code: str) -> None:
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert "print" not in code or "minsk-package-2015" in run.stdout


COMMANDS = [" ".join(c.split()) for c in re.findall(r"^clausula ([^#\n]+)", README, re.MULTILINE)]


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_of_the_readme_work(command: str) -> None:
    arguments = command.split()
    assert parser().parse_args(arguments).command == arguments[0]
    if "--texts" not in arguments:  # whoever has no texts cannot run it
        run = clausula_command(*arguments, cwd=ROOT)
        assert run.returncode == 0, run.stderr


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
