"""Matching of quotes."""

from __future__ import annotations

import pytest

from clausula.coding.quotes import difference, locate, nearest, paragraphs, places
from clausula.coding.submission import FormRow
from clausula.evidence.text import Text

RAW = 'One act.\nThe "Act" says: both  sides stop.\nNo action. Both sides stop – at once; ﬁrst of all.\n'
TEXT = Text(RAW)


def matches(quote: str) -> list[str]:
    return [RAW[start:end] for start, end in places(TEXT, quote)]


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("both sides stop", ["both  sides stop", "Both sides stop"]),
        ("Both sides stop.", ["both  sides stop.", "Both sides stop"]),
        ("“Act”", ["act", '"Act"']),
        ("stop - at once;", ["stop – at once;"]),
        ("first of all", ["ﬁrst of all"]),
        ("action", ["action"]),
        ("sides", ["sides", "sides"]),
        ("nothing of the kind", []),
        ("…", []),
        ("", []),
    ],
)
def test_quotes_are_matched_by_letters_and_digits(quote: str, found: list[str]) -> None:
    assert matches(quote) == found


def test_whole_words_are_preferred_to_parts_of_words() -> None:
    assert matches("act") == ["act", "Act"]
    assert matches("ctio") == ["ctio"]


def row(quote: str, occurrence: str = "") -> FormRow:
    return FormRow(
        "evidence",
        {"quote": quote, "occurrence": occurrence},
        "evidence!2",
        {"quote": "evidence!D2", "occurrence": "evidence!E2"},
    )


@pytest.mark.parametrize("elision", ["…", "[...]", "[…]", "..."])
def test_what_a_quote_leaves_out_belongs_to_its_span(elision: str) -> None:
    ((found,), findings) = locate(TEXT, [row(f'The "Act" says {elision} sides stop.')])
    assert findings == []
    assert RAW[int(found["start"]) : int(found["end"])] == 'The "Act" says: both  sides stop.'
    assert locate(TEXT, [row(f"sides stop at once {elision} One act")])[1][0].code.startswith("quote-")


def test_several_matches_need_an_occurrence() -> None:
    rows = [
        row("both sides stop"),
        row("both sides stop", "2"),
        row("both sides stop", "3"),
        row("both sides stop", "²"),
    ]
    located, findings = locate(TEXT, rows)
    assert [(f.code, f.cell) for f in findings] == [
        ("ambiguous-quote", "evidence!D2"),
        ("invalid-occurrence", "evidence!E2"),
        ("invalid-occurrence", "evidence!E2"),
    ]
    assert "1 in paragraph 2, 2 in paragraph 3" in findings[0].message
    assert [bool(one["start"]) for one in located] == [False, True, False, False]
    start, end = int(located[1]["start"]), int(located[1]["end"])
    assert RAW[start:end] == "Both sides stop"
    assert located[1]["fingerprint"] == TEXT.fingerprint(start, end)


def test_the_most_similar_span_is_shown_but_not_used() -> None:
    located, findings = locate(TEXT, [row("No actions. Both sides stop at once")])
    assert located[0]["start"] == ""
    assert [f.code for f in findings] == ["quote-mismatch"]
    assert "paragraph 3" in findings[0].message
    assert "No [-actions.-] {+action.+} Both sides stop at once" in findings[0].message


def test_a_quote_without_a_similar_span_is_not_found() -> None:
    assert [f.code for f in locate(TEXT, [row("zzz qqq www xxx")])[1]] == ["quote-not-found"]
    assert nearest(TEXT, "x" * 500) is None
    assert [f.code for f in locate(TEXT, [row(""), row("—")])[1]] == ["missing-quote", "missing-quote"]


def test_a_known_anchor_keeps_its_offsets() -> None:
    start = RAW.index("No action.")
    known = [(start, start + len("No action."))]
    located, _ = locate(TEXT, [row("No action")], known)
    assert [(int(one["start"]), int(one["end"])) for one in located] == known


def test_difference_marks_what_to_change() -> None:
    assert difference("a b c", "a x c d") == "a [-b-] {+x+} c {+d+}"


def test_paragraphs_are_lines_without_surrounding_spaces() -> None:
    raw = "  one \r\n\r\n\ttwo\nthree"
    assert [raw[a:b] for a, b in paragraphs(raw)] == ["one", "two", "three"]
