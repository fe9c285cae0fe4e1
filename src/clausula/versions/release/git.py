"""State of a git checkout: uncommitted files, time of the commit, and earlier releases."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path

from clausula.core.findings import CouldNotRun
from clausula.core.semver import VERSION, version_numbers


def git_output(root: Path, *arguments: str) -> str:
    """Run git in a folder and return its output.

    Raises
    ------
    CouldNotRun
        If git is not installed or fails.
    """
    try:
        done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, check=False)
    except FileNotFoundError as error:
        raise CouldNotRun.of("git-not-installed:release") from error
    if done.returncode != 0:
        message = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or [f"exit status {done.returncode}"]
        raise CouldNotRun.of("git-failed", command=arguments[0], error=message[0])
    return done.stdout.decode("utf-8", "replace")


def uncommitted_files(root: Path) -> list[str]:
    """Return the files that differ from the last commit or are not in it."""
    return [line[3:] for line in git_output(root, "status", "--porcelain", "--untracked-files=all", ".").splitlines()]


def commit_time(root: Path) -> datetime:
    """Return the time of the last commit in UTC, the only time stamp in a release."""
    return datetime.fromtimestamp(int(git_output(root, "log", "-1", "--format=%ct")), UTC)


def last_release(root: Path, version: str) -> str | None:
    """Return the tag of the latest release before `version` in the history of HEAD, or None if there is none."""
    tags = git_output(root, "tag", "--list", "v*", "--merged", "HEAD").split()
    earlier = [
        tag[1:] for tag in tags if VERSION.fullmatch(tag[1:]) and version_numbers(tag[1:]) < version_numbers(version)
    ]
    return f"v{max(earlier, key=version_numbers)}" if earlier else None
