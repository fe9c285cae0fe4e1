"""A build that is interrupted between two files, and datasets that are open while their package is built."""

from __future__ import annotations

import os
import signal
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


def build_in_child(root: Path, number: signal.Signals) -> int:
    """Build, send a signal to the process after the first file was moved, and return the exit status."""
    pid = os.fork()
    if pid == 0:
        replace = Path.replace
        moved = []

        def send(self: Path, target: Path) -> Path:
            found = replace(self, target)
            if self.name.isdigit():
                moved.append(target)
            if len(moved) == 1:
                os.kill(os.getpid(), number)
            return found

        Path.replace = send
        os._exit(main(["build", str(root), "--no-expectations"]))
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@pytest.fixture
def changed(subset: Path) -> Path:
    before = content(subset)
    change_a_label(subset)
    assert content(subset) != before
    return subset


def test_ctrl_c_between_two_moves_waits_for_the_others(changed: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert build_in_child(changed, signal.SIGINT) == 128 + signal.SIGINT
    assert capfd.readouterr().err.endswith("clausula: interrupted; no file was left half-written\n")
    assert not (changed / STAGING).exists()
    written = content(changed)
    assert len(clausula.open(changed).load("places")) > 0
    assert main(["build", str(changed), "--no-expectations"]) == 0
    assert content(changed) == written


def test_after_a_kill_between_two_moves_readers_say_so_and_build_finishes(
    changed: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert build_in_child(changed, signal.SIGKILL) == -signal.SIGKILL
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
