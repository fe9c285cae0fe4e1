"""Scratch folders: deleted at the end of their run, or by the next run if it was killed; locked ones are kept."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from clausula.core.scratch import MIN_AGE, Scratch, delete_leftovers

LOCKING_PROCESS = """
import sys, time
from clausula.core.scratch import Scratch
folder = Scratch("test")
print(folder.name, flush=True)
time.sleep(600)
"""


def make_old(folder: Path) -> Path:
    about = folder.stat()
    os.utime(folder, (about.st_atime, about.st_mtime - 2 * MIN_AGE))
    return folder


def test_a_folder_is_deleted_at_the_end_of_its_run() -> None:
    with Scratch("test") as name:
        assert Path(name).is_dir()
    assert not Path(name).exists()


def test_sweep_deletes_folders_of_killed_runs_and_keeps_locked_ones(tmp_path: Path) -> None:
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    running = subprocess.Popen([sys.executable, "-c", LOCKING_PROCESS], env=env, stdout=subprocess.PIPE, text=True)
    assert running.stdout is not None
    left = Path(running.stdout.readline().strip())
    (left / "part").write_text("x", encoding="utf-8")
    young, other, link = tmp_path / "clausula-run-young", tmp_path / "else", tmp_path / "clausula-run-link"
    for folder in (young, other):
        folder.mkdir()
    link.symlink_to(other)
    make_old(left)
    delete_leftovers(tmp_path)
    assert left.is_dir()
    running.send_signal(signal.SIGKILL)
    running.wait(timeout=30)
    delete_leftovers(tmp_path)
    assert not left.exists()
    assert young.is_dir()
    assert other.is_dir()
    assert link.is_symlink()
    delete_leftovers(make_old(young).parent)
    assert not young.exists()
