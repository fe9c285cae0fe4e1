"""The words behind a code, in a reader's copy of the text: the right file, another edition, another text, no text."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path
from typing import Any

import pytest

from clausula.site.wording import original
from tests.browser.test_site import open_table as open_ready
from tests.browser.test_site import until
from tests.conftest import MINI

TEXT = MINI / "texts" / "river-accord-2031.txt"
COMMIT = "0" * 40
ANCHOR = "river-accord-2031.p02.e1"


def anchor(built: Path) -> dict[str, str]:
    rows = csv.DictReader((built / "data" / "evidence.csv").open(encoding="utf-8"))
    return next(row for row in rows if row["evidence_id"] == ANCHOR)


@pytest.fixture
def page(mini_site: Path, tab: Any) -> Any:
    open_ready(tab, mini_site / "words.html", f"#e={ANCHOR}")
    return tab


def choose(page: Any, path: Path) -> str:
    page.set_input_files("#copy", str(path))
    until(page, f"document.querySelector('[role=status]').textContent.includes('{path.name} is ')")
    return str(page.inner_text("[role=status]"))


def test_the_span_is_marked_in_the_text_that_was_coded(page: Any, built: Path) -> None:
    row = anchor(built)
    raw = TEXT.read_text(encoding="utf-8")
    assert "Each side pulls larger guns back" in page.inner_text("h2")
    status = choose(page, TEXT)
    assert "is the text that was coded" in status and f"{len(raw)} characters" in status
    assert page.locator("mark").text_content() == raw[int(row["start"]) : int(row["end"])]
    assert page.evaluate("document.activeElement.id") == "copy"
    page.click("text=next span of this text")
    until(page, "location.hash.endsWith('p02.e2')")
    assert page.locator("mark").text_content() == raw[279:313], "the chosen text stays open"


def test_another_edition_is_named_and_the_words_are_searched_for(page: Any, built: Path, tmp_path: Path) -> None:
    row = anchor(built)
    raw = TEXT.read_text(encoding="utf-8")
    span = raw[int(row["start"]) : int(row["end"])]
    edition = tmp_path / "edition.txt"
    edition.write_text("Straße 😀 A new heading\n" + raw.replace(span, span.upper()), encoding="utf-8")
    status = choose(page, edition)
    assert "is not the text that was coded" in status and "same words" in status
    marked = page.locator("mark").text_content()
    assert span.upper().startswith(marked) and len(marked) > len(span) - 3, "from the first letter to the last"
    changed = tmp_path / "changed.txt"
    changed.write_text(raw.replace(span, "Nothing of it."), encoding="utf-8")
    assert "The words were not found in it." in choose(page, changed)
    assert page.locator("mark").count() == 0


def test_the_wrong_source_is_recognised(page: Any) -> None:
    status = choose(page, MINI / "texts" / "delta-report-2032.txt")
    assert "It is the source “New draft would undo the river deal”" in status
    assert page.locator("mark").count() == 0


def test_what_is_not_a_text_is_refused(page: Any, tmp_path: Path) -> None:
    path = tmp_path / "scan.txt"
    path.write_bytes(b"\xff\xfe\x00\x01")
    assert "is not a text file in UTF-8" in choose(page, path)


def test_hash_of_the_page_is_sha256(page: Any, tmp_path: Path) -> None:
    """The lengths around a block of 64 bytes are those at which the padding changes."""
    for length in (0, 1, 55, 56, 63, 64, 65, 119, 120, 1000):
        path = tmp_path / f"{length}.txt"
        path.write_bytes(b"\xc3\xa9"[: length % 2 * 2] + b"a" * length)
        choose(page, path)
        found = page.evaluate("window.Clausula.lastHash")
        assert found == hashlib.sha256(path.read_bytes()).hexdigest(), length


def test_an_unknown_anchor_is_named(mini_site: Path, tab: Any) -> None:
    open_ready(tab, mini_site / "words.html", "#e=nowhere.e1")
    assert "There is no anchor “nowhere.e1”" in tab.inner_text("#words")


def test_nothing_is_stored(page: Any) -> None:
    choose(page, TEXT)
    page.reload()
    page.wait_for_selector("html[data-ready=yes]")
    assert page.locator("mark").count() == 0
    assert page.evaluate("document.cookie") == "" and page.evaluate("localStorage.length") == 0


@pytest.mark.parametrize(
    ("locator", "address"),
    [
        (
            "github:a/b@" + "0" * 40 + ", file x/y.html (PA-X agreement 1)",
            f"https://github.com/a/b/blob/{'0' * 40}/x/y.html",
        ),
        ("github:a/b@" + "0" * 40 + ", folder x/2024, git blob 95", f"https://github.com/a/b/tree/{'0' * 40}/x/2024"),
        ("https://example.org/text.html, read on 1 May", "https://example.org/text.html"),
        ("javascript:alert(1)", ""),
        ("Text of the article as supplied", ""),
    ],
)
def test_a_locator_leads_to_the_original_where_one_is_public(locator: str, address: str) -> None:
    assert original(locator) == address
