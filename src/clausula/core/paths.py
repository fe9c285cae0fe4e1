"""Safe paths: only relative paths that stay inside the package are opened."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Sequence
from pathlib import Path

from clausula.core.findings import CouldNotRun

SHIPPED = Path(__file__).resolve().parent.parent / "_package"
"""Folder of the release inside an installed clausula; in a checkout, the package is the checkout itself."""


def require_writable(folder: Path) -> None:
    """Refuse to write into the installed release: every installation of a version has the same data.

    Raises
    ------
    CouldNotRun
        If the folder is in the installed release.
    """
    if folder.resolve().is_relative_to(SHIPPED):
        raise CouldNotRun.of("read-only-package", folder=SHIPPED)


_DRIVE = re.compile("[A-Za-z]:")


def exists(path: Path) -> bool:
    """Return whether there is something at a path, whatever it is; a name that is too long does not exist."""
    try:
        path.stat()
    except (OSError, ValueError):
        return False
    return True


def is_file(path: Path) -> bool:
    """Return whether a path is a regular file, or a link to one."""
    return exists(path) and path.is_file()


def inside(root: Path, relative: str) -> Path | None:
    """Return the file that a path in a descriptor names, or None if the path does not stay inside the package.

    Absolute paths, URLs, drive letters, `..` and links that lead out of the package are all refused.
    """
    pure = Path(relative)
    if not relative or "\\" in relative or "\0" in relative or relative.startswith("~") or pure.is_absolute():
        return None
    if not pure.parts or _DRIVE.match(relative) or "://" in relative or ".." in pure.parts:
        return None
    path = root / pure
    if _has_no_link(root, pure.parts):
        return path
    try:
        resolved = path.resolve()
    except (OSError, RuntimeError, ValueError):
        return None
    return path if resolved.is_relative_to(root.resolve()) else None


def _has_no_link(root: Path, parts: Sequence[str]) -> bool:
    """Return whether everything on the way from a folder to a file below it exists, without a link.

    Such a file is in the folder; to resolve both paths takes five times as long.
    """
    path = str(root)
    try:
        for part in parts:
            path = f"{path}/{part}"
            if stat.S_ISLNK(os.lstat(path).st_mode):
                return False
    except (OSError, ValueError):
        return False
    return True


def _all_regular(top: Path) -> bool:
    """Return whether a folder contains only regular files and folders: no links, and no name with a backslash."""
    folders = [str(top)]
    while folders:
        try:
            entries = list(os.scandir(folders.pop()))
        except OSError:
            return False
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.path)
            elif not entry.is_file(follow_symlinks=False):
                return False
            if "\\" in entry.name:
                return False
    return True


def first_unsafe(root: Path, folder: str) -> str | None:
    """Return the first path under a folder that is not a regular file or leads out of the package, or None."""
    top = root / folder
    if not top.exists() and not top.is_symlink():
        return None
    if top.is_dir() and inside(root, folder) is not None and _all_regular(top):
        return None
    for path in (top, *sorted(top.rglob("*"))):
        name = path.relative_to(root).as_posix()
        if inside(root, name) is None or (path.exists() and not path.is_file() and not path.is_dir()):
            return name
    return None


def require_inside(root: Path, relative: str) -> Path:
    """Return the file that a path names; raise CouldNotRun if the path leads out of the package."""
    path = inside(root, relative)
    if path is None:
        raise CouldNotRun.of("unsafe-path", name=relative, file="datapackage.json")
    return path
