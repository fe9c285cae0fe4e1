"""A build that is interrupted between two files, and datasets that are open while their package is built."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

import clausula
from clausula.analysis import dataset
from clausula.commands.main import main
from clausula.core.commit import STAGING
from clausula.core.findings import CouldNotRun
from tests.hostile.test_interrupted import content


def change_a_label(root: Path) -> None:
    path = root / "data/places.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",River,", ",Old River,", 1), encoding="utf-8")


BUILD = """
import os, signal, sys
from pathlib import Path
from clausula.commands.main import main

signal.signal(signal.SIGINT, signal.default_int_handler)
replace, moved = Path.replace, []

def send(self, target):
    found = replace(self, target)
    if self.name.isdigit():
        moved.append(target)
    if len(moved) == 1:
        os.kill(os.getpid(), int(sys.argv[2]))
    return found

Path.replace = send
sys.exit(main(["build", sys.argv[1], "--no-expectations"]))
"""


def build_and_send(root: Path, number: signal.Signals) -> tuple[int, str]:
    """Build, send a signal to the process after the first file was moved; return the exit status and the messages."""
    command = [sys.executable, "-c", BUILD, str(root), str(int(number))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


@pytest.fixture
def changed(subset: Path) -> Path:
    before = content(subset)
    change_a_label(subset)
    assert content(subset) != before
    return subset


def test_ctrl_c_between_two_moves_waits_for_the_others(changed: Path) -> None:
    status, messages = build_and_send(changed, signal.SIGINT)
    assert (status, messages.splitlines()[-1:]) == (
        128 + signal.SIGINT,
        ["clausula: interrupted; no file was left half-written"],
    )
    assert not (changed / STAGING).exists()
    written = content(changed)
    assert len(clausula.open(changed).load("places")) > 0
    assert main(["build", str(changed), "--no-expectations"]) == 0
    assert content(changed) == written


def test_after_a_kill_between_two_moves_readers_say_so_and_build_finishes(
    changed: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert build_and_send(changed, signal.SIGKILL)[0] == -signal.SIGKILL
    left = content(changed)
    with pytest.raises(CouldNotRun, match="interrupted") as caught:
        clausula.open(changed)
    assert "clausula build" in caught.value.finding.hint
    assert main(["validate", str(changed), "--fast"]) == 2
    assert "interrupted-write" in capfd.readouterr().err
    assert content(changed) == left, "reading changed a file"
    assert main(["build", str(changed), "--no-expectations"]) == 0
    assert len(clausula.open(changed).load("places")) > 0
    assert not (changed / STAGING).exists()


def test_a_build_beside_an_open_dataset_asks_to_open_it_again(changed: Path) -> None:
    data = clausula.open(changed)
    assert main(["build", str(changed), "--no-expectations"]) == 0
    data.load("events")  # the same in both builds
    with pytest.raises(CouldNotRun, match="built again after it was opened") as caught:
        data.load("places")
    assert "clausula.open" in caught.value.finding.hint
    assert "clausula build" not in caught.value.finding.hint
    clausula.open(changed).load("places")


def test_the_functions_of_the_module_take_the_new_build(changed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def root() -> Path:
        return changed

    monkeypatch.setattr(dataset, "own_package", root)
    before = clausula.load("places")
    assert main(["build", str(changed), "--no-expectations"]) == 0
    assert not clausula.load("places").equals(before)
