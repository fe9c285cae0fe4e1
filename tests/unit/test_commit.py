"""The one writer of files: killed, interrupted or failing at any step, and continued over files that changed since."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from clausula.core import commit as module
from clausula.core.commit import JOURNAL, STAGING, commit, finish, require_settled
from clausula.core.findings import CouldNotRun

OLD = {"a": b"1", "b": b"1", "c/d": b"1"}
NEW = {"a": b"2", "b": b"2", "c/d": b"2", "new/e": b"2"}
STEPS = 26
"""More steps than a commit of NEW has; the child that is killed at the last one ends by itself."""


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()


def state(root: Path) -> dict[str, bytes]:
    """Content of all files except those of git and of an unfinished commit."""
    files = (path for path in root.rglob("*") if path.is_file() and {".git", STAGING}.isdisjoint(path.parts))
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


def after() -> dict[str, bytes]:
    return {**OLD, **NEW}


def before_each_step(action: Callable[[int], None]) -> None:
    """Call a function before every step of a commit that touches the file system."""
    count = 0

    def counted(original: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **kwargs: object) -> object:
            nonlocal count
            count += 1
            action(count)
            return original(*args, **kwargs)

        return call

    for owner, name in ((Path, "replace"), (Path, "mkdir"), (Path, "unlink"), (shutil, "rmtree"), (os, "fsync")):
        setattr(owner, name, counted(getattr(owner, name)))
    for name in ("_write", "_keep"):
        setattr(module, name, counted(getattr(module, name)))


def in_child(root: Path, action: Callable[[int], None], files: dict[str, bytes] | None = None) -> int:
    """Commit in a child process and return its wait status."""
    pid = os.fork()
    if pid == 0:
        try:
            before_each_step(action)
            commit(root, files or NEW, {name: digest(content) for name, content in state(root).items()})
        except KeyboardInterrupt:
            os._exit(130)
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitpid(pid, 0)[1]


def killed_at(root: Path, step: int) -> int:
    def kill(count: int) -> None:
        if count == step:
            os.kill(os.getpid(), signal.SIGKILL)

    return in_child(root, kill)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "package"
    folder.mkdir()
    commit(folder, OLD)
    return folder


@pytest.fixture
def repository(root: Path) -> Path:
    """A checkout with an uncommitted edit of `a`, and a branch `other` with another `b`."""
    (root / ".gitignore").write_text(f"{STAGING}/\n")
    git(root, "init", "-q", "-b", "main")
    git(root, "add", ".")
    git(root, "commit", "-qm", "old")
    git(root, "checkout", "-q", "-b", "other")
    (root / "b").write_bytes(b"other")
    git(root, "commit", "-qam", "other")
    git(root, "checkout", "-q", "main")
    (root / "a").write_bytes(b"edited")
    return root


def git(root: Path, *args: str) -> None:
    names = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
    subprocess.run(["git", *names, *args], cwd=root, check=True, capture_output=True)


def test_changed_files_are_written_and_unchanged_files_are_not_touched(tmp_path: Path) -> None:
    assert commit(tmp_path, {"a/b.txt": b"1", "c.txt": b"2"}) == ["a/b.txt", "c.txt"]
    before = (tmp_path / "c.txt").stat().st_mtime_ns
    assert commit(tmp_path, {"a/b.txt": b"9", "c.txt": b"2"}) == ["a/b.txt"]
    assert (tmp_path / "a/b.txt").read_bytes() == b"9"
    assert (tmp_path / "c.txt").stat().st_mtime_ns == before
    assert not (tmp_path / STAGING).exists()


def test_steps_cover_the_whole_commit(root: Path) -> None:
    assert killed_at(root, STEPS) == 0
    assert state(root) == after()


@pytest.mark.parametrize("step", range(1, STEPS))
def test_killed_at_any_step_all_files_change_or_none(root: Path, step: int) -> None:
    killed_at(root, step)
    begun = (root / STAGING / JOURNAL).is_file()
    if begun:
        with pytest.raises(CouldNotRun, match="interrupted"):
            require_settled(root)
    else:
        require_settled(root)
    assert finish(root) is begun
    assert state(root) in (OLD, after())
    assert not (root / STAGING).exists()


@pytest.mark.parametrize("step", range(1, STEPS))
def test_nothing_is_finished_over_a_stash(repository: Path, step: int) -> None:
    edited = state(repository)
    killed_at(repository, step)
    begun = (repository / STAGING / JOURNAL).is_file()
    git(repository, "stash", "--include-untracked")
    stashed = state(repository)
    if begun:
        with pytest.raises(CouldNotRun, match="changed since") as caught:
            finish(repository)
        assert STAGING in caught.value.finding.hint
        with pytest.raises(CouldNotRun):
            commit(repository, {"b": b"3"})
        assert state(repository) == stashed
        git(repository, "stash", "pop")
    finish(repository)
    wanted = {**edited, **NEW}
    assert state(repository) in ((stashed, wanted) if not begun else (wanted,))


@pytest.mark.parametrize("step", range(1, STEPS))
def test_nothing_is_finished_over_another_branch(repository: Path, step: int) -> None:
    git(repository, "checkout", "-q", "--", "a")
    killed_at(repository, step)
    begun = (repository / STAGING / JOURNAL).is_file()
    git(repository, "checkout", "-qf", "other")
    git(repository, "clean", "-qfd")
    other = state(repository)
    if begun:
        with pytest.raises(CouldNotRun, match="changed since"):
            finish(repository)
    else:
        finish(repository)
    assert state(repository) == other


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
@pytest.mark.parametrize("step", range(1, STEPS))
def test_signals_wait_while_files_move(root: Path, step: int, number: signal.Signals) -> None:
    def send(count: int) -> None:
        if count == step:
            os.kill(os.getpid(), number)

    status = in_child(root, send)
    assert status in {signal.SIGINT: (0, 130 << 8), signal.SIGTERM: (0, signal.SIGTERM)}[number]
    assert not (root / STAGING / JOURNAL).exists()
    assert state(root) in (OLD, after())


@pytest.mark.parametrize("failing", range(1, 5))
def test_a_failed_move_puts_everything_back(root: Path, failing: int, monkeypatch: pytest.MonkeyPatch) -> None:
    replace, moves = Path.replace, []

    def fail(self: Path, target: Path) -> Path:
        if self.name.isdigit():
            moves.append(target)
            if len(moves) == failing:
                raise OSError(28, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="No space"):
        commit(root, NEW)
    assert state(root) == OLD
    assert not (root / STAGING).exists()


def test_a_failure_while_staging_changes_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_write", lambda path, content: (_ for _ in ()).throw(OSError(28, "No space left")))
    with pytest.raises(OSError, match="No space"):
        commit(root, NEW)
    assert state(root) == OLD
    assert not (root / STAGING).exists()


@pytest.mark.parametrize("read", [{"a": digest(b"0")}, {"a": ""}, {"z": digest(b"1")}], ids=["other", "none", "gone"])
def test_a_file_that_changed_since_it_was_read_stops_the_commit(root: Path, read: dict[str, str]) -> None:
    with pytest.raises(CouldNotRun):
        commit(root, {"b": b"2"}, read)
    assert state(root) == OLD
    assert commit(root, {"b": b"2"}, {"a": digest(b"1"), "z": ""}) == ["b"]


def test_a_pipe_is_replaced_and_never_read(root: Path) -> None:
    os.mkfifo(root / "pipe")
    assert commit(root, {"pipe": b"2"}) == ["pipe"]
    assert (root / "pipe").read_bytes() == b"2"


def test_an_unchanged_file_that_was_read_belongs_to_the_journal(root: Path) -> None:
    """A file that the content was made from must not change before the commit is finished, though it is not written."""

    def kill(count: int) -> None:
        if (root / STAGING / JOURNAL).is_file():
            os.kill(os.getpid(), signal.SIGKILL)

    in_child(root, kill, {"a": b"2"})
    (root / "b").write_bytes(b"edited")
    with pytest.raises(CouldNotRun, match="b was changed since"):
        finish(root)


EXIT = """
import sys, threading, time
from pathlib import Path
from clausula.core.commit import commit

replace, begun = Path.replace, threading.Event()

def slow(self, target):
    begun.set()
    time.sleep(0.2)
    return replace(self, target)

Path.replace = slow
files = {name: b"2" for name in "abc"}
threading.Thread(target=commit, args=(Path(sys.argv[1]), files), daemon=True).start()
begun.wait()
"""


def test_the_program_does_not_end_while_another_thread_moves_files(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", EXIT, str(tmp_path)], check=True)
    assert state(tmp_path) == {"a": b"2", "b": b"2", "c": b"2"}
    assert not (tmp_path / STAGING).exists()
