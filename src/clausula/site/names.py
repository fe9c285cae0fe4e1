"""File names and anchors, made from ids alone, and the addresses of records."""

from __future__ import annotations

import hashlib
import re

_SAFE = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
"""Names that some systems keep for devices."""

PAGED = ("instruments", "actors", "topics")
"""Tables whose records have a page each."""


def safe(record_id: str) -> str:
    """An id as a file name and anchor: itself where it has the form of ids, else a fingerprint of it."""
    if _SAFE.fullmatch(record_id) and not _DEVICE.fullmatch(record_id):
        return record_id
    return f"x-{hashlib.sha256(record_id.encode('utf-8', 'surrogatepass')).hexdigest()[:20]}"


def page_of(table: str, record_id: str) -> str:
    """Path of the page of a record."""
    return f"{table}/{safe(record_id)}.html"
