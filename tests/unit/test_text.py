"""Hashes of text spans, and search for spans by their hash."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausula.evidence.text import Text, fingerprint, fold, split_fingerprint

SENTENCE = "Each side moves guns of more than 100 mm back — “at once”."


def test_hash_ignores_markup_quotation_marks_dashes_and_line_breaks() -> None:
    other = "*each* SIDE moves\nguns of more-than 100 mm back, 'at once'"
    assert Text(SENTENCE).fingerprint() == Text(other).fingerprint()


def test_hash_changes_with_one_word() -> None:
    assert Text(SENTENCE).fingerprint() != Text(SENTENCE.replace("back", "away")).fingerprint()


@pytest.mark.parametrize(
    ("one", "other"), [("ﬁle", "FILE"), ("Ａ１", "a1"), ("e\u0301te\u0301", "été"), ("STRASSE", "straße")]
)
def test_nfkc_and_case_folding(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_span_without_letters_has_no_hash() -> None:
    with pytest.raises(ValueError, match="no letter or digit"):
        Text("a … b").fingerprint(1, 4)


def test_find_returns_every_match_in_order() -> None:
    text = Text("peace, then war; Peace — then war.")
    wanted = Text("peace then war").fingerprint()
    assert [text.raw[a:b] for a, b in text.find(wanted)] == ["peace, then war", "Peace — then war"]


def test_candidates_are_confirmed_by_the_digest() -> None:
    text = Text("abcabc")
    length, rolling, _ = split_fingerprint(Text("abc").fingerprint())
    assert text.find(f"{length}-{rolling:08x}-{'0' * 32}") == []


def test_span_longer_than_the_text_is_not_found() -> None:
    assert Text("abc").find(Text("abcd").fingerprint()) == []


@given(st.text(max_size=60), st.text(min_size=1, max_size=30), st.text(max_size=60))
def test_moved_span_is_found(before: str, span: str, after: str) -> None:
    if not fold(span):
        return
    text = Text(f"{before}\n{span}\n{after}")
    start = len(before) + 1
    low, high = text.letter_span(start, start + len(span))
    if low == high:
        return
    wanted = text.fingerprint(start, start + len(span))
    assert text.raw_span(low, high) in text.find(wanted)


@given(st.text(max_size=80))
def test_ascii_texts_are_folded_like_others(text: str) -> None:
    """A single character outside ASCII selects the general algorithm."""
    plain = text.encode("ascii", "ignore").decode("ascii")
    assert Text(plain + "é").letters == Text(plain).letters + "é"


@given(st.text(max_size=80))
def test_folded_text_contains_only_letters_and_digits(text: str) -> None:
    letters = fold(text)
    assert all(unicodedata.category(c)[0] in "LN" for c in letters)
    assert re.fullmatch(r"[1-9]\d*-[0-9a-f]{8}-[0-9a-f]{32}", fingerprint(letters)) or not letters


@given(st.text(min_size=1, max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_holds_agrees_with_the_hash(raw: str, start: int, end: int) -> None:
    text = Text(raw)
    low, high = text.letter_span(start, end)
    if low < high:
        wanted = text.fingerprint(start, end)
        assert text.matches(start, end, wanted)
        length, rolling, digest = split_fingerprint(wanted)
        assert not text.matches(start, end, f"{length}-{(rolling + 1) % 2**31:08x}-{digest}")
        assert not text.matches(start, end, f"{length}-{rolling:08x}-{'0' * 32}")
    else:
        assert not text.matches(start, end, f"0-00000000-{'0' * 32}")


@given(st.text(max_size=80))
def test_texts_with_and_without_combining_marks_are_indexed_alike(raw: str) -> None:
    """A single combining mark selects the general algorithm; the other letters must be indexed in the same way."""
    plain = "".join(c for c in raw if not unicodedata.combining(c))
    short, long = Text(plain + "e"), Text(plain + "e\u0301")
    assert short.letters[:-1] == long.letters[:-1]
    assert [short.raw_span(i, i + 1) for i in range(len(short.letters) - 1)] == [
        long.raw_span(i, i + 1) for i in range(len(long.letters) - 1)
    ]
