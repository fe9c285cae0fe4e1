from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from clausula.core import publish as room
from clausula.core.publish import COMMIT, STAGING, publish, recover


def test_files_appear_and_unchanged_ones_are_left_alone(tmp_path: Path) -> None:
    assert publish(tmp_path, {"a/b.txt": b"1", "c.txt": b"2"}) == ["a/b.txt", "c.txt"]
    before = (tmp_path / "c.txt").stat().st_mtime_ns
    assert publish(tmp_path, {"a/b.txt": b"9", "c.txt": b"2"}) == ["a/b.txt"]
    assert (tmp_path / "a/b.txt").read_bytes() == b"9"
    assert (tmp_path / "c.txt").stat().st_mtime_ns == before
    assert not (tmp_path / STAGING).exists()


def test_a_failure_while_staging_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(tmp_path, {"a": b"1", "b": b"1"})
    calls = []

    def fail(path: Path, content: bytes) -> None:
        calls.append(path)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        path.write_bytes(content)

    monkeypatch.setattr(room, "_write", fail)
    with pytest.raises(OSError, match="No space"):
        publish(tmp_path, {"a": b"2", "b": b"2"})
    assert (tmp_path / "a").read_bytes() == b"1"
    assert not (tmp_path / STAGING).exists()


def test_a_run_killed_before_the_mark_leaves_the_old_files(tmp_path: Path) -> None:
    publish(tmp_path, {"a": b"1"})
    (tmp_path / STAGING).mkdir()
    (tmp_path / STAGING / "0").write_bytes(b"2")
    assert recover(tmp_path) is False
    assert (tmp_path / "a").read_bytes() == b"1"
    assert not (tmp_path / STAGING).exists()


def test_a_run_killed_after_the_mark_is_finished(tmp_path: Path) -> None:
    publish(tmp_path, {"a": b"1", "b": b"1"})
    staging = tmp_path / STAGING
    staging.mkdir()
    (staging / "1").write_bytes(b"2")
    (staging / COMMIT).write_text(json.dumps({"0": "a", "1": "b"}))
    assert recover(tmp_path) is True
    assert [(tmp_path / n).read_bytes() for n in "ab"] == [b"1", b"2"]


@pytest.mark.parametrize("step", range(1, 8))
def test_a_kill_at_any_step_leaves_all_or_nothing(tmp_path: Path, step: int) -> None:
    """A child process is killed at its nth call to the file system; what is left is the old or the new state."""
    publish(tmp_path, {"a": b"1", "b": b"1", "c": b"1"})
    pid = os.fork()
    if pid == 0:
        count = 0
        replace, write = Path.replace, room._write

        def die() -> None:
            nonlocal count
            count += 1
            if count == step:
                os._exit(9)

        def dying_replace(self: Path, target: Path) -> Path:
            die()
            return replace(self, target)

        def dying_write(path: Path, content: bytes) -> None:
            die()
            write(path, content)

        Path.replace = dying_replace
        room._write = dying_write
        publish(tmp_path, {"a": b"2", "b": b"2", "c": b"2"})
        os._exit(0)
    os.waitpid(pid, 0)
    recover(tmp_path)
    assert {(tmp_path / n).read_bytes() for n in "abc"} in ({b"1"}, {b"2"})
