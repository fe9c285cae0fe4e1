"""What git knows of a checkout: whether it is clean, when its commit was made, and the releases before it."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path

from clausula.core.findings import CouldNotRun, Finding
from clausula.core.semver import VERSION


def run(root: Path, *arguments: str) -> str:
    """The output of git in a folder.

    Raises
    ------
    CouldNotRun
        If git is not installed or refuses.
    """
    try:
        done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise CouldNotRun(
            Finding("git-not-installed", "git is not installed", "A release is made from a git checkout.")
        ) from error
    if done.returncode != 0:
        message = done.stderr.strip().splitlines()[-1:] or ["git failed"]
        raise CouldNotRun(
            Finding("git-not-installed", f"git {arguments[0]}: {message[0]}", "A release is made from a git checkout.")
        )
    return done.stdout


def unclean(root: Path) -> list[str]:
    """Files that differ from the commit or are not known to it."""
    return [line[3:] for line in run(root, "status", "--porcelain", "--untracked-files=all", ".").splitlines()]


def committed(root: Path) -> datetime:
    """When the commit was made, UTC: the only time that a release bears."""
    return datetime.fromtimestamp(int(run(root, "log", "-1", "--format=%ct")), UTC)


def last_release(root: Path, version: str) -> str | None:
    """The tag of the highest version below this one that the commit descends from; None for a first release."""

    def parts(text: str) -> tuple[int, ...]:
        return tuple(int(p) for p in text.split("."))

    tags = run(root, "tag", "--list", "v*", "--merged", "HEAD").split()
    known = [tag[1:] for tag in tags if VERSION.fullmatch(tag[1:]) and parts(tag[1:]) < parts(version)]
    return f"v{max(known, key=parts)}" if known else None
