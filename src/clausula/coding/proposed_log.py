"""Proposed rows of the coding log: headings, recitals, enacting words and signatures, which support no record.

The proposals follow rules on the form of a sentence and its place in the text. They are meant to be right when they are
made, and leave everything else to the coder.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from clausula.coding.numbered_text import NumberedText
from clausula.coding.quotes import Span
from clausula.coding.submission import FormRow
from clausula.evidence.sentences import MARKER, is_numbering
from clausula.evidence.text import Text

MAX_HEADING, MAX_WORDS = 110, 14
"""The maximum number of characters and of words in a heading."""

_HEADING = re.compile(
    r"(?:(?:article|section|chapter|part|annex|title|artikel|abschnitt|kapitel)\s+[\divxlc]+\b.*|[IVXLC]+\.\s.*|\d+[.)]?\s.*)",
    re.IGNORECASE,
)
_RECITAL = re.compile(
    r"(?:and\s+)?(?:(?:deeply|fully|strongly|further|also|again|once)\s+)?"
    r"(?:acknowledging|acting|affirming|alarmed|appreciating|aware|bearing in mind|being|believing|building on|"
    r"cognisant|cognizant|commending|concerned|condemning|confirming|conscious|considering|convinced|deeming|deploring|desiring|"
    r"desirous|determined|emphasi[sz]ing|encouraged|guided by|having|highlighting|in accordance with|inspired|keen|"
    r"mindful|noting|proceeding from|reaffirming|realising|realizing|recalling|recogni[sz]ing|referring|reiterating|"
    r"resolved|reviewing|seeking|sharing|stressing|striving|supporting|taking into account|taking note|underlining|"
    r"underscoring|welcoming|whereas|wishing)\b",
    re.IGNORECASE,
)
_ENACTING = re.compile(
    r".{0,160}\b(?:have|has|hereby|therefore)?\s*(?:agreed|agree|decided|resolved|reached (?:an )?understanding)\b"
    r"[^.]{0,40}\b(?:as follows|on the following)\s*[:.]?",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    r"(?:(?:this .{0,80}\b(?:is|was) )?(?:done|signed|concluded|executed)\s+(?:in|at|on|by|this|and)\b|"
    r"in witness whereof|"
    r"for the (?:government|kingdom|republic|state|party|parties|participants?)\b|"
    r".{3,60}\(signed\)$|for (?:[A-Z]\w+)(?: [A-Z]\w+){0,3}[:_\s]*$|unterzeichnet|geschehen zu)",
    re.IGNORECASE,
)
_OPERATIVE = re.compile(
    r"\b(?:shall|will|must|may|agrees?|commits?|undertakes?|is to|are to|should|intends?|pledges?|stops?|withdraws?)\b",
    re.IGNORECASE,
)
_LANGUAGES = re.compile(r"\b(?:languages?|sprachen?|authentic|equally valid)\b", re.IGNORECASE)
"""What a signature clause says of the languages of the text, which is a provision."""

_DETERMINED = re.compile(
    r"\b(?:have|has)\s+(?:\w+\s+)?(?:agreed|decided|determined|resolved)\b|"
    r"\b(?:parties|participants|sides)\s+(?:hereby\s+)?(?:agree|decide|determine|resolve)\b",
    re.IGNORECASE,
)
_FOOTNOTE = re.compile(r"\s*\[\d+\]")
_SMALL_WORDS = frozenset(("and", "the", "for", "bin", "von", "van", "der", "del", "signed"))
_FIRST_ARTICLE = re.compile(r"^\s*(?:article|part|section|chapter)\s+(?:1|I|one)\b", re.IGNORECASE | re.MULTILINE)
_NUMBERED = re.compile(rf"^\s*{MARKER}\s", re.MULTILINE)


def _is_heading(words: str, numbering: str) -> bool:
    """Return whether words in a line of their own are a heading; `numbering` is the text in front of them."""
    if len(words) > MAX_HEADING or len(words.split()) > MAX_WORDS or not re.search(r"[^\W\d_]", words):
        return False
    if re.search(r"[.;:,!?…]\W*$|\b(?:and|or|und|oder)$", words) or _OPERATIVE.search(words) or words[:1] in '-–•*"“':
        return False
    plain = re.sub(rf"^(?:{MARKER})\s*", "", words)
    return plain[:1].isupper() and (words == plain or bool(_HEADING.fullmatch(words)) or is_numbering(numbering))


def _alone(raw: str, span: Span) -> bool:
    """Return whether a sentence, with its numbering, has a line of its own."""
    if "\n" in raw[slice(*span)]:
        return False
    low = max(raw.rfind("\n", 0, span[0]), raw.rfind("\r", 0, span[0])) + 1
    high = re.search(r"[\r\n]|\Z", raw[span[1] :])
    return is_numbering(raw[low : span[0]]) and not raw[span[1] : span[1] + (high.start() if high else 0)].strip()


def _begins(words: str, recital: bool) -> bool:
    """Return whether the operative part begins with a sentence and the text in front of it."""
    return bool(_FIRST_ARTICLE.search(words)) or (not recital and bool(_NUMBERED.search(words)))


def _numbering(raw: str, start: int) -> str:
    return raw[raw.rfind("\n", 0, start) + 1 : start]


def proposed_log(numbered: NumberedText) -> Iterator[tuple[int, str]]:
    """Yield the numbers of sentences that support no record, each with the reason.

    Parameters
    ----------
    numbered : NumberedText

    Yields
    ------
    int, str
        The number of the sentence and the value of `coding_log.reason`.
    """
    raw, spans = numbered.text.raw, numbered.spans
    words = [" ".join(raw[start:end].split()) for start, end in spans]
    headings = [
        _alone(raw, span) and _is_heading(text, _numbering(raw, span[0]))
        for span, text in zip(spans, words, strict=True)
    ]
    begun, signed = False, len(words) - _signatories(words)
    for at in range(len(spans) - 1, max(0, len(spans) * 3 // 4 - 1), -1):
        if _SIGNED.match(words[at]):
            signed = at
    for at, (span, text) in enumerate(zip(spans, words, strict=True)):
        numbering = _numbering(raw, span[0])
        before = raw[spans[at - 1][1] if at else 0 : span[0]] + text
        begun = begun or bool(at and _begins(before, bool(_RECITAL.match(text))))
        begun = begun or (headings[at] and not all(headings[:at]))
        if at >= signed:
            if (_SIGNED.match(text) or headings[at] or _is_name(text)) and not _is_coded(text):
                yield at + 1, "byline"
        elif headings[at] and not _in_list(headings, at):
            yield at + 1, "title"
        elif _ENACTING.fullmatch(text):
            yield at + 1, "connective"
        elif (
            not begun
            and not numbering.strip()
            and _RECITAL.match(text)
            and (text.endswith((",", ";")) or not _OPERATIVE.search(text))
            and not _DETERMINED.search(text)
        ):
            yield at + 1, "preamble"


def _is_coded(words: str) -> bool:
    """Return whether a line after the operative part is a provision on languages, or a footnote."""
    return bool(_LANGUAGES.search(words) or _FOOTNOTE.match(words))


def proposed_rows(raw: str) -> list[FormRow]:
    """Return the proposed rows of the log of a text as form rows, one for each run of sentences with one reason."""
    numbered = NumberedText(Text(raw))
    runs: list[tuple[int, int, str]] = []
    for number, reason in proposed_log(numbered):
        if runs and runs[-1][1:] == (number - 1, reason):
            runs[-1] = (runs[-1][0], number, reason)
        else:
            runs.append((number, number, reason))
    spans = ((*numbered.window([(first, last)]), reason) for first, last, reason in runs)
    return [FormRow("coding_log", {"reason": r, "start": str(a), "end": str(b)}) for a, b, r in spans]


def _is_name(words: str) -> bool:
    """Return whether words are names, offices and places: short, and nearly all of them capitalised."""
    listed = [word for word in re.findall(r"[^\W\d_]{3,}", words) if word.lower() not in _SMALL_WORDS]
    return len(words) <= MAX_HEADING and bool(listed) and sum(w[0].isupper() for w in listed) >= 0.8 * len(listed)


def _signatories(words: list[str]) -> int:
    """Return the number of lines at the end of a text that are the names and offices of signatories."""
    run = next((n for n, text in enumerate(reversed(words)) if not _is_name(text)), len(words))
    return run if 2 <= run < len(words) * 3 // 4 else 0


def _in_list(headings: list[bool], at: int) -> bool:
    """Return whether a line is one of three or more in a row, which are the items of a list rather than headings."""
    low = high = at
    while low > 0 and headings[low - 1]:
        low -= 1
    while high + 1 < len(headings) and headings[high + 1]:
        high += 1
    return low > 0 and high - low >= 2
