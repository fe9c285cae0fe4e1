"""The one writer of files: either all of them change or none does, and nothing that changed since it was read is lost.

The new files are written to a staging folder together with a journal, which has the digest of every file before and
after. Once the journal is in place, each file is moved by one rename while signals are held back. A run that is killed
before that has changed nothing. If it is killed between two moves, the next writer finishes the work, but only if
every file is still in one of the two states that the journal names; over anything else it refuses.
"""

from __future__ import annotations

import atexit
import errno
import json
import os
import shutil
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from clausula.core.findings import CouldNotRun
from clausula.core.fixity import digest_of, sha256
from clausula.core.paths import require_writable

STAGING = ".clausula-staging"
JOURNAL = "commit.json"
HELD = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]

_MOVING = threading.RLock()
atexit.register(_MOVING.acquire)


@dataclass(frozen=True)
class _Move:
    """A file to be moved into place, and its digests before and after; empty before if there was none."""

    path: str
    before: str
    after: str


@contextmanager
def _locked(root: Path) -> Iterator[None]:
    """Prevent two runs from writing into one folder at the same time, where the system supports locks."""
    try:
        import fcntl
    except ImportError:  # pragma: no cover - Windows
        yield
        return
    handle = os.open(root, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Hold back the signals that would end the process, and its exit from another thread, until files are moved."""
    received: list[int] = []
    previous: dict[int, Any] = {}
    if threading.current_thread() is threading.main_thread():
        for number in HELD:
            if signal.getsignal(number) is not None:
                previous[number] = signal.signal(number, lambda received_number, _: received.append(received_number))
    try:
        with _MOVING:
            yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        for number in received:
            signal.raise_signal(number)


def resolves_inside(root: Path, name: str) -> bool:
    """Return whether a file written to a path is created below the root, after following links."""
    pure = Path(name)
    if pure.is_absolute() or ".." in pure.parts or "\0" in name or not pure.parts:
        return False
    return (root / pure).parent.resolve().is_relative_to(root.resolve())


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _keep(target: Path, kept: Path) -> None:
    """Keep the present content of a file, to be put back if a move fails."""
    try:
        kept.hardlink_to(target)
    except OSError:
        shutil.copy2(target, kept)


def _move_all(root: Path, moves: list[_Move]) -> None:
    """Move every staged file into place."""
    for number, move in enumerate(moves):
        staged, target = root / STAGING / str(number), root / move.path
        if staged.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            staged.replace(target)


def _put_back(root: Path, moves: list[_Move]) -> None:
    """Restore the files that were moved before a move failed, then give up the commit."""
    staging = root / STAGING
    for number, move in enumerate(moves):
        kept = staging / f"{number}.before"
        if kept.is_file():
            kept.replace(root / move.path)
        elif not move.before and not (staging / str(number)).is_file():
            (root / move.path).unlink()
    (staging / JOURNAL).unlink()


def _journal(staging: Path) -> tuple[list[_Move], dict[str, str]] | None:
    """Return the moves of an interrupted commit and the digests of the files it read; None if it had changed nothing.

    A journal that this module did not write counts as none.
    """
    path = staging / JOURNAL
    if not path.is_file() or path.is_symlink():
        return None
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        moves = [_Move(str(one["path"]), str(one["before"]), str(one["after"])) for one in held["moves"]]
        read = {str(name): str(digest) for name, digest in held["read"].items()}
    except (OSError, ValueError, RecursionError, TypeError, KeyError, AttributeError):
        return None
    return moves, read


def _fits(root: Path, number: int, move: _Move) -> bool:
    """Return whether a file is in one of the two states of the journal and, if it was not moved yet, can be."""
    if not resolves_inside(root, move.path):
        return False
    now, staged = digest_of(root / move.path), root / STAGING / str(number)
    return now == move.after or (now == move.before and not staged.is_symlink() and digest_of(staged) == move.after)


def _finish(root: Path) -> bool:
    staging = root / STAGING
    if staging.is_symlink() or not staging.is_dir():
        staging.unlink(missing_ok=True)
        return False
    found = _journal(staging)
    if found is not None:
        moves, read = found
        other = [move.path for number, move in enumerate(moves) if not _fits(root, number, move)]
        other += [name for name, digest in read.items() if digest_of(root / name) != digest]
        if other:
            raise CouldNotRun.of("interrupted-write:changed", file=other[0], staging=STAGING)
        with _uninterrupted():
            _move_all(root, moves)
            shutil.rmtree(staging)
        return True
    shutil.rmtree(staging)
    return False


def finish(root: Path) -> bool:
    """Finish what a killed writer had begun to move, and drop what it had only staged; return whether there was any.

    For writers only: readers call `require_settled`.

    Raises
    ------
    CouldNotRun
        If a file was changed since, for example by a switch of branches, or the folder is the installed release.
    """
    require_writable(root)
    if not os.path.lexists(root / STAGING):
        return False
    with _locked(root):
        return _finish(root)


def require_settled(root: Path) -> None:
    """Check that no writer was interrupted between two files; if one is at work, wait until it is done.

    Raises
    ------
    CouldNotRun
        If a write was interrupted, so that some files are new and others are old.
    """
    staging = root / STAGING
    if staging.is_symlink() or _journal(staging) is None:
        return
    with suppress(OSError), _locked(root):
        pass
    if _journal(staging) is not None:
        raise CouldNotRun.of("interrupted-write", staging=STAGING)


def _stage(root: Path, files: Mapping[str, bytes], moves: list[_Move], read: Mapping[str, str]) -> None:
    """Write the new files, the present ones and the journal into the staging folder."""
    staging = root / STAGING
    staging.mkdir()
    for number, move in enumerate(moves):
        if (root / move.path).is_dir():
            raise IsADirectoryError(f"{move.path} is a folder")
        _write(staging / str(number), files[move.path])
        if move.before:
            _keep(root / move.path, staging / f"{number}.before")
    moved = {move.path for move in moves}
    unmoved = {name: digest for name, digest in read.items() if name not in moved}
    journal = {"moves": [asdict(move) for move in moves], "read": unmoved}
    _write(staging / "journal", json.dumps(journal).encode("utf-8"))


def commit(root: Path, files: Mapping[str, bytes], read: Mapping[str, str] | None = None) -> list[str]:
    """Write all files or none, and return the paths of those whose content changed.

    Parameters
    ----------
    root : Path
        An existing folder.
    files : mapping of str to bytes
        Content by path relative to root, with forward slashes.
    read : mapping of str to str, optional
        SHA-256 of the files that the content was made from, empty for a file that did not exist. They must not have
        changed, so that nothing that somebody saved in the meantime is overwritten.

    Raises
    ------
    CouldNotRun
        If a file in `read` has changed, an interrupted write cannot be finished first, or the folder is the installed
        release.
    OSError
        If a file cannot be written; then nothing has changed.
    """
    require_writable(root)
    read = read or {}
    with _locked(root):
        _finish(root)
        for name, digest in read.items():
            if digest_of(root / name) != digest:
                raise CouldNotRun.of("concurrent-change", file=name)
        for name in files:
            if not resolves_inside(root, name):
                raise OSError(errno.EXDEV, "a link leads out of the package", str(root / name))
        moves = [_Move(name, digest_of(root / name), sha256(content)) for name, content in files.items()]
        moves = [move for move in moves if move.before != move.after]
        if not moves:
            return []
        try:
            _stage(root, files, moves, read)
            with _uninterrupted():
                (root / STAGING / "journal").replace(root / STAGING / JOURNAL)
                try:
                    _move_all(root, moves)
                except OSError:
                    _put_back(root, moves)
                    raise
                shutil.rmtree(root / STAGING)
        except BaseException:
            if not (root / STAGING / JOURNAL).is_file():
                shutil.rmtree(root / STAGING, ignore_errors=True)
            raise
        return [move.path for move in moves]
