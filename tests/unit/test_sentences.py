"""Sentences of treaty texts: what is one, what is not, and where they end."""

from __future__ import annotations

import pytest

from clausula.evidence.sentences import furniture, sentences


def split(text: str) -> list[str]:
    return [" ".join(text[start:end].split()) for start, end in sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "H.E. Mr. Otto Reed Marsh met the guild on 3 May.",
        "As set out in Art. 5 para. 2 and No. 12 of the list, the U.S. will act.",
        "The guild, e.g. its harbour master, pays $1.5 million, i.e. all that is due, approx. 2 million EUR. in total.",
        "It was given by Lt. Gen. Marsh to J. Reed of St. Hill.",
        "Article 3. The councils withdraw their guards.",
        "iv. to release all boatmen; and",
        "Decree 2202 (2015) of 17 Feb. 2015 applies.",
        "The councils agree to pay; the rest follows.",
    ],
)
def test_abbreviations_and_numbering_do_not_end_a_sentence(text: str) -> None:
    assert split(text) == [text]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Guards leave. Boats return.", ["Guards leave.", "Boats return."]),
        ('"Nobody is asked." The talks went on.', ['"Nobody is asked."', "The talks went on."]),
        ("See Annex I. It is final.", ["See Annex I.", "It is final."]),
        ("The law of Art. 5. Boats return.", ["The law of Art. 5.", "Boats return."]),
        ("They: (a) leave; and (b) return.", ["They: (a) leave;", "and (b) return."]),
        ("Article 12\n\n(a)\n\nIII.\n\n§ 4\n\n7\n\nBoats return.", ["Boats return."]),
        ("PART I\nThe guards", ["The guards"]),
        ("Title\nThe guards leave.", ["Title", "The guards leave."]),
        ("1. Guards\n2. Boats", ["1. Guards", "2. Boats"]),
        ("", []),
        ("\n \n—\n", []),
    ],
)
def test_sentences_end_where_they_end(text: str, wanted: list[str]) -> None:
    assert split(text) == wanted


WRAPPED = """\
The council of Hillport takes all of its guards off the land-
ing within five days of the signature of this note, and does
not return them. The council of Reedham does the same within
seven days.

- 3 -

Note on the Ferry

Both councils let the ferry sail again for everyone, and they

4

Note on the Ferry

keep the price of the year before. It is shared.

5

Note on the Ferry

This note is read aloud.
"""


def test_wrapped_lines_and_page_furniture_do_not_end_a_sentence() -> None:
    assert split(WRAPPED) == [
        "The council of Hillport takes all of its guards off the land- ing within five days of the signature of this"
        " note, and does not return them.",
        "The council of Reedham does the same within seven days.",
        "Both councils let the ferry sail again for everyone, and they 4 Note on the Ferry keep the price of the year"
        " before.",
        "It is shared.",
        "This note is read aloud.",
    ]
    assert {WRAPPED[a:b] for a, b in furniture(WRAPPED)} == {"- 3 -", "4", "5", "Note on the Ferry"}


def test_short_lines_are_not_taken_for_wrapped_ones() -> None:
    items = [
        "Immediate withdrawal of all guards from the landing",
        "Release of all boatmen whom the councils hold today",
    ]
    assert split("\n".join(items)) == items


def test_a_repeated_line_is_no_running_head_without_page_numbers() -> None:
    assert split("Signed\n\nOne.\n\nSigned\n\nTwo.\n\nSigned\n") == ["Signed", "One.", "Signed", "Two.", "Signed"]
