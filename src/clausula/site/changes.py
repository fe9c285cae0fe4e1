"""What differs from the last release, or why nothing can be compared."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from clausula.core.findings import CouldNotRun
from clausula.core.progress import Progress, quiet
from clausula.versions.diff import Diff, diff
from clausula.versions.release.git import last_release

NONE = "There is no earlier release to compare with."


@dataclass(frozen=True)
class Changes:
    """The last release before a version, and what differs from it.

    Attributes
    ----------
    last : str, optional
        Its name.
    diff : Diff, optional
        The comparison.
    said : str
        Why there is none.
    """

    last: str | None = None
    diff: Diff | None = None
    said: str = NONE


def changes(root: Path, version: str, since: str | None = None, progress: Progress = quiet) -> Changes:
    """Compare a package with the version that is named, or with the last release that its checkout knows.

    Raises
    ------
    CouldNotRun
        If a version is named that cannot be found.
    """
    last = since
    if last is None:
        try:
            last = last_release(root, version)
        except CouldNotRun:
            last = None
    if last is None:
        return Changes()
    progress(f"comparing with {last}")
    return Changes(last, diff(last, str(root), root=root), "")
