"""What the documents say is what happens."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import clausula
from clausula.commands.main import parser
from tests.command import clausula as clausula_command
from tests.conftest import ROOT
from tests.pairs import chosen

README = (ROOT / "README.md").read_text(encoding="utf-8")


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip().splitlines()]


@pytest.mark.parametrize(
    ("code", "shown"), re.findall(r"```python\n(.*?)```(?:\n\n```text\n(.*?)```)?", README, re.DOTALL)
)
def test_the_python_of_the_readme_prints_what_it_shows(code: str, shown: str) -> None:
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert _lines(run.stdout) == _lines(shown)
    assert ("print" in code) == bool(shown)


FUNCTIONS = re.findall(r"^\| (`.*?) \| .*? \| `(clausula\..*?)` \|$", README, re.MULTILINE)


def test_the_readme_lists_every_public_name() -> None:
    listed = [name for names, _ in FUNCTIONS for name in re.findall(r"`(\w+)`", names)]
    assert sorted(listed) == sorted(clausula.__all__)


@pytest.mark.parametrize("call", [call for _, call in FUNCTIONS])
def test_the_examples_of_the_readme_work(call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if call.startswith("clausula.plot"):
        pytest.importorskip("altair")
    (tmp_path / "my").mkdir()
    (tmp_path / "my/package").symlink_to(ROOT)
    shutil.copy(ROOT / "examples/made_up_pax.csv", tmp_path / "pax.csv")
    monkeypatch.chdir(tmp_path)
    assert eval(call, {"clausula": clausula}) is not None


COMMANDS = [" ".join(c.split()) for c in re.findall(r"^clausula ([^#\n]+)", README, re.MULTILINE)]


@pytest.mark.parametrize("command", chosen(COMMANDS, [one for one in COMMANDS if one != "validate"]))
def test_the_commands_of_the_readme_work(command: str, request: pytest.FixtureRequest) -> None:
    arguments = command.split()
    assert parser().parse_args(arguments).command == arguments[0]
    if command == "validate":
        assert request.getfixturevalue("validated")["errors"] == 0
    elif "--texts" not in arguments:  # the folder of texts is the reader's own
        run = clausula_command(*arguments, cwd=ROOT)
        assert run.returncode == 0, run.stderr


def test_the_readme_fits_three_screens() -> None:
    assert len(README.splitlines()) <= 130


def test_the_changelog_has_an_entry_with_true_numbers() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    entry = " ".join(changelog.split(f"## {clausula.data_version} ")[1].split("\n## ")[0].split())
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


def test_the_readme_names_the_version_it_describes() -> None:
    assert f"Version {clausula.data_version} holds" in README
