"""Safety checks before a file is opened as a workbook: file type, unpacked size, macros and links."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

from clausula.core.findings import Finding

MAX_UNPACKED_BYTES = 200 << 20
"""The maximum unpacked size of a workbook in bytes."""

MAX_PARTS = 5_000
_OLE = b"\xd0\xcf\x11\xe0"
_SAVE = "Save it as an Excel workbook (.xlsx) without a password or macros."


def _fault(path: Path, code: str, message: str, hint: str = _SAVE) -> Finding:
    return Finding(code, message, hint, file=path.name)


def _unsafe(archive: zipfile.ZipFile, name: str) -> bool:
    """Return whether a part declares a document type, through which a small file can expand without limit."""
    with archive.open(name) as part:
        start = part.read(1 << 16)
    return start[:2] in (b"\xff\xfe", b"\xfe\xff") or b"<!DOCTYPE" in start or b"<!ENTITY" in start


def _parts(path: Path, archive: zipfile.ZipFile) -> Finding | None:
    entries = archive.infolist()
    names = {entry.filename for entry in entries}
    if any(entry.flag_bits & 1 for entry in entries):
        return _fault(path, "protected-workbook", "the file is password-protected")
    if len(entries) > MAX_PARTS or sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        return _fault(path, "workbook-too-large", "the file is too large when unpacked")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return _fault(path, "macros", "the workbook contains macros")
    if "xl/workbook.xml" not in names or "[Content_Types].xml" not in names:
        return _fault(path, "not-a-workbook", "the file is not an Excel workbook")
    if any(name.startswith("xl/externalLinks/") for name in names):
        hint = "Remove the links to other files (Data > Edit Links) and enter values instead."
        return _fault(path, "external-workbook-links", "the workbook refers to other files", hint)
    for name in sorted(names):
        if name.endswith((".xml", ".rels", ".vml")) and _unsafe(archive, name):
            return _fault(path, "unsafe-xml", f"the part {name} declares a document type or is in UTF-16")
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
        return _fault(path, "protected-workbook", "the file is password-protected or in the old format .xls")
    if not zipfile.is_zipfile(path):
        return _fault(path, "not-a-workbook", "the file is not an Excel workbook")
    try:
        with zipfile.ZipFile(path) as archive:
            return _parts(path, archive)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError, zlib.error) as error:
        return _fault(path, "not-a-workbook", f"the file cannot be unpacked: {error}")
