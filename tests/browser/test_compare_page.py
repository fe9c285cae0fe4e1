"""Instruments side by side in a real browser: choice, filters, address, downloads, print, and no script."""

from __future__ import annotations

import csv
import io
import re
import struct
from pathlib import Path
from typing import Any

import pytest

from clausula.analysis.dataset import Dataset
from clausula.site import pages, pair_card, tables
from clausula.site.comparisons import Comparisons, page_of_pair
from clausula.site.context import Context
from clausula.site.pages import comparisons
from clausula.site.render import Pages
from clausula.site.run import assets
from tests.browser.test_site import open_table as open_ready
from tests.browser.test_site import until
from tests.conftest import ROOT

A, B = "river-accord-2031", "delta-draft-2032"
READY = page_of_pair(A, B)


def headings(tab: Any) -> list[str]:
    return list(tab.locator("#comparison section h2").all_text_contents())


def test_rows_are_those_of_the_library(mini_site: Path, tab: Any, built: Path) -> None:
    found = Dataset(built).compare(A, B)
    open_ready(tab, mini_site / "compare.html", f"#a={A}&b={B}")
    assert tab.locator("#comparison .cmp").count() == len(found)
    for relation, number in found["relation"].value_counts().items():
        assert tab.locator(f"#{relation} .cmp").count() == number, relation
    text = tab.inner_text("#comparison")
    assert "output share 0.5 against 1 share (+0.5)" in text, "numbers side by side, with their difference"
    assert "if The guns have been moved back." in text
    assert "opposed Arland" in text
    assert tab.title().startswith("Accord of the River and Draft on the river")
    assert not tab.locator("[data-without-script]").is_visible()


def test_positions_are_summed_up_beyond_a_row(shipped_comparisons: Path, tab: Any) -> None:
    """Each actor once, with the number of provisions of each text that it is for and against."""
    chosen = ("minsk-package-2015", "us-ru-draft-plan-2025")
    open_ready(tab, shipped_comparisons / "compare.html", f"#a={chosen[0]}&b={chosen[1]}")
    tab.click("#positions summary")
    shown = {
        one[0]: one[1:]
        for one in tab.evaluate(
            "[...document.querySelectorAll('#positions tbody tr')].map(r => [...r.cells].map(c => c.textContent))"
        )
    }
    data = Dataset(ROOT)
    stances = data.adoption()
    names = data.load("actors").set_index("actor_id")["name"]
    home = data.load("provisions").set_index("provision_id")["instrument_id"]
    stances = stances.assign(of=stances["provision_id"].map(home), name=stances["claimant_id"].map(names))
    stances = stances[stances["of"].isin(chosen) & (stances["support"] != 0)]
    assert set(shown) == set(stances["name"]) and len(shown) > 10
    for name, cells in shown.items():
        own = stances[stances["name"] == name]
        wanted = [
            own[(own["of"] == text) & ((own["support"] > 0) == good)]["provision_id"].nunique()
            for text in chosen
            for good in (True, False)
        ]
        assert [int(cell) if cell != "·" else 0 for cell in cells] == wanted, name


def test_the_other_order_turns_the_relations_round(mini_site: Path, tab: Any, built: Path) -> None:
    found = Dataset(built).compare(B, A)
    open_ready(tab, mini_site / "compare.html", f"#a={B}&b={A}")
    assert {one.get_attribute("id") for one in tab.locator("#comparison section").all()} == set(found["relation"])


def test_filters_are_in_the_address_and_back_undoes_them(mini_site: Path, tab: Any) -> None:
    open_ready(tab, mini_site / "compare.html", f"#a={A}&b={B}")
    every = tab.locator(".cmp").count()
    tab.select_option("#filter-topic", label="Water")
    until(tab, "location.hash.includes('topic=water')")
    fewer = tab.locator(".cmp").count()
    assert 0 < fewer < every and f"Showing {fewer} of {every} rows" in tab.inner_text("[role=status]")
    tab.check(".chips input[value=reversed]")
    until(tab, "location.hash.includes('relation=reversed')")
    assert headings(tab) and all(one.startswith("Reversed") for one in headings(tab))
    assert tab.evaluate("document.activeElement.value") == "reversed", "the focus stays where it was"
    tab.go_back()
    until(tab, "!location.hash.includes('relation')")
    assert tab.locator(".cmp").count() == fewer
    tab.select_option("#filter-actor", label="Fishermen")
    until(tab, "document.querySelectorAll('.cmp').length === 0")
    assert "No row has all of these" in tab.inner_text("#comparison")
    tab.get_by_role("button", name="Remove all filters").click()
    until(tab, f"document.querySelectorAll('.cmp').length === {every}")


def test_unknown_names_in_the_address_are_named(mini_site: Path, tab: Any) -> None:
    open_ready(tab, mini_site / "compare.html", f"#a={A}&b=treaty-of-nowhere&topic=<b>x</b>")
    assert "treaty-of-nowhere" in tab.inner_text("[role=alert]") and "<b>x</b>" in tab.inner_text("[role=alert]")
    assert tab.locator("[data-without-script]").is_visible()


