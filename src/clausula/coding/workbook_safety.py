"""Safety checks before a file is opened as a workbook: file type, unpacked size, macros and links."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

from clausula.core.findings import Finding, finding

MAX_UNPACKED_BYTES = 200 << 20
"""The maximum unpacked size of a workbook in bytes."""

MAX_PARTS = 5_000
_OLE = b"\xd0\xcf\x11\xe0"


def _unsafe(archive: zipfile.ZipFile, name: str) -> bool:
    """Return whether a part declares a document type, through which a small file can expand without limit."""
    with archive.open(name) as part:
        start = part.read(1 << 16)
    return start[:2] in (b"\xff\xfe", b"\xfe\xff") or b"<!DOCTYPE" in start or b"<!ENTITY" in start


def _parts(path: Path, archive: zipfile.ZipFile) -> Finding | None:
    entries = archive.infolist()
    names = {entry.filename for entry in entries}
    if any(entry.flag_bits & 1 for entry in entries):
        return finding("protected-workbook", file=path.name)
    if len(entries) > MAX_PARTS or sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        return finding("workbook-too-large", file=path.name)
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return finding("macros", file=path.name)
    if "xl/workbook.xml" not in names or "[Content_Types].xml" not in names:
        return finding("not-a-workbook", file=path.name)
    if any(name.startswith("xl/externalLinks/") for name in names):
        return finding("external-workbook-links", file=path.name)
    for name in sorted(names):
        if name.endswith((".xml", ".rels", ".vml")) and _unsafe(archive, name):
            return finding("unsafe-xml", name=name, file=path.name)
    return None


def inspect(path: Path) -> Finding | None:
    """Return why a file must not be opened as a workbook, or None if it may.

    Raises
    ------
    OSError
        If the file cannot be read.
    """
    with path.open("rb") as file:
        start = file.read(4)
    if start == _OLE:
        return finding("protected-workbook:old-format", file=path.name)
    if not zipfile.is_zipfile(path):
        return finding("not-a-workbook", file=path.name)
    try:
        with zipfile.ZipFile(path) as archive:
            return _parts(path, archive)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError, zlib.error) as error:
        return finding("not-a-workbook:damaged", error=error, file=path.name)
