"""The anchors of an answer: the spans that its quotes name, and the ranges of its sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from clausula.coding.answer_form import QUOTE, SENTENCES
from clausula.coding.form import Sheet
from clausula.coding.numbered_text import NumberedText, ranges_of
from clausula.coding.quotes import Span, parts_of
from clausula.core.findings import Finding, finding, shown


def _listed(sentences: Any) -> str:
    """Return the sentences of an object, a list or a single value, as text."""
    listed = sentences if isinstance(sentences, list) else [sentences]
    return ", ".join(str(one) for one in listed if one is not None)


@dataclass
class AnchorReader:
    """Finds the quotes and sentences of an answer in the text of its source.

    Parameters
    ----------
    numbered : NumberedText
        The text of the source.
    findings : list of Finding
        The findings on the answer, to which those on its anchors are added.
    presumed : list of (int, int)
        Where quotes with an error probably belong: in the sentences that are given with them or, without any, at
        every match or at the most similar span.
    """

    numbered: NumberedText
    findings: list[Finding] = field(default_factory=list)
    presumed: list[Span] = field(default_factory=list)

    def _report(self, code: str, place: str, table: str, value: str | None = None, **given: Any) -> None:
        self.findings.append(finding(code, **given, table=table, value=value, cell=place))

    def offsets(self, sheet: Sheet, item: Mapping[str, Any], place: str) -> dict[str, str]:
        """Return the offsets of the span that an object quotes; none, with a finding, if it was not found."""
        span = self.span(sheet, item, place)
        return {"start": str(span[0]), "end": str(span[1])} if span else {}

    def ranges(self, sheet: Sheet, item: Mapping[str, Any], place: str) -> list[tuple[int, int]] | None:
        """Return the ranges of sentences of an object; None, with a finding, if they are not valid."""
        text = _listed(item.get(SENTENCES))
        found = self.numbered.ranges(text)
        if found is None:
            last = len(self.numbered.spans)
            where = f"{place}/{SENTENCES}"
            self._report("invalid-sentences", where, sheet.name, value=shown(text) or None, last=last)
        return found

    def span(self, sheet: Sheet, item: Mapping[str, Any], place: str) -> Span | None:
        """Return the span of an anchor; None, with a finding, if its quote has an error."""
        found = self._span(sheet, item, place)
        if found is None:
            self.presumed += self._presumed(item)
        return found

    def _presumed(self, item: Mapping[str, Any]) -> list[Span]:
        """Return where a quote with an error probably belongs."""
        given = item.get(SENTENCES)
        ranges = self.numbered.ranges(_listed(given)) if given not in (None, "") else None
        window = self.numbered.window(ranges) if ranges else None
        quote = item.get(QUOTE)
        if not isinstance(quote, str) or not parts_of(quote):
            return [window] if window else []
        if window:
            found = list(self.numbered.matches(quote, window))
            return found or [window, *self.numbered.matches(quote)]
        found = list(self.numbered.matches(quote))
        near = None if found else self.numbered.nearest(quote)
        return [near.span] if near else found

    def _span(self, sheet: Sheet, item: Mapping[str, Any], place: str) -> Span | None:
        quote = item.get(QUOTE)
        at = f"{place}/{QUOTE}"
        if not isinstance(quote, str) or not parts_of(quote):
            self._report("missing-quote:answer", at, sheet.name)
            return None
        ranges = self.ranges(sheet, item, place) if item.get(SENTENCES) not in (None, "") else []
        if ranges is None:
            return None
        window = self.numbered.window(ranges) if ranges else None
        found = list(self.numbered.matches(quote, window))
        wanted = ranges_of(n for low, high in ranges for n in range(low, high + 1))
        if window and not found:
            found = list(self.numbered.matches(quote))
            where = ranges_of(sorted({n for one in found for n in self.numbered.numbers_in(one)}))
            if found:
                code = "quote-outside-sentences" if len(found) == 1 else "quote-outside-sentences:several"
                self._report(code, at, sheet.name, value=shown(quote), found=shown(where, 200), wanted=wanted)
        if not found:
            self._not_found(sheet, quote, at, window)
        elif len(found) > 1:
            return self._one_of(sheet, item, at, found)
        return found[0] if found else None

    def _not_found(self, sheet: Sheet, quote: str, place: str, window: Span | None) -> None:
        """Report a quote that was not found, with the difference to the most similar span."""
        near = self.numbered.nearest(quote, window)
        if near is None:
            self._report("quote-not-found:answer", place, sheet.name, value=shown(quote))
            return
        given = {"sentence": self.numbered.number_at(near.span[0]), "difference": shown(near.difference, 400)}
        self._report("quote-mismatch:answer", place, sheet.name, value=shown(quote), similarity=near.score, **given)

    def _one_of(self, sheet: Sheet, item: Mapping[str, Any], place: str, found: list[Span]) -> Span | None:
        """Return the match that an object names by its number."""
        wanted = str(item.get("occurrence") or "")
        if wanted.isascii() and wanted.isdigit() and 1 <= int(wanted) <= len(found):
            return found[int(wanted) - 1]
        where = ", ".join(f"{n} in sentence {self.numbered.number_at(start)}" for n, (start, _) in enumerate(found, 1))
        self._report("ambiguous-quote:answer", place, sheet.name, number=len(found), where=shown(where, 300))
        return None