def test_downloads_hold_the_rows_that_are_shown(mini_site: Path, tab: Any) -> None:
    open_ready(tab, mini_site / "compare.html", f"#a={A}&b={B}&relation=reversed")
    with tab.expect_download() as waiting:
        tab.get_by_role("button", name="Download CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(waiting.value.path()).read_text(encoding="utf-8"))))
    assert len(rows) == tab.locator(".cmp").count() and {row["relation"] for row in rows} == {"reversed"}
    assert {row["provision_id_a"] for row in rows} >= {f"{A}.p02", f"{A}.p03"}
    with tab.expect_download() as waiting:
        tab.get_by_role("button", name="Download PNG").click()
    content = Path(waiting.value.path()).read_bytes()
    width, height = struct.unpack(">II", content[16:24])
    assert content.startswith(b"\x89PNG") and width == 1200 and height > 200
    assert waiting.value.suggested_filename == f"compare-{A}--{B}.png"


def test_ready_page_says_the_same_without_script(mini_site: Path, chromium: Any, built: Path) -> None:
    found = Dataset(built).compare(A, B)
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((mini_site / "compare.html").as_uri())
    assert page.locator(f"a[href='{READY}']").count() == 1
    page.goto((mini_site / READY).as_uri())
    both = found[found["relation"] != "related"].dropna(subset=["provision_id_a", "provision_id_b"])
    assert page.locator(".cmp").count() == len(both)
    text = page.inner_text("main")
    assert all(summary in text for side in "ab" for summary in found[f"summary_{side}"].dropna())
    assert page.locator("select, input, button").count() == 0
    assert "Draft on the river" in page.get_attribute("meta[property='og:title']", "content")
    assert "2 reversed" in page.get_attribute("meta[name=description]", "content")
    image = mini_site / "compare" / page.get_attribute("meta[property='og:image']", "content")
    assert image.resolve().read_bytes().startswith(b"\x89PNG")
    context.close()


def test_a_long_ready_page_has_every_graded_row_without_script(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first ones in words, the others by ID."""
    monkeypatch.setattr(pages, "LONG_COMPARISON", 1)
    monkeypatch.setattr(pages, "MOST_COMPARED", 1)
    site = Pages(Context(Dataset(built)))
    comparisons(site, Comparisons(site.context))
    text = re.sub("<[^>]*>", " ", site.files[READY].decode("utf-8"))
    found = Dataset(built).compare(A, B).dropna(subset=["provision_id_a", "provision_id_b"])
    graded = found[found["relation"] != "related"]
    assert len(graded) > 1
    for row in graded.to_dict("records"):
        first, second = (row[f"provision_id_{side}"].split(".")[1] for side in "ab")
        in_words = all(row[f"summary_{side}"] in text for side in "ab")
        assert in_words or re.search(rf"\b{first} → (\w+ )*{second}\b", text), row
    assert sum(summary in text for summary in graded["summary_b"].unique()) == 1


def test_ready_page_filters_in_place_and_leads_to_other_choices(mini_site: Path, tab: Any) -> None:
    open_ready(tab, mini_site / READY)
    tab.check(".chips input[value=reversed]")
    until(tab, "location.hash === '#relation=reversed'")
    tab.select_option("#choose-b", "")
    tab.wait_for_url("**/compare.html#a=*")


def test_print_leaves_out_the_controls(mini_site: Path, tab: Any) -> None:
    open_ready(tab, mini_site / READY)
    tab.emulate_media(media="print")
    assert tab.locator("select:visible, button:visible, nav:visible").count() == 0
    assert tab.locator(".cmp:visible").count() > 0


@pytest.fixture(scope="module")
def shipped_comparisons(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with only the page to compare instruments of the shipped package."""
    site = Pages(Context(Dataset(ROOT)))
    made = Comparisons(site.context)
    made.__dict__["ready"] = []
    comparisons(site, made)
    provisions = tables.script(tables.columns(site.context, site.context.model["provisions"]))
    site.files["data/provisions.js"] = provisions
    folder = tmp_path_factory.mktemp("compare")
    for name, content in {**site.files, **assets()}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def test_three_instruments_of_the_shipped_data(shipped_comparisons: Path, tab: Any) -> None:
    """Each provision is in a row, and a row starts at the earliest text that has the matter."""
    chosen = ("minsk-protocol-2014", "minsk-memorandum-2014", "minsk-package-2015")
    address = "&".join(f"{letter}={name}" for letter, name in zip("abc", chosen, strict=True))
    open_ready(tab, shipped_comparisons / "compare.html", f"#{address}")
    data = Dataset(ROOT)
    provisions = data.load("provisions")
    links = tab.evaluate("[...document.querySelectorAll('.side .who a')].map(e => e.getAttribute('href'))")
    wanted = provisions[provisions["instrument_id"].isin(chosen)]["provision_id"].str.split(".")
    assert {f"instruments/{name}.html#{number}" for name, number in wanted} == set(links)
    found = data.compare(chosen[0], chosen[2], labels=True).dropna(subset=["provision_id_a", "provision_id_b"])
    wanted_relations = found[found["provision_id_a"] == f"{chosen[0]}.p01"]["relation"].tolist()
    row = tab.locator(".cmp", has=tab.locator("a[href='instruments/minsk-protocol-2014.html#p01']")).first
    assert row.locator(".side").nth(2).locator(".rel").all_inner_texts() == wanted_relations
    tab.set_viewport_size({"width": 360, "height": 640})
    assert tab.evaluate("document.documentElement.scrollWidth") <= 360
    size = (shipped_comparisons / "data" / "compare.js").stat().st_size
    assert size < 150_000


def test_each_ready_comparison_has_an_image_of_its_own(mini_site: Path, built: Path) -> None:
    """The image has a bar for each relation; its length and number follow the comparison."""
    image = (mini_site / READY).with_suffix(".png").read_bytes()
    assert struct.unpack(">II", image[16:24]) == (pair_card.WIDTH, pair_card.HEIGHT)
    counts = Dataset(built).compare(A, B)["relation"].value_counts().to_dict()
    same, other = pair_card.pngs("Mini", [counts, {**counts, "new": 1 + counts.get("new", 0)}])
    assert pair_card.pngs("Mini", [counts]) == [same] and same != other
    page = (mini_site / READY).read_text(encoding="utf-8")
    assert f"/{Path(READY).stem}.png property=og:image" in page
