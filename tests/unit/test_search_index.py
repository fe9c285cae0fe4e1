"""The words of the search index: forms of one word share a stem, and other words do not."""

from __future__ import annotations

import json

import pytest

from clausula.site.search import FIRST_CHARACTER, Entry, characters, index, stems, words


def entry(sentence: str, *related: str) -> Entry:
    return Entry("provisions", sentence, "", "", list(related))


def found(entries: list[Entry], word: str) -> dict[int, int]:
    """Return the entries that have a word, with whether it is in their own sentence."""
    vocabulary, postings = index(entries)
    at, places = 0, {}
    for step in postings[vocabulary[word]]:
        at += step >> 1
        places[at] = step & 1
    return places


def test_words_have_no_case_accents_or_possessive() -> None:
    assert words("Ukraine's Łódź, café and the USA’s 100km") == [
        "ukraine",
        "łodz",
        "cafe",
        "and",
        "the",
        "usa",
        "100km",
    ]


@pytest.mark.parametrize(
    "forms",
    [
        ("agreement", "agreements"),
        ("party", "parties"),
        ("withdraw", "withdraws", "withdrawing"),
        ("stop", "stopped", "stopping"),
        ("cease", "ceases", "ceased", "ceasing"),
        ("house", "houses"),
    ],
)
def test_forms_of_a_word_share_a_stem(forms: tuple[str, ...]) -> None:
    assert len({stems(forms)[form] for form in forms}) == 1


@pytest.mark.parametrize(
    "pair",
    [
        ("nato", "signatories"),
        ("russia", "russian"),
        ("red", "r"),
        ("thing", "th"),
        ("crisis", "cris"),
        ("united", "unity"),
    ],
)
def test_other_words_do_not(pair: tuple[str, str]) -> None:
    found = stems(pair)
    assert found[pair[0]] != found[pair[1]]


def test_the_index_says_whether_a_word_is_in_the_sentence_itself() -> None:
    entries = [
        entry("Nothing."),
        entry("Russia withdraws.", "Russia"),
        entry("Troops leave.", "Russian Federation", "Russia"),
    ]
    assert found(entries, "russia") == {1: 1, 2: 0}
    assert found(entries, "federation") == {2: 0}
    assert found(entries, "nothing") == {0: 1}


def test_steps_become_characters_that_json_keeps_and_that_are_no_halves_of_pairs() -> None:
    steps = [0, 1, 0xD7FF - FIRST_CHARACTER, 0xD800 - FIRST_CHARACTER, 200_000]
    text = characters(steps)
    assert json.dumps(text, ensure_ascii=False) == f'"{text}"'
    assert [ord(one) - FIRST_CHARACTER - 0x800 * (ord(one) >= 0xE000) for one in text] == steps
    assert text.encode("utf-8").decode("utf-8") == text
