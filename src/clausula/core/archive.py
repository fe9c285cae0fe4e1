"""Unpacking of zip files that may be hostile."""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath

from clausula.core.findings import CouldNotRun, Finding
from clausula.core.package import is_package

LARGEST = 32 << 30
"""Largest unpacked size, in bytes, of a zip file that is unpacked."""


def _refuse(code: str, message: str, hint: str) -> CouldNotRun:
    return CouldNotRun(Finding(code, message, hint))


def unzip(path: Path, folder: Path) -> Path:
    """Unpack a package into a folder and return the folder of the package.

    Raises
    ------
    CouldNotRun
        If an entry would be written outside the folder, the archive is too large, or it is not a valid zip file.
    """
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
                        "unsafe-path",
                        f"{path}: the entry {entry.filename!r} leaves the archive",
                        "Do not use this archive.",
                    )
            archive.extractall(folder)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError) as error:
        raise _refuse(
            "invalid-zip", f"{path} cannot be unpacked: {error}", "Check that it is a complete zip file."
        ) from error
    inner = [p for p in folder.iterdir() if p.is_dir()]
    return folder if is_package(folder) or len(inner) != 1 else inner[0]
