"""Search for the quotes of a coder in the text.

A quote is matched by its letters and digits only, like the hashes of anchors, so that quotation marks, dashes, spaces
and line breaks do not matter. A quote that is not found is never imported; the most similar span is shown with the
difference.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from clausula.coding.form import ANCHOR_FIELDS
from clausula.coding.submission import FormRow
from clausula.core.findings import Finding, shown
from clausula.evidence.text import Text, fold

Span = tuple[int, int]

MIN_SIMILARITY = 75.0
"""The lowest similarity, from 0 to 100, at which a span is suggested for a quote."""

_ELISION = re.compile(r"\s*(?:\[\s*(?:…|\.\.\.)\s*\]|…|\.\.\.)\s*")

_EQUIVALENT = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "„": '"', "–": "-", "—": "-"})


def offsets(start: str, end: str) -> Span | None:
    """Return a span from its cells in a table, or None if they are not a span."""
    if not all(cell.isascii() and cell.isdigit() and len(cell) < 10 for cell in (start, end)):
        return None
    return (int(start), int(end)) if int(start) < int(end) else None


def _starts(letters: str, wanted: str) -> Iterator[int]:
    at = letters.find(wanted)
    while at >= 0:
        yield at
        at = letters.find(wanted, at + 1)


def _is_whole_words(raw: str, span: Span) -> bool:
    """Return whether a span starts and ends at word boundaries."""
    start, end = span
    before, after = raw[start - 1 : start], raw[end : end + 1]
    return not before.isalnum() and not after.isalnum()


def _count_matching_marks(raw: Iterable[str], wanted: str) -> int:
    """Count the characters next to a span that match the punctuation of the quote, ignoring spaces."""
    reached, left = 0, [c for c in wanted.translate(_EQUIVALENT) if not c.isspace()]
    for number, char in enumerate(raw, 1):
        if not left:
            break
        if char.isspace():
            continue
        if char.translate(_EQUIVALENT) != left[0]:
            break
        left.pop(0)
        reached = number
    return reached


def _with_marks(raw: str, span: Span, quote: str) -> Span:
    """Return the span extended by the punctuation that the quote has at its ends."""
    start, end = span
    inner = [i for i, char in enumerate(quote) if char.isalnum()]
    before, after = quote[: inner[0]], quote[inner[-1] + 1 :]
    end += _count_matching_marks(raw[end : end + 4 * len(after)], after)
    if before:
        low = max(0, start - 4 * len(before))
        start -= _count_matching_marks(reversed(raw[low:start]), before[::-1])
    return start, end


def places(text: Text, quote: str) -> list[Span]:
    """Return every match of a quote, as (start, end) in code points; only matches of whole words if there are any."""
    wanted = fold(quote)
    if not wanted or not any(char.isalnum() for char in quote):
        return []
    found = [text.raw_span(at, at + len(wanted)) for at in _starts(text.letters, wanted)]
    whole_words = [span for span in found if _is_whole_words(text.raw, span)]
    return [_with_marks(text.raw, span, quote) for span in whole_words or found]


def parts_of(quote: str) -> list[str]:
    """Return the parts of a quote between its elisions (`…` or `[...]`) that contain a letter or digit."""
    return [part for part in _ELISION.split(quote) if any(char.isalnum() for char in part)]


def elided_places(text: Text, quote: str, low: int = 0, high: int | None = None) -> Iterator[Span]:
    """Yield every match of a quote with its elisions, between two offsets: from its first part to its last one."""
    end_of_text = len(text.raw) if high is None else high
    first, *others = [
        [span for span in places(text, part) if span[0] >= low and span[1] <= end_of_text] for part in parts_of(quote)
    ] or [[]]
    for start, end in first:
        reached = end
        for following in others:
            reached = next((after for before, after in following if before >= reached), -1)
            if reached < 0:
                break
        else:
            yield start, reached


@dataclass(frozen=True)
class NearMatch:
    """The span of a text that is most similar to a quote."""

    span: Span
    difference: str
    score: float


def difference(quote: str, words: str) -> str:
    """Return how to change a quote so that it matches the text: [-quote-] {+text+}; punctuation is ignored."""
    ours, theirs = ([word for word in text.split() if fold(word)] for text in (quote, words))
    folded = [fold(word) for word in ours], [fold(word) for word in theirs]
    parts: list[str] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, *folded, autojunk=False).get_opcodes():
        if kind == "equal":
            same = ours[a:b]
            parts += same if len(same) <= 6 else [*same[:3], "…", *same[-3:]]
            continue
        if b > a:
            parts.append(f"[-{' '.join(ours[a:b])}-]")
        if d > c:
            parts.append(f"{{+{' '.join(theirs[c:d])}+}}")
    return " ".join(parts)


def nearest(text: Text, quote: str) -> NearMatch | None:
    """Return the span of the text that is most similar to a quote, or None if no span is similar enough."""
    from rapidfuzz import fuzz

    wanted = fold(quote)
    if not wanted or len(wanted) > len(text.letters):
        return None
    best = fuzz.partial_ratio_alignment(wanted, text.letters, score_cutoff=MIN_SIMILARITY)
    if best is None or best.dest_start == best.dest_end:
        return None
    start, end = text.raw_span(best.dest_start, best.dest_end)
    words = [match.span() for match in re.finditer(r"\S+", text.raw)]
    first = max(0, sum(b <= start for _, b in words))
    last = max(first, sum(a < end for a, _ in words) - 1)
    spans = [
        (words[low][0], words[high][1])
        for low in range(max(0, first - 1), min(first + 2, len(words)))
        for high in range(max(low, last - 2), min(last + 2, len(words)))
    ]
    score, span = max((fuzz.ratio(wanted, fold(text.raw[a:b])), (a, b)) for a, b in spans)
    return NearMatch(span, difference(quote, text.raw[span[0] : span[1]]), float(score))


def paragraphs(raw: str) -> list[Span]:
    """Return start and end of every non-empty line without surrounding spaces: the paragraphs that forms show."""
    found = []
    for match in re.finditer(r"[^\r\n]+", raw):
        line = match.group()
        if line.strip():
            start = match.start() + len(line) - len(line.lstrip())
            found.append((start, start + len(line.strip())))
    return found


def paragraph_of(spans: Sequence[Span], position: int) -> int:
    """Return the number, from 1, of the paragraph that contains an offset."""
    return max(1, sum(start <= position for start, _ in spans))


def _not_found(text: Text, row: FormRow, lines: Sequence[Span]) -> Finding:
    near = nearest(text, row["quote"])
    if near is None:
        return row.finding("quote-not-found:form", "quote")
    given = {"paragraph": paragraph_of(lines, near.span[0]), "difference": shown(near.difference, 400)}
    return row.finding("quote-mismatch", "quote", similarity=near.score, **given)


def _choose_match(row: FormRow, found: Sequence[Span], lines: Sequence[Span]) -> Span | Finding:
    wanted, count = row["occurrence"], len(found)
    if not wanted and count == 1:
        return found[0]
    where = ", ".join(f"{n} in paragraph {paragraph_of(lines, start)}" for n, (start, _) in enumerate(found, 1))
    if not wanted:
        return row.finding("ambiguous-quote:form", "quote", number=count, where=shown(where, 300))
    if not wanted.isascii() or not wanted.isdigit() or not 1 <= int(wanted) <= count:
        code = "invalid-occurrence:once" if count == 1 else "invalid-occurrence"
        given = {"number": count} if count > 1 else {}
        return row.finding(code, "occurrence", wanted=shown(wanted), where=shown(where, 300), **given)
    return found[int(wanted) - 1]


def _span_at_offsets(text: Text, row: FormRow) -> Span | Finding:
    """Return the span of a row that has offsets instead of a quote."""
    span = offsets(row["start"], row["end"])
    if span is None:
        return row.finding("invalid-offsets", "quote", span=shown(f"{row['start']}-{row['end']}"))
    if span[1] > len(text.raw):
        return row.finding("span-out-of-bounds", "quote", start=span[0], end=span[1], characters=len(text.raw))
    return span


def _span(text: Text, row: FormRow, lines: Sequence[Span], kept: Mapping[Span, Span]) -> Span | Finding:
    """Return the span that a row quotes."""
    if row["start"] or row["end"]:
        return _span_at_offsets(text, row)
    if not fold(row["quote"]):
        return row.finding("missing-quote:no-letter" if row["quote"] else "missing-quote", "quote")
    found = places(text, row["quote"]) or list(elided_places(text, row["quote"]))
    chosen = _choose_match(row, found, lines) if found else _not_found(text, row, lines)
    return chosen if isinstance(chosen, Finding) else kept.get(text.letter_span(*chosen), chosen)


def presumed_spans(text: Text, rows: Iterable[FormRow]) -> Iterator[Span]:
    """Yield where quotes without a single match probably belong: every match, or the most similar span."""
    lines = paragraphs(text.raw)
    for row in rows:
        if row["start"] or row["end"] or not fold(row["quote"]):
            continue
        found = places(text, row["quote"]) or list(elided_places(text, row["quote"]))
        if found and isinstance(_choose_match(row, found, lines), Finding):
            yield from found
        elif not found and (near := nearest(text, row["quote"])):
            yield near.span


def locate(text: Text, rows: Iterable[FormRow], known: Iterable[Span] = ()) -> tuple[list[FormRow], list[Finding]]:
    """Find the quotes of rows in a text.

    Parameters
    ----------
    text : Text
    rows : iterable of FormRow
        Rows with a `quote` and, if it occurs more than once, an `occurrence`; or with `start` and `end` in code
        points of the text, which are used as they are.
    known : iterable of (start, end)
        Anchors in the package: a quote with the same letters gets the same offsets, whatever punctuation surrounds it.

    Returns
    -------
    list of FormRow
        The rows with `start`, `end` and `fingerprint`; all three are empty if the quote was not found.
    list of Finding
        `missing-quote`, `quote-not-found`, `quote-mismatch`, `ambiguous-quote`, `invalid-occurrence`; for offsets
        `invalid-offsets`, `span-out-of-bounds`.
    """
    kept = {text.letter_span(*span): span for span in known}
    lines = paragraphs(text.raw)
    located: list[FormRow] = []
    findings: list[Finding] = []
    for row in rows:
        span = _span(text, row, lines, kept)
        cells = ("", "", "")
        if not isinstance(span, Finding):
            try:
                cells = (str(span[0]), str(span[1]), text.fingerprint(*span))
            except ValueError as error:
                span = row.finding("missing-quote:span", "quote", error=error)
        if isinstance(span, Finding):
            findings.append(span)
        located.append(replace(row, cells={**row.cells, **dict(zip(ANCHOR_FIELDS, cells, strict=True))}))
    return located, findings
