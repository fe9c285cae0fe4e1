"""Anchors in generated edits of a text: found again at their own words, and not moved elsewhere in silence."""

from __future__ import annotations

import random
from dataclasses import dataclass

import pytest

from clausula.evidence.anchors import VerificationResult, places_by_hash, verify_rows
from clausula.evidence.text import Text

WORDS = ("the", "parties", "shall", "withdraw", "forces", "from", "line", "within", "days", "and", "monitor", "steps")
MARKS = (" ", "\n", "  ", " \u2014 ", "\u201c", "\u201d", "* ", "\u00a0")


@dataclass
class Counts:
    """Anchors whose words are still in the text, those found at them, and those moved to other words."""

    kept: int = 0
    found: int = 0
    wrong: int = 0


def written(chance: random.Random) -> list[str]:
    """Return sentences as words; some sentences are repeated, as in legal texts."""
    sentences = [[chance.choice(WORDS) for _ in range(chance.randint(4, 14))] for _ in range(chance.randint(20, 40))]
    sentences += [list(chance.choice(sentences)) for _ in range(4)]
    chance.shuffle(sentences)
    return [" ".join(words).capitalize() + "." for words in sentences]


def edited(chance: random.Random, sentences: list[str]) -> list[tuple[int | None, str]]:
    """Return the sentences with their numbers after an edit: added, removed, reworded and set in another way."""
    result: list[tuple[int | None, str]] = []
    for number, sentence in enumerate(sentences):
        fate = chance.random()
        if fate < 0.05:
            result.append((None, " ".join(chance.choices(WORDS, k=6)).capitalize() + "."))
        if fate > 0.95:
            continue
        if fate > 0.9:
            result.append((None, sentence.replace("e", "a", 1)))
            continue
        result.append((number, sentence.replace(" ", chance.choice(MARKS[:3]), 1) if fate > 0.6 else sentence))
    return result


def joined(parts: list[str]) -> tuple[str, list[tuple[int, int]]]:
    """Return a text of parts and the span of each."""
    text, spans = "", []
    for part in parts:
        spans.append((len(text), len(text) + len(part)))
        text += part + "\n"
    return text, spans


def letters(text: Text, start: int) -> int:
    """Return the number of letters and digits before an offset."""
    return text.letter_span(start, len(text.raw))[0]


def count(chance: random.Random, counts: Counts) -> None:
    """Edit one text and count what becomes of the anchors of its sentences."""
    sentences = written(chance)
    raw, spans = joined(sentences)
    before = Text(raw)
    parts = edited(chance, sentences)
    after_raw, after_spans = joined([part for _, part in parts])
    places = {number: span for (number, _), span in zip(parts, after_spans, strict=True) if number is not None}
    after = Text(after_raw)
    rows = [
        {"row": 1, "evidence_id": "e", "start": start, "end": end, "fingerprint": before.fingerprint(start, end)}
        for start, end in spans
    ]
    coded = places_by_hash(rows)
    for number, row in enumerate(rows):
        result = VerificationResult()
        verify_rows(after, [row], "evidence", result, False, coded)
        counts.kept += number in places
        if result.verified or result.moved:
            message = result.findings[0].message if result.moved else f" is at {row['start']}-"
            start = int(message.partition(" is at ")[2].partition("-")[0])
            true = places.get(number)
            at_own_words = true is not None and letters(after, start) == letters(after, true[0])
            counts.found += at_own_words
            counts.wrong += not at_own_words and "nearest of" not in message


@pytest.mark.parametrize("texts", [20, pytest.param(300, marks=pytest.mark.exhaustive)])
def test_anchors_are_found_again_and_never_at_other_words(texts: int) -> None:
    chance, counts = random.Random(7), Counts()
    for _ in range(texts):
        count(chance, counts)
    assert counts.kept > 20 * texts
    assert counts.found >= 0.97 * counts.kept
    assert counts.wrong <= counts.kept / 1000


def test_moved_anchor_of_a_repeated_sentence_says_that_there_are_others() -> None:
    text = Text("One. Both sides stop firing. Two. Both sides stop firing. Three.")
    row = {"row": 1, "evidence_id": "e", "start": 40, "end": 60, "fingerprint": text.fingerprint(5, 28)}
    result = VerificationResult()
    verify_rows(text, [row], "evidence", result, same_edition=False)
    assert "the nearest of 2 matches" in result.findings[0].message
