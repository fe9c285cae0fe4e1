"""Texts that the long parts of many pages share, stored once: a character of a private plane stands for each.

A page opened from a file cannot load what it needs of a larger file, so each page has a script with its own parts. Most
of what these say is said on other pages too: summaries of provisions, and links to records.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

FIRST, FIRST_SUMMARY, LAST = 0xF0000, 0x100000, 0x10FFFD
"""Characters that stand for texts: private planes, which no text of a package is likely to use.

Those of the second plane stand for the summaries of provisions, which the page reads from the script of their table."""

SHORTEST = 8
"""Characters from which a text is stored once."""

_PRIVATE = re.compile(f"[{chr(FIRST)}-{chr(LAST)}]")
_PHRASE = re.compile(r"<a [^>]*>[^<]*</a>|<[^>]*>|p\d+: |[^<\s][^<]*[^<\s]")


def _plain(part: str) -> str:
    """Return a part in which no character stands for a text."""
    return _PRIVATE.sub(lambda match: f"&#{ord(match[0])};", part)


def shared(parts: Mapping[str, list[str]], summaries: Iterable[str]) -> tuple[list[str], dict[str, list[str]]]:
    """Return the texts that several pages share, and the parts of each page with characters in their place.

    Parameters
    ----------
    parts : mapping
        The parts of each page, as HTML.
    summaries : iterable of str
        The summaries of provisions, in the order of their table.
    """
    plain = {page: [_plain(part) for part in listed] for page, listed in parts.items()}
    characters: dict[str, str] = {}
    for number, summary in enumerate(summaries):
        if FIRST_SUMMARY + number <= LAST:
            characters.setdefault(summary, chr(FIRST_SUMMARY + number))
    pages = Counter(phrase for listed in plain.values() for phrase in _found(listed))
    several = [one for one, number in pages.items() if number > 1 and len(one) >= SHORTEST and one not in characters]
    phrases = several[: FIRST_SUMMARY - FIRST]
    characters |= {phrase: chr(FIRST + number) for number, phrase in enumerate(phrases)}

    def character(match: re.Match[str]) -> str:
        return characters.get(match[0], match[0])

    return phrases, {page: [_PHRASE.sub(character, part) for part in listed] for page, listed in plain.items()}


def _found(parts: Iterable[str]) -> dict[str, None]:
    """Return the texts of the parts of a page, each once."""
    return dict.fromkeys(phrase for part in parts for phrase in _PHRASE.findall(part))
