"""Date formats with the directives of strptime: which texts they allow, as Python and C read them."""

from __future__ import annotations

import re

ZONE = "(?:Z|[+-](?:[01][0-9]|2[0-3]):?[0-5][0-9])"
"""The offset from UTC at the end of a time."""

_DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"


def _short(names: str) -> str:
    return "|".join(name[:3] for name in names.split("|"))


DIRECTIVES = {
    "a": f"(?i:{_short(_DAYS)})",
    "A": f"(?i:{_DAYS})",
    "b": f"(?i:{_short(_MONTHS)})",
    "B": f"(?i:{_MONTHS})",
    "d": "(?:3[01]|[12][0-9]|0?[1-9])",
    "m": "(?:1[0-2]|0?[1-9])",
    "Y": "[0-9]{4}",
    "y": "[0-9]{2}",
    "H": "(?:2[0-3]|[01]?[0-9])",
    "I": "(?:1[0-2]|0?[1-9])",
    "M": "[0-5]?[0-9]",
    "S": "[0-5]?[0-9]",
    "f": "[0-9]{1,6}",
    "j": "[0-9]{1,3}",
    "p": "(?i:am|pm)",
    "z": ZONE,
    "%": "%",
}
"""The supported directives, each with the texts that it allows."""

LOCALE = {"x": "%m/%d/%y", "X": "%H:%M:%S", "c": "%a %b %d %H:%M:%S %Y"}
"""Directives that depend on the locale, as they are in that of C, which a program has if it does not choose one."""

_PARTS = re.compile(r"%(.)|(\s+)|([^%\s]+)", re.DOTALL)


def is_supported(form: str) -> bool:
    """Return whether a format consists of supported directives, with an offset only at its end."""
    letters = re.findall(r"%(.?)", form, re.DOTALL)
    known = bool(letters) and all(letter in DIRECTIVES for letter in letters)
    return known and letters.count("z") == int(form.endswith("%z"))


def without_locale(form: str) -> str:
    """Return a format without directives that depend on the locale."""
    return re.sub(r"%(.)", lambda found: LOCALE.get(found[1], found[0]), form, flags=re.DOTALL)


def lexical_pattern(form: str) -> str:
    """Return the pattern of the texts that a format allows."""
    parts = []
    for letter, space, text in _PARTS.findall(form):
        if letter:
            parts.append(DIRECTIVES[letter])
        else:
            parts.append(r"\s+" if space else "".join(f"[{c}]" if c in ".*+?|(){}$" else _plain(c) for c in text))
    return "".join(parts)


def _plain(char: str) -> str:
    return f"\\{char}" if char in "\\[]^" else char


def without_zone(text: str, form: str, pattern: bool = False) -> str:
    """Return the SQL of a text without the offset at its end, or the format without it."""
    if not form.endswith("%z"):
        return form if pattern else text
    return form.removesuffix("%z").rstrip() if pattern else f"regexp_replace({text}, '\\s*{ZONE}$', '')"
