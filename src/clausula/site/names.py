"""File names and HTML anchors made only from IDs, and the paths of record pages."""

from __future__ import annotations

import hashlib
import re

_SAFE = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
"""File names that Windows reserves for devices."""

TABLES_WITH_PAGES = ("instruments", "actors", "topics")
"""Tables whose records each have their own page."""

NAMED = "named.html"
"""Page of the instruments without coded provisions."""


def safe_name(record_id: str) -> str:
    """Return a file name and anchor for an ID: the ID itself if it is safe, otherwise a hash of it."""
    if _SAFE.fullmatch(record_id) and not _DEVICE.fullmatch(record_id):
        return record_id
    return f"x-{hashlib.sha256(record_id.encode('utf-8', 'surrogatepass')).hexdigest()[:20]}"


def page_of(table: str, record_id: str) -> str:
    """Return the path of the page of a record, from the root of the site."""
    return f"{table}/{safe_name(record_id)}.html"
