"""Folders that live as long as a run, and databases that spill into them.

Whoever makes such a folder holds a lock on it. A run that is killed cannot clear its own away, but it loses the lock,
and the next run clears away what nobody holds.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any
from weakref import WeakSet, finalize

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows, where nothing is swept
    LOCKS = False
else:
    LOCKS = True

PREFIX = "clausula-"

YOUNG = 60.0
"""Seconds that a folder is left alone, so that one is never taken between being made and being locked."""

_swept = False
_open: WeakSet[Any] = WeakSet()


class Scratch(tempfile.TemporaryDirectory[str]):
    """A temporary folder that no other run clears away while this process lives.

    Parameters
    ----------
    what : str
        What it is for; part of its name.
    """

    def __init__(self, what: str) -> None:
        global _swept  # noqa: PLW0603 - once for each process
        if not _swept:
            _swept = True
            sweep(Path(tempfile.gettempdir()))
        super().__init__(prefix=f"{PREFIX}{what}-")
        if LOCKS:
            held = os.open(self.name, os.O_RDONLY)
            self._release = finalize(self, os.close, held)
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def cleanup(self) -> None:
        """Remove the folder."""
        super().cleanup()
        if LOCKS:
            self._release()


def sweep(folder: Path) -> None:
    """Remove the scratch folders of this user that their makers left behind when they were killed."""
    if not LOCKS:  # pragma: no cover - Windows
        return
    for path in folder.glob(f"{PREFIX}*"):
        with suppress(OSError):
            about = path.lstat()
            if about.st_uid != os.getuid() or time.time() - about.st_mtime < YOUNG:
                continue
            held = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(path)
            finally:
                os.close(held)


def connect(spill: Scratch, memory: str) -> Any:
    """A database in memory that spills to a folder.

    Parameters
    ----------
    memory : str
        What DuckDB may use before it spills, such as "2GB".
    """
    import duckdb

    con = duckdb.connect(":memory:", config={"memory_limit": memory, "temp_directory": spill.name})
    _open.add(con)
    return con


def interrupt() -> None:
    """End the queries that run: an exception alone would wait until DuckDB's threads have read to the end."""
    for con in list(_open):
        con.interrupt()
