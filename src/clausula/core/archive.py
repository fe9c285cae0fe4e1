"""Unpacking of zip files that may be hostile."""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath

from clausula.core.findings import CouldNotRun, Finding
from clausula.core.package import is_package

LARGEST = 32 << 30
"""A zip file that claims to hold more than this, in bytes, is not unpacked."""


def _refuse(code: str, message: str, hint: str) -> CouldNotRun:
    return CouldNotRun(Finding(code, message, hint))


def unzip(path: Path, folder: Path) -> Path:
    """Unpack a package into a folder, which entries cannot leave; the folder in which it stands."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if sum(entry.file_size for entry in entries) > LARGEST:
                raise _refuse(
                    "too-large", f"{path} would unpack to more than {LARGEST >> 30} GiB", "Unpack it yourself."
                )
            for entry in entries:
                pure = PurePosixPath(entry.filename)
                if pure.is_absolute() or ".." in pure.parts or "\\" in entry.filename or ":" in entry.filename:
                    raise _refuse(
                        "unsafe-path", f"{path}: the entry {entry.filename!r} leaves the archive", "Do not use it."
                    )
            archive.extractall(folder)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError) as error:
        raise _refuse(
            "invalid-zip", f"{path} cannot be unpacked: {error}", "Check that it is a whole zip file."
        ) from error
    inner = [p for p in folder.iterdir() if p.is_dir()]
    return folder if is_package(folder) or len(inner) != 1 else inner[0]
