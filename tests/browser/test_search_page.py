"""The search in a real browser: whole words in any form, actors, phrases, facets, address, keyboard, and no result."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from clausula.analysis.dataset import Dataset
from clausula.site import tables
from clausula.site.context import Context
from clausula.site.pages import searched
from clausula.site.render import Pages
from clausula.site.run import assets
from tests.browser.test_site import open_table as open_ready
from tests.browser.test_site import until
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the search page of the shipped package, without the other pages."""
    site = Pages(Context(Dataset(ROOT)))
    searched(site)
    # The page reads what the provisions say from the script of their table.
    site.files["data/provisions.js"] = tables.script(tables.columns(site.context, site.context.model["provisions"]))
    folder = tmp_path_factory.mktemp("search")
    for name, content in {**site.files, **assets()}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    return folder / "search.html"


def addresses(tab: Any) -> list[str]:
    """Show all results and return where they lead."""
    while tab.get_by_role("button", name="more").count():
        tab.get_by_role("button", name="more").click()
    return list(tab.evaluate("[...document.querySelectorAll('.results a')].map(e => e.getAttribute('href'))"))


def test_the_index_is_small(page_file: Path) -> None:
    assert sum((page_file.parent / "data" / f"{name}.js").stat().st_size for name in ("search", "provisions")) < 300_000


def test_an_actor_finds_every_provision_in_which_it_takes_part(page_file: Path, tab: Any) -> None:
    parts = Dataset(ROOT).load("provision_actors").query("actor_id == 'russia'")["provision_id"].str.split(".")
    open_ready(tab, page_file, "#q=Russia&kind=provisions")
    assert {f"instruments/{name}.html#{number}" for name, number in parts} <= set(addresses(tab))


def test_whole_words_are_found_in_any_form(page_file: Path, tab: Any) -> None:
    open_ready(tab, page_file, "#q=NATO")
    assert tab.locator(".results li").first.inner_text().startswith("NATO\nActor")
    addresses(tab)
    assert {text.lower() for text in tab.locator("mark").all_inner_texts()} == {"nato"}
    tab.evaluate("location.hash = 'q=ceasefires'")
    until(
        tab,
        "document.querySelector('mark') && document.querySelector('mark').textContent.toLowerCase() === 'ceasefire'",
    )


def test_typing_choosing_and_back(page_file: Path, tab: Any) -> None:
    open_ready(tab, page_file)
    assert re.search(r"Search \d,\d{3} records", tab.inner_text("[role=status]")), (
        "the empty page says how many records can be found"
    )
    tab.fill("#query", "prisoners")
    until(tab, "location.hash === '#q=prisoners'")
    every = len(addresses(tab))
    tab.select_option("#facet-kind", "provisions")
    until(tab, "location.hash.includes('kind=provisions')")
    some = len(addresses(tab))
    assert 0 < some < every
    assert f"{some} records of {every}" in tab.inner_text("[role=status]")
    tab.go_back()
    until(tab, "!location.hash.includes('kind')")
    assert len(addresses(tab)) == every
    tab.focus("#query")
    tab.keyboard.press("Control+a")
    tab.keyboard.type('"exchange of prisoners"')
    tab.keyboard.press("Enter")
    until(tab, "location.hash.includes('exchange')")
    assert 0 < len(addresses(tab)) < every


def test_no_result_says_how_to_go_on(page_file: Path, tab: Any) -> None:
    open_ready(tab, page_file, "#q=ceasefire+ukrai")
    assert "No record has the word “ukrai”" in tab.inner_text("[role=status]")
    tab.click("text=ukraine >> nth=0")
    until(tab, "document.querySelectorAll('.results li').length > 0")
    assert tab.input_value("#query") == "ceasefire ukraine"
    tab.evaluate("location.hash = 'q=ceasefire&kind=places'")
    until(tab, "document.querySelector('[role=status]').textContent.includes('Choose “all”')")
    tab.evaluate("location.hash = 'q=<img onerror=x> %22'")
    until(tab, "document.querySelector('[role=status]').textContent.includes('img')")
    assert tab.locator("#search img").count() == 0
