"""Proposed rows of the coding log: headings, preambles and signatures, which support no record."""

from __future__ import annotations

from collections.abc import Iterator

from clausula.coding.numbered_text import NumberedText


def proposed_log(numbered: NumberedText) -> Iterator[tuple[int, str]]:
    """Yield the numbers of sentences that support no record, each with the reason."""
    for number, (start, end) in enumerate(numbered.spans, 1):
        words = numbered.text.raw[start:end]
        if len(words) < 90 and words[-1:].isalnum() and words[:1].isupper():
            yield number, "title"
