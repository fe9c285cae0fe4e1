"""Conversion of fixed-length patterns, such as `r[0-9]{9}`, to GLOB, which DuckDB matches faster than a regex."""

from __future__ import annotations

import re
import string
from functools import lru_cache
from typing import Any

from clausula.core.patterns import parsed

LONGEST = 100
"""Largest length, in characters, of a pattern that is converted."""

_LITERALS = frozenset(string.ascii_letters + string.digits + " .,:;/_-+=#@%&~")
"""Characters that are literal outside a class. A class may contain only letters and digits."""

_UNSUPPORTED = ("[[", "[:", "[^", "\\")
"""Parts of a pattern that engines interpret differently or that GLOB lacks; an escaped full stop is supported."""


@lru_cache(maxsize=1024)
def as_glob(pattern: str) -> str | None:
    """Return the equivalent GLOB pattern, or None unless the pattern is a fixed number of characters and classes."""
    if any(sign in pattern.replace("\\.", "") for sign in _UNSUPPORTED) or not pattern.isascii():
        return None
    try:
        tree = parsed(pattern)
    except (re.error, RecursionError, OverflowError):
        return None
    parts = _parts(tree) if tree.state.flags == re.UNICODE.value else None
    return "".join(parts) if parts and len(parts) <= LONGEST else None


def _parts(tree: Any) -> list[str] | None:
    """Return the GLOB for each character of the text, or None."""
    found: list[str] = []
    for op, value in tree:
        match str(op):
            case "LITERAL" if chr(value) in _LITERALS:
                more: list[str] | None = [chr(value)]
            case "IN":
                more = _class(value)
            case "MAX_REPEAT" if 1 <= value[0] == value[1] <= LONGEST:
                body = _parts(value[2])
                more = body * value[0] if body else None
            case _:
                more = None
        if more is None or len(found) + len(more) > LONGEST:
            return None
        found += more
    return found


def _class(items: Any) -> list[str] | None:
    """Return the GLOB of a class of letters and digits, or None if it contains anything else."""
    members = ""
    for op, value in items:
        ends = (value, value) if str(op) == "LITERAL" else value if str(op) == "RANGE" else None
        if ends is None or not all(end < 128 and chr(end).isalnum() for end in ends):
            return None
        members += chr(ends[0]) if ends[0] == ends[1] else f"{chr(ends[0])}-{chr(ends[1])}"
    return [f"[{members}]"]
