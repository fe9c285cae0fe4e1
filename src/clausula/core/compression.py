"""Compressed files of a package, in gz and zip, unpacked in bounded space."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

COMPRESSIONS = ("gz", "zip")
SUFFIXES = (".gz", ".zip", ".bz2", ".xz", ".zst")

LARGEST = 16 << 30
"""Largest unpacked size, in bytes, of a compressed file."""

CHUNK = 1 << 20


class UnpackError(ValueError):
    """Raised if a compressed file cannot be unpacked; the message says why."""


@contextmanager
def unpacked(path: Path, compression: str, inner: str = "") -> Iterator[IO[bytes]]:
    """Open the content of a compressed file.

    Parameters
    ----------
    inner : str
        The file in a zip that has several.

    Raises
    ------
    UnpackError
        If it is not valid, or it is a zip that has none or several files and `inner` is not one of them.
    """
    import gzip
    import zipfile
    import zlib

    try:
        if compression == "gz":
            with gzip.open(path) as file:
                yield cast(IO[bytes], file)
            return
        with zipfile.ZipFile(path) as archive:
            files = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
            if inner and inner not in files:
                raise UnpackError(f"the zip has no file {inner!r:.60}")
            if not inner and len(files) != 1:
                raise UnpackError(f"the zip has {len(files)} files, and `innerpath` does not name one of them")
            with archive.open(inner or files[0]) as file:
                yield file
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise UnpackError(f"it is not a valid {compression} file: {error}") from error


def unpack(path: Path, compression: str, target: Path, inner: str = "") -> None:
    """Unpack a compressed file; raise UnpackError if it is not valid or too large."""
    import shutil

    with unpacked(path, compression, inner) as source, target.open("wb") as out:
        size = 0
        while chunk := source.read(CHUNK):
            size += len(chunk)
            if size > LARGEST or size > shutil.disk_usage(target.parent).free:
                raise UnpackError("its content is too large")
            out.write(chunk)


def beginning(path: Path, compression: str, inner: str = "") -> bytes:
    """Return the first bytes of the content of a file, compressed or not; empty if it cannot be read."""
    try:
        if not compression:
            with path.open("rb") as file:
                return file.read(CHUNK)
        with unpacked(path, compression, inner) as file:
            return file.read(CHUNK)
    except (OSError, UnpackError):
        return b""
