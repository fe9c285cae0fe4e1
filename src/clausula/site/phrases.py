"""Texts that the long parts of many pages share, stored once: in the parts, a character of a private plane stands for each.

A page opened from a file cannot load what it needs of a larger file, so each page has a script with its own parts. Most
of what these say is said on other pages too: summaries of provisions, and links to records.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

FIRST, LAST = 0xF0000, 0x10FFFD
"""Characters that stand for texts: private planes, which no text of a package is likely to use."""

SHORTEST = 8
"""Characters from which a text is stored once."""

_PRIVATE = re.compile(f"[{chr(FIRST)}-{chr(LAST)}]")
_PHRASE = re.compile(r"<a [^>]*>[^<]*</a>|<[^>]*>|[^<\s][^<]*[^<\s]")


def _plain(part: str) -> str:
    """Return a part in which no character stands for a text."""
    return _PRIVATE.sub(lambda match: f"&#{ord(match[0])};", part)


def shared(parts: Mapping[str, list[str]]) -> tuple[list[str], dict[str, list[str]]]:
    """Return the texts that several pages share, and the parts of each page with characters in their place."""
    plain = {page: [_plain(part) for part in listed] for page, listed in parts.items()}
    pages = Counter(phrase for listed in plain.values() for phrase in _found(listed))
    several = [phrase for phrase, number in pages.items() if number > 1 and len(phrase) >= SHORTEST]
    phrases = several[: LAST - FIRST]
    characters = {phrase: chr(FIRST + number) for number, phrase in enumerate(phrases)}

    def character(match: re.Match[str]) -> str:
        return characters.get(match[0], match[0])

    return phrases, {page: [_PHRASE.sub(character, part) for part in listed] for page, listed in plain.items()}


def _found(parts: Iterable[str]) -> dict[str, None]:
    """Return the texts of the parts of a page, each once."""
    return dict.fromkeys(phrase for part in parts for phrase in _PHRASE.findall(part))
