"""Atomic writing of several files: either all of them change or none does.

The new files are written to a staging folder, then a commit marker is written, then each file is moved into place by
one rename. A run that is killed before the marker has changed nothing. If a run is killed after it, the next call to
`publish` or `recover` completes the work.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

STAGING = ".clausula-staging"
COMMIT = "commit.json"


@contextmanager
def _locked(root: Path) -> Iterator[None]:
    """Prevent two runs from publishing into one folder at the same time, where the system supports locks."""
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


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _plan(commit: Path) -> dict[str, str]:
    """Return the target of each staged file; nothing if this module did not write the plan."""
    try:
        plan = json.loads(commit.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        return {}
    return (
        {n: name for n, name in plan.items() if n.isdecimal() and isinstance(name, str)}
        if isinstance(plan, dict)
        else {}
    )


def resolves_inside(root: Path, name: str) -> bool:
    """Return whether a file written to a path is created below the root, after following links."""
    pure = Path(name)
    if pure.is_absolute() or ".." in pure.parts or "\0" in name or not pure.parts:
        return False
    return (root / pure).parent.resolve().is_relative_to(root.resolve())


def _recover(root: Path) -> bool:
    staging = root / STAGING
    commit = staging / COMMIT
    finished = False
    if staging.is_symlink() or not staging.is_dir():
        staging.unlink(missing_ok=True)
        return False
    if commit.is_file() and not commit.is_symlink():
        for number, name in _plan(commit).items():
            staged, target = staging / number, root / name
            if staged.is_file() and not staged.is_symlink() and resolves_inside(root, name):
                target.parent.mkdir(parents=True, exist_ok=True)
                staged.replace(target)
        finished = True
    shutil.rmtree(staging)
    return finished


def recover(root: Path) -> bool:
    """Complete what a killed run had committed and delete what it had not; return whether anything was completed."""
    if not os.path.lexists(root / STAGING):
        return False
    with _locked(root):
        return _recover(root)


class FileChanged(Exception):
    """Raised if a file has changed since the caller read it; nothing was written."""


def publish(root: Path, files: Mapping[str, bytes], expected: Mapping[str, str] | None = None) -> list[str]:
    """Write all files or none, and return the names of those whose content changed.

    Parameters
    ----------
    root : Path
        An existing folder.
    files : mapping of str to bytes
        Content by path relative to root, with forward slashes.
    expected : mapping of str to str, optional
        SHA-256 that files must still have, so that changes made in the meantime are not overwritten.

    Raises
    ------
    FileChanged
        If a file does not have the expected content.
    OSError
        If a file cannot be written; then nothing has changed.
    """
    with _locked(root):
        _recover(root)
        for name, digest in (expected or {}).items():
            if digest_of(root / name) != digest:
                raise FileChanged(name)
        for name in files:
            if not resolves_inside(root, name):
                raise OSError(errno.EXDEV, "a link leads out of the package", str(root / name))
        changed = [name for name, content in files.items() if not has_content(root / name, content)]
        if not changed:
            return []
        staging = root / STAGING
        try:
            staging.mkdir()
            plan = {str(number): name for number, name in enumerate(changed)}
            for number, name in plan.items():
                if (root / name).is_dir():
                    raise IsADirectoryError(f"{name} is a folder")
                _write(staging / number, files[name])
            _write(staging / "plan", json.dumps(plan).encode("utf-8"))
        except BaseException:
            shutil.rmtree(staging, ignore_errors=True)
            raise
        (staging / "plan").replace(staging / COMMIT)
        _recover(root)
        return changed


@contextmanager
def staging_folder(parent: Path, what: str) -> Iterator[Path]:
    """Make a folder in which an output is prepared; delete it afterwards, along with those of killed runs.

    Parameters
    ----------
    parent : Path
        An existing folder.
    what : str
        Kind of output, such as "export"; part of the folder's name.
    """
    prefix = f".clausula-{what}-"
    for left in parent.glob(f"{prefix}*-*"):
        number = left.name.removeprefix(prefix).split("-")[0]
        if number.isdecimal() and not _runs(int(number)) and left.is_dir() and not left.is_symlink():
            shutil.rmtree(left, ignore_errors=True)
    made = Path(mkdtemp(prefix=f"{prefix}{os.getpid()}-", dir=parent))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _runs(number: int) -> bool:
    """Return whether a process is running; assumed on Windows, where the check would end the process."""
    if os.name == "nt":
        return True
    try:
        os.kill(number, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file; empty if there is none."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return ""


def has_content(path: Path, content: bytes) -> bool:
    """Return whether a file exists with exactly this content."""
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except (FileNotFoundError, NotADirectoryError):
        return False
