"""Patterns of one length, such as `r[0-9]{9}`, in a form that DuckDB matches faster than a regular expression."""

from __future__ import annotations

import re
import string
from functools import lru_cache
from typing import Any

from clausula.core.patterns import parsed

LONGEST = 100
"""Up to how many letters a pattern is spelt out."""

_LETTERS = frozenset(string.ascii_letters + string.digits + " .,:;/_-+=#@%&~")
"""What stands for itself outside of a class; a class holds letters and digits alone."""

_OTHERWISE = ("[[", "[:", "[^", "\\")
"""What engines read in different ways, or what is no plain class; an escaped full stop is plain."""


@lru_cache(maxsize=1024)
def as_glob(pattern: str) -> str | None:
    """The same pattern for GLOB, or None if it is not made of a fixed number of plain letters and classes."""
    if any(sign in pattern.replace("\\.", "") for sign in _OTHERWISE) or not pattern.isascii():
        return None
    try:
        tree = parsed(pattern)
    except (re.error, RecursionError, OverflowError):
        return None
    parts = _parts(tree) if tree.state.flags == re.UNICODE.value else None
    return "".join(parts) if parts and len(parts) <= LONGEST else None


def _parts(tree: Any) -> list[str] | None:
    """One piece for each letter."""
    found: list[str] = []
    for op, value in tree:
        match str(op):
            case "LITERAL" if chr(value) in _LETTERS:
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
    """A class of letters and digits."""
    spelt = ""
    for op, value in items:
        ends = (value, value) if str(op) == "LITERAL" else value if str(op) == "RANGE" else None
        if ends is None or not all(end < 128 and chr(end).isalnum() for end in ends):
            return None
        spelt += chr(ends[0]) if ends[0] == ends[1] else f"{chr(ends[0])}-{chr(ends[1])}"
    return [f"[{spelt}]"]
