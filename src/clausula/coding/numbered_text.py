"""A text with numbered sentences, and the search for quotes in them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from clausula.coding.quotes import NearMatch, Span, elided_places, nearest, parts_of, places
from clausula.evidence.sentences import sentences
from clausula.evidence.text import Text

_RANGES = re.compile(r"\d{1,6}(?:\s*[-–]\s*\d{1,6})?(?:\s*[,;]\s*\d{1,6}(?:\s*[-–]\s*\d{1,6})?)*")

SLACK = 4
"""How many characters a quote may extend beyond its sentences, for punctuation and point numbers."""


def ranges_of(numbers: Iterable[int]) -> str:
    """Return numbers in ascending order as ranges: "1-3, 7"."""
    found: list[list[int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return ", ".join(str(low) if low == high else f"{low}-{high}" for low, high in found)


@dataclass(frozen=True)
class NumberedText:
    """A text whose sentences are numbered from 1."""

    text: Text

    @cached_property
    def spans(self) -> list[Span]:
        """Start and end of every sentence."""
        return list(sentences(self.text.raw))

    @cached_property
    def _starts(self) -> list[int]:
        return [start for start, _ in self.spans]

    def number_at(self, offset: int) -> int:
        """Return the number of the sentence at an offset, or of the last one before it."""
        return max(1, bisect_right(self._starts, offset))

    def numbers_in(self, span: Span) -> list[int]:
        """Return the numbers of the sentences that overlap a span."""
        first = self.number_at(span[0])
        last = max(first, self.number_at(span[1] - 1))
        return [n for n in range(first, last + 1) if span[0] < self.spans[n - 1][1] and span[1] > self.spans[n - 1][0]]

    def ranges(self, value: str) -> list[tuple[int, int]] | None:
        """Return the first and last numbers of the ranges in "1-3, 7"; None if they do not name sentences."""
        if not _RANGES.fullmatch(value.strip()):
            return None
        found = []
        for part in re.split(r"\s*[,;]\s*", value.strip()):
            low, _, high = re.sub(r"\s*[-–]\s*", "-", part).partition("-")
            found.append((int(low), int(high or low)))
        return found if all(1 <= low <= high <= len(self.spans) for low, high in found) else None

    def window(self, ranges: Iterable[tuple[int, int]]) -> Span:
        """Return the span from the first to the last sentence of ranges."""
        listed = list(ranges)
        return self.spans[min(low for low, _ in listed) - 1][0], self.spans[max(high for _, high in listed) - 1][1]

    def matches(self, quote: str, window: Span | None = None) -> Iterator[Span]:
        """Yield every match of a quote with its elisions; with a window, only matches within it."""
        low, high = (window[0] - SLACK, window[1] + SLACK) if window else (0, len(self.text.raw))
        yield from elided_places(self.text, quote, low, high)

    def nearest(self, quote: str, window: Span | None = None) -> NearMatch | None:
        """Return the span that is most similar to the first part of a quote that was not found, or None."""
        parts = parts_of(quote)
        missing = next((part for part in parts if not places(self.text, part)), parts[0])
        if window:
            within = nearest(Text(self.text.raw[window[0] : window[1]]), missing)
            if within is not None:
                start, end = within.span
                return NearMatch((start + window[0], end + window[0]), within.difference, within.score)
        return nearest(self.text, missing)
