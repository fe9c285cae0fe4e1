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


def singular(word: str) -> str:
    """Return a lower-case English word without the ending of the plural (Harman 1991)."""
    if word.endswith("ies") and not word.endswith(("eies", "aies")) and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith("es") and not word.endswith(("aes", "ees", "oes")):
        return word[:-1]
    return word[:-1] if word.endswith("s") and not word.endswith(("us", "ss", "is")) and len(word) > 3 else word


def a(noun: str) -> str:
    """Return a noun with its indefinite article: "an integer", "a date"."""
    return f"{'an' if noun.lower().startswith(_VOWELS) else 'a'} {noun}"
