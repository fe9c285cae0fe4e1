"""Sentences of a treaty text: numbering, abbreviations, wrapped lines and page furniture are not sentences.

The boundaries within a paragraph come from nupunkt, a Punkt model trained on legal text. Around it, rules of our own
deal with what that model does not know: which lines belong together, which lines are numbers or page furniture, the
abbreviations of treaties, and lists of clauses. All spans are offsets in the text as it was given.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib.resources import files

from clausula.core.requirements import needs

Span = tuple[int, int]

ABBREVIATIONS = frozenset((files("clausula.evidence") / "abbreviations.txt").read_text(encoding="utf-8").split())
"""Words after whose full stop a sentence goes on, without their last full stop."""

MARKER = r"\(?(?:[0-9]{1,3}(?:\.[0-9]{1,3}){0,3}|[ivxlcdm]{1,6}|[IVXLCDM]{1,6}|[a-zA-Zа-яА-Я])(?:[.)]{1,2}|(?=\s*$))"
"""A number, letter or Roman numeral in front of an article, paragraph or list item."""

_UNIT = (
    "article|art|section|sec|chapter|part|annex|appendix|title|point|paragraph|para|clause|artikel|abschnitt|kapitel"
)
_NUMBER = r"\(?(?:\d+(?:[.-]\d+)*|[ivxlcdm]+|[a-z])\)?"
_NUMBERING = re.compile(rf"[\W_]*(?:(?:(?:{_UNIT})\.?\s*)?(?:§+\s*)?{_NUMBER})?[\W_]*", re.IGNORECASE)
_STARTS_ITEM = re.compile(rf"\s*(?:[-*•–—·▪]\s|{MARKER}\s)")
_PAGE = re.compile(r"[\s\-–—|]*(?:page|seite|p\.)?\s*\d{1,4}(?:\s*(?:/|of|von)\s*\d{1,4})?[\s\-–—|]*", re.IGNORECASE)
_TERMINAL = re.compile(r"[.!?;:…][\"'”’»)\]]*\s*\Z")
_LAST_WORD = re.compile(r"([\w.]+)\.\s*\Z")
_CLAUSE_END = re.compile(rf";(?:\s+(?:and|or|und|oder))?\s+(?={MARKER}\s)")
_REFERENCE_END = re.compile(rf"\b(?:{_UNIT})\s+[IVXLC]+\.(?=\s+[A-Z])", re.IGNORECASE)
_LINE = re.compile(r"[^\r\n\f]+")

WRAPPED_MIN, WRAPPED_MAX = 45, 130
"""The lengths between which the longest line of a paragraph lies if its lines were broken at a fixed width."""

WRAPPED_SHARE = 0.92
"""The share of the longest line nearby that a line fills if it was broken because the next word did not fit."""

REPEATED = 3
"""How often a short line occurs in a text if it is a running head."""


def _lines(text: str) -> list[Span]:
    found = []
    for match in _LINE.finditer(text):
        line = match.group()
        if line.strip():
            start = match.start() + len(line) - len(line.lstrip())
            found.append((start, start + len(line.strip())))
    return found


def furniture(text: str) -> list[Span]:
    """Return the lines of a text that belong to its pages: page numbers, and running heads that are repeated."""
    lines = _lines(text)
    numbers = [span for span in lines if _PAGE.fullmatch(text[slice(*span)])]
    if len(numbers) < REPEATED:
        return []
    counts = Counter(re.sub(r"\d+", "0", text[slice(*span)]) for span in lines)
    heads = []
    for before, span in zip([(0, 0), *lines], lines, strict=False):
        words = text[slice(*span)]
        repeated = counts[re.sub(r"\d+", "0", words)] >= REPEATED and len(words) < 100
        if repeated and not _TERMINAL.search(words) and (before in numbers or _next_is(lines, span, numbers)):
            heads.append(span)
    return sorted({*numbers, *heads})


def _next_is(lines: list[Span], span: Span, wanted: Iterable[Span]) -> bool:
    at = lines.index(span) + 1
    return at < len(lines) and lines[at] in wanted


def _continues(text: str, lines: list[Span], at: int, page_between: bool) -> bool:
    """Return whether a sentence can go on from the line before a line to the line."""
    first, second = text[slice(*lines[at - 1])], text[slice(*lines[at])]
    near = lines[max(0, at - 4) : at + 4]
    widest = max(end - start for start, end in near)
    if _STARTS_ITEM.match(second + " "):
        return False
    lower = second[:1].islower() and not _TERMINAL.search(first)
    if first.endswith("-") and second[:1].islower():
        return True
    if page_between:
        return lower
    if widest > WRAPPED_MAX or text.count("\n", lines[at - 1][1], lines[at][0]) > 1:
        return lower and first[-1:].isalnum()
    if lower or widest < WRAPPED_MIN or not any(text[start].islower() for start, _ in near):
        return lower
    return len(first) + 1 + len(second.split()[0]) > WRAPPED_SHARE * widest  # the next word did not fit


def paragraphs_of(text: str) -> Iterator[Span]:
    """Yield the spans of text in which sentences lie: lines, joined where they were only wrapped."""
    pages = furniture(text)
    known = set(pages)
    lines = [span for span in _lines(text) if span not in known]
    start = 0
    for at in range(1, len(lines) + 1):
        if at < len(lines):
            between = any(lines[at - 1][1] <= low < lines[at][0] for low, _ in pages)
            if _continues(text, lines, at, between):
                continue
        yield lines[start][0], lines[at - 1][1]
        start = at


def is_numbering(words: str) -> bool:
    """Return whether words are only a number or letter, or the word for an article or section with one."""
    return bool(_NUMBERING.fullmatch(words))


def _goes_on(before: str, after: str) -> bool:
    """Return whether a boundary that was found between two parts of a paragraph is none."""
    word = _LAST_WORD.search(before)
    if word and (word[1].lower() in ABBREVIATIONS or re.fullmatch(r"[A-Z]", word[1])):
        return not _REFERENCE_END.search(f"{before} A") or is_numbering(before)
    if is_numbering(before):
        return True
    return after[:1].islower() and not re.match(rf"{MARKER}\s", after) and not before.rstrip().endswith(";")


def _split(text: str, paragraph: Span) -> list[Span]:
    """Return the sentences of one paragraph; clauses of a list in running text are sentences too."""
    with needs("the segmentation of texts", "validate"):
        import nupunkt

    start, end = paragraph
    words = re.sub(r"[\r\n\f]", " ", text[start:end])
    cuts = {b for _, b in nupunkt.sent_spans(words)} | {match.start() + 1 for match in _CLAUSE_END.finditer(words)}
    cuts |= {match.end() for match in _REFERENCE_END.finditer(words)}
    found: list[Span] = []
    low = 0
    for cut in [*sorted(cuts - {len(words)}), len(words)]:
        if cut < len(words) and _goes_on(words[low:cut].strip(), words[cut:].lstrip()):
            continue
        part = words[low:cut]
        if part.strip():
            first = start + low + len(part) - len(part.lstrip())
            found.append((first, first + len(part.strip())))
        low = cut
    return found


def sentences(text: str) -> Iterator[Span]:
    """Yield the start and end of every sentence and heading; numbering and page furniture alone are none."""
    for paragraph in paragraphs_of(text):
        for start, end in _split(text, paragraph):
            if not is_numbering(text[start:end]):
                yield start, end
