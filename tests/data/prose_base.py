"""A text that people read, and cutting code and quotations out of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

GAP = "¤"
"""Put where code, a placeholder or a quotation was cut out of a text."""


@dataclass(frozen=True)
class Text:
    """One block of prose: a paragraph, a cell, a docstring, a message or consecutive lines of a comment."""

    path: str
    line: int
    text: str
    generated: bool = False


def cut(text: str, pattern: str, flags: int = re.S) -> str:
    """Replace what matches by a gap, keeping the line breaks, so that line numbers stay right."""
    return re.sub(pattern, lambda m: GAP + "\n" * m[0].count("\n"), text, flags=flags)


def blank(text: str, pattern: str, flags: int = re.S) -> str:
    """Remove what matches, keeping the line breaks."""
    return re.sub(pattern, lambda m: "\n" * m[0].count("\n") or " ", text, flags=flags)


def without_code(text: str) -> str:
    """Cut inline code, addresses, links' targets and e-mail addresses."""
    text = cut(text, r"``.+?``|`[^`]+`")
    text = re.sub(r"\]\([^)\s]*\)", "]", text)
    return cut(text, r"(https?|doi|file):[^\s>)\]]+|[\w.+-]+@[\w-]+\.\w+|<https?:[^>]*>")


def without_quotes(text: str) -> str:
    """Cut quotations: the words in them belong to others."""
    inner = r"(?:(?!\n[ \t]*\n)[^”’\"|]){1,400}"
    return cut(text, rf"“{inner}”|(?<!\w)\"{inner}\"|‘{inner}’(?!\w)")


def blocks(path: str, lines: list[tuple[int, str]], generated: bool = False) -> Iterator[Text]:
    """Group consecutive non-empty lines into one block."""
    group: list[tuple[int, str]] = []
    for number, line in [*lines, (-1, "")]:
        if group and (not line.strip() or number != group[-1][0] + 1):
            yield Text(path, group[0][0], "\n".join(text for _, text in group), generated)
            group = []
        if line.strip():
            group.append((number, line))
