"""Folders in which an output is prepared, so that it appears at its place only once it is complete."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from clausula.core.paths import require_writable


@contextmanager
def staging_folder(parent: Path, what: str) -> Iterator[Path]:
    """Make a folder in which an output is prepared; delete it afterwards, along with those of killed runs.

    Parameters
    ----------
    parent : Path
        An existing folder.
    what : str
        Kind of output, such as "export"; part of the folder's name.

    Raises
    ------
    CouldNotRun
        If the parent is in the installed release.
    """
    require_writable(parent)
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
