"""Texts that several pages share are stored once, and each page reads back what it had."""

from __future__ import annotations

import re

from clausula.site.phrases import FIRST, FIRST_SUMMARY, LAST, shared

SIGN = re.compile(f"[{chr(FIRST)}-{chr(LAST)}]")


def expanded(part: str, phrases: list[str], summaries: list[str]) -> str:
    """Return a part as the page shows it."""

    def text(match: re.Match[str]) -> str:
        code = ord(match[0])
        return phrases[code - FIRST] if code < FIRST_SUMMARY else summaries[code - FIRST_SUMMARY]

    return SIGN.sub(text, part)


def test_pages_read_back_what_they_had() -> None:
    summaries = ["The guns are moved back.", "Nobody may fish here."]
    link = '<a href="../topics/water.html">Water and fishing</a>'
    pages = {
        "a": [f"<ul><li>{link} {summaries[1]}</li></ul>", "<title>p12: The guns are moved back.</title>"],
        "b": [f"<p class=lead>{link} {summaries[0]} Only on this page.</p>"],
    }
    phrases, stored = shared(pages, summaries)
    assert link in phrases and not set(summaries) & set(phrases)
    assert "Only on this page." in stored["b"][0] and all(summary not in str(stored) for summary in summaries[1:])
    for page, parts in pages.items():
        assert [expanded(part, phrases, summaries) for part in stored[page]] == parts
        assert sum(map(len, stored[page])) < sum(map(len, parts))


def test_a_text_that_has_such_a_character_keeps_it() -> None:
    sign = chr(FIRST)
    phrases, stored = shared({"a": [f"<p>{sign} and more text</p>"], "b": [f"<p>{sign} and more text</p>"]}, [])
    assert expanded(stored["a"][0], phrases, []) == f"<p>&#{FIRST}; and more text</p>"
