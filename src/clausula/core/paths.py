"""Which files of a package may be touched: plain relative paths that stay inside it."""

from __future__ import annotations

import os
from pathlib import Path

from clausula.core.findings import CouldNotRun, Finding


def inside(root: Path, relative: str) -> Path | None:
    """The file that a path of a descriptor names, or None if it is no plain path inside the package.

    Absolute paths, addresses, drive letters, parent steps and links that lead out are all refused.
    """
    pure = Path(relative)
    if not relative or "\\" in relative or "\0" in relative or relative.startswith("~") or pure.is_absolute():
        return None
    if not pure.parts or ":" in pure.parts[0] or ".." in pure.parts:
        return None
    try:
        resolved = (root / pure).resolve()
    except (OSError, RuntimeError, ValueError):
        return None
    return root / pure if resolved.is_relative_to(root.resolve()) else None


def _all_ordinary(top: Path) -> bool:
    """Whether a folder holds folders and files alone: no links, nothing else, no name with a backslash."""
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


def strays(root: Path, folder: str) -> str | None:
    """A file below a folder of a package that is no ordinary one, or a link that leads out of the package; or None."""
    top = root / folder
    if not top.exists() and not top.is_symlink():
        return None
    if top.is_dir() and inside(root, folder) is not None and _all_ordinary(top):
        return None
    for path in (top, *sorted(top.rglob("*"))):
        name = path.relative_to(root).as_posix()
        if inside(root, name) is None or (path.exists() and not path.is_file() and not path.is_dir()):
            return name
    return None


def require_inside(root: Path, relative: str) -> Path:
    """As `inside`, but a path that leaves the package raises CouldNotRun."""
    path = inside(root, relative)
    if path is None:
        message = f"the path {relative!r} leaves the package"
        raise CouldNotRun(
            Finding(
                "unsafe-path",
                message,
                "Paths are relative, with forward slashes, without steps up.",
                file="datapackage.json",
            )
        )
    return path
