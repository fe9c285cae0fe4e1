"""Wording of messages: counts with their nouns, and indefinite articles."""

from __future__ import annotations

_VOWELS = ("a", "e", "i", "o")
"""First letters after which `an` is right; `u` is left out because the types and units of the schemas say `you`."""


def count(number: int, singular: str, plural: str | None = None) -> str:
    """Return a number with its noun: "1 row", "2,000 rows".

    Parameters
    ----------
    plural : str, optional
        The plural where it is not the singular with an s.
    """
    return f"{number:,} {singular if number == 1 else plural or f'{singular}s'}"


def a(noun: str) -> str:
    """Return a noun with its indefinite article: "an integer", "a date"."""
    return f"{'an' if noun.lower().startswith(_VOWELS) else 'a'} {noun}"
