"""Changes since the last release, or the reason why there is no comparison."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from clausula.core.findings import CouldNotRun
from clausula.core.progress import Progress, quiet
from clausula.versions.diff import Diff, diff
from clausula.versions.release.git import last_release

NO_RELEASE = "There is no earlier release to compare with."


@dataclass(frozen=True)
class Changes:
    """A comparison of a package with an earlier version.

    Attributes
    ----------
    last : str, optional
        Name of the earlier version.
    diff : Diff, optional
        The comparison.
    reason : str
        Why there is no comparison; empty if there is one.
    """

    last: str | None = None
    diff: Diff | None = None
    reason: str = NO_RELEASE


def changes(root: Path, version: str, since: str | None = None, progress: Progress = quiet) -> Changes:
    """Compare a package with a given version, or with the last release tagged in its Git repository.

    Raises
    ------
    CouldNotRun
        If the given version was not found.
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
