from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausula.evidence.text import Text, fingerprint, fold, split_fingerprint

SENTENCE = "Each side moves guns of more than 100 mm back — “at once”."


def test_markup_quotes_dashes_and_line_breaks_do_not_matter() -> None:
    other = "*each* SIDE moves\nguns of more-than 100 mm back, 'at once'"
    assert Text(SENTENCE).fingerprint() == Text(other).fingerprint()


def test_one_changed_word_matters() -> None:
    assert Text(SENTENCE).fingerprint() != Text(SENTENCE.replace("back", "away")).fingerprint()


@pytest.mark.parametrize(
    ("one", "other"), [("ﬁle", "FILE"), ("Ａ１", "a1"), ("e\u0301te\u0301", "été"), ("STRASSE", "straße")]
)
def test_nfkc_and_case_folding(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_a_run_without_letters_has_no_fingerprint() -> None:
    with pytest.raises(ValueError, match="no letter or digit"):
        Text("a … b").fingerprint(1, 4)


def test_find_gives_every_place_in_order() -> None:
    text = Text("peace, then war; Peace — then war.")
    wanted = Text("peace then war").fingerprint()
    assert [text.raw[a:b] for a, b in text.find(wanted)] == ["peace, then war", "Peace — then war"]


def test_the_rolling_hash_only_proposes() -> None:
    text = Text("abcabc")
    length, rolling, _ = split_fingerprint(Text("abc").fingerprint())
    assert text.find(f"{length}-{rolling:08x}-{'0' * 32}") == []


def test_a_longer_text_than_the_one_searched_is_nowhere() -> None:
    assert Text("abc").find(Text("abcd").fingerprint()) == []


@given(st.text(max_size=60), st.text(min_size=1, max_size=30), st.text(max_size=60))
def test_words_are_found_wherever_they_are_moved(before: str, words: str, after: str) -> None:
    if not fold(words):
        return
    whole = Text(f"{before}\n{words}\n{after}")
    start = len(before) + 1
    low, high = whole.letter_span(start, start + len(words))
    if low == high:
        return
    wanted = whole.fingerprint(start, start + len(words))
    assert whole.raw_span(low, high) in whole.find(wanted)


@given(st.text(max_size=80))
def test_ascii_shortcut_agrees_with_the_general_way(text: str) -> None:
    """The general way is taken as soon as one character is not ASCII."""
    plain = text.encode("ascii", "ignore").decode("ascii")
    assert Text(plain + "é").letters == Text(plain).letters + "é"


@given(st.text(max_size=80))
def test_letters_are_letters_and_digits_only(text: str) -> None:
    letters = fold(text)
    assert all(unicodedata.category(c)[0] in "LN" for c in letters)
    assert re.fullmatch(r"[1-9]\d*-[0-9a-f]{8}-[0-9a-f]{32}", fingerprint(letters)) or not letters


@given(st.text(min_size=1, max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_holds_says_what_the_fingerprint_says(raw: str, start: int, end: int) -> None:
    text = Text(raw)
    low, high = text.letter_span(start, end)
    if low < high:
        wanted = text.fingerprint(start, end)
        assert text.holds(start, end, wanted)
        length, rolling, digest = split_fingerprint(wanted)
        assert not text.holds(start, end, f"{length}-{(rolling + 1) % 2**31:08x}-{digest}")
        assert not text.holds(start, end, f"{length}-{rolling:08x}-{'0' * 32}")
    else:
        assert not text.holds(start, end, f"0-00000000-{'0' * 32}")


@given(st.text(max_size=80))
def test_every_letter_is_looked_up_as_it_would_be_folded(raw: str) -> None:
    """A text without combining marks takes the short way; a mark anywhere sends it down the long one."""
    plain = "".join(c for c in raw if not unicodedata.combining(c))
    short, long = Text(plain + "e"), Text(plain + "e\u0301")
    assert short.letters[:-1] == long.letters[:-1]
    assert [short.raw_span(i, i + 1) for i in range(len(short.letters) - 1)] == [
        long.raw_span(i, i + 1) for i in range(len(long.letters) - 1)
    ]
