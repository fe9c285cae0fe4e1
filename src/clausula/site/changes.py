"""Comparison of a package with the last release."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from clausula.core.findings import CouldNotRun
from clausula.core.progress import Progress, quiet
from clausula.versions.diff import Diff, diff
from clausula.versions.release.git import last_release


def changes(root: Path, version: str, since: str | None = None, progress: Progress = quiet) -> Diff | None:
    """Compare a package with a given version, or with the last release tagged in its Git repository, if there is one.

    Raises
    ------
    CouldNotRun
        If the given version was not found.
    """
    last = since
    if last is None:
        with suppress(CouldNotRun):
            last = last_release(root, version)
    if last is None:
        return None
    progress(f"comparing with {last}")
    return diff(last, str(root), root=root)
