"""Temporary folders that are deleted at the end of a run, and databases that spill into them.

Each run holds a lock on its folders. A killed run cannot delete its folders but loses the lock, and the next run
deletes every folder that is not locked.
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
except ImportError:  # pragma: no cover - Windows, where left-over folders are not deleted
    LOCKS = False
else:
    LOCKS = True

PREFIX = "clausula-run-"
"""Prefix of the folder names. No other temporary folder of the project has it, so only lockable ones are deleted."""

MIN_AGE = 60.0
"""Age in seconds before a folder may be deleted, so that a new one is not deleted before it is locked."""

_swept = False
_open: WeakSet[Any] = WeakSet()


class Scratch(tempfile.TemporaryDirectory[str]):
    """A temporary folder that no other run deletes while this process is running.

    Parameters
    ----------
    what : str
        Purpose of the folder; part of its name.
    """

    def __init__(self, what: str) -> None:
        global _swept  # noqa: PLW0603 - once for each process
        if not _swept:
            _swept = True
            delete_leftovers(Path(tempfile.gettempdir()))
        super().__init__(prefix=f"{PREFIX}{what}-")
        if LOCKS:
            handle = os.open(self.name, os.O_RDONLY)
            self._release = finalize(self, os.close, handle)
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def cleanup(self) -> None:
        """Delete the folder and release its lock."""
        super().cleanup()
        if LOCKS:
            self._release()


def delete_leftovers(folder: Path) -> None:
    """Delete the scratch folders that killed runs of this user left behind."""
    if not LOCKS:  # pragma: no cover - Windows
        return
    for path in folder.glob(f"{PREFIX}*"):
        with suppress(OSError):
            about = path.lstat()
            if about.st_uid != os.getuid() or time.time() - about.st_mtime < MIN_AGE:
                continue
            handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(path)
            finally:
                os.close(handle)


def connect(spill: Scratch, memory: str) -> Any:
    """Open an in-memory DuckDB database that spills to a folder.

    Parameters
    ----------
    memory : str
        Memory that DuckDB may use before it spills, such as "2GB".
    """
    import duckdb

    con = duckdb.connect(":memory:", config={"memory_limit": memory, "temp_directory": spill.name})
    _open.add(con)
    return con


def cursor(con: Any) -> Any:
    """Return another connection to the same database, for another thread."""
    other = con.cursor()
    _open.add(other)
    return other


def interrupt() -> None:
    """Cancel all running queries; an exception alone would wait until DuckDB's threads have finished reading."""
    for con in list(_open):
        con.interrupt()
