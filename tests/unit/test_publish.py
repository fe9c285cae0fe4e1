"""Atomic publishing of files, also if a run fails or is killed."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from clausula.core import publish as publish_module
from clausula.core.publish import COMMIT, STAGING, publish, recover


def test_changed_files_are_written_and_unchanged_files_are_not_touched(tmp_path: Path) -> None:
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

    monkeypatch.setattr(publish_module, "_write", fail)
    with pytest.raises(OSError, match="No space"):
        publish(tmp_path, {"a": b"2", "b": b"2"})
    assert (tmp_path / "a").read_bytes() == b"1"
    assert not (tmp_path / STAGING).exists()


def test_a_run_killed_before_the_commit_marker_changes_nothing(tmp_path: Path) -> None:
    publish(tmp_path, {"a": b"1"})
    (tmp_path / STAGING).mkdir()
    (tmp_path / STAGING / "0").write_bytes(b"2")
    assert recover(tmp_path) is False
    assert (tmp_path / "a").read_bytes() == b"1"
    assert not (tmp_path / STAGING).exists()


def test_a_run_killed_after_the_commit_marker_is_completed(tmp_path: Path) -> None:
    publish(tmp_path, {"a": b"1", "b": b"1"})
    staging = tmp_path / STAGING
    staging.mkdir()
    (staging / "1").write_bytes(b"2")
    (staging / COMMIT).write_text(json.dumps({"0": "a", "1": "b"}))
    assert recover(tmp_path) is True
    assert [(tmp_path / n).read_bytes() for n in "ab"] == [b"1", b"2"]


@pytest.mark.parametrize("step", range(1, 8))
def test_a_run_killed_at_any_step_changes_all_files_or_none(tmp_path: Path, step: int) -> None:
    """A child process is killed at its nth call to the file system. The result is the old or the new state."""
    publish(tmp_path, {"a": b"1", "b": b"1", "c": b"1"})
    pid = os.fork()
    if pid == 0:
        count = 0
        replace, write = Path.replace, publish_module._write

        def exit_at_step() -> None:
            nonlocal count
            count += 1
            if count == step:
                os._exit(9)

        def killed_replace(self: Path, target: Path) -> Path:
            exit_at_step()
            return replace(self, target)

        def killed_write(path: Path, content: bytes) -> None:
            exit_at_step()
            write(path, content)

        Path.replace = killed_replace
        publish_module._write = killed_write
        publish(tmp_path, {"a": b"2", "b": b"2", "c": b"2"})
        os._exit(0)
    os.waitpid(pid, 0)
    recover(tmp_path)
    assert {(tmp_path / n).read_bytes() for n in "abc"} in ({b"1"}, {b"2"})
