"""Unpacking of zip files that may be hostile."""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath

from clausula.core.findings import CouldNotRun
from clausula.core.package import is_package

LARGEST = 32 << 30
"""Largest unpacked size, in bytes, of a zip file that is unpacked."""


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
                raise CouldNotRun.of("file-too-large:zip", path=path, limit=LARGEST >> 30)
            for entry in entries:
                pure = PurePosixPath(entry.filename)
                if pure.is_absolute() or ".." in pure.parts or "\\" in entry.filename or ":" in entry.filename:
                    raise CouldNotRun.of("unsafe-path:archive", path=path, name=entry.filename)
            archive.extractall(folder)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError) as error:
        raise CouldNotRun.of("invalid-zip", path=path, error=error) from error
    inner = [p for p in folder.iterdir() if p.is_dir()]
    return folder if is_package(folder) or len(inner) != 1 else inner[0]
