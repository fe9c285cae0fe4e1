"""The site in a real browser, opened from files: pages, search, filter, sort, address, download and keyboard."""

from __future__ import annotations

import csv
import io
import re
import shutil
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from clausula.analysis.dataset import Dataset
from clausula.site import pages, render, tables
from clausula.site.context import Context
from clausula.site.run import assets
from tests.browser import axe

PAGES = (
    "index.html",
    "instruments.html",
    "instruments/river-accord-2031.html",
    "instruments/delta-draft-2032.html",
    "actors.html",
    "actors/arland.html",
    "actors/brief/1.html",
    "topics.html",
    "topics/water.html",
    "compare.html",
    "compare/river-accord-2031--delta-draft-2032.html",
    "sources.html",
    "words.html",
    "search.html",
    "figures.html",
    "tables.html",
    "tables/provisions.html",
    "codebook/index.html",
    "codebook/stance.html",
    "validation.html",
    "changes.html",
)
"""One page of each kind."""


@pytest.fixture
def folder(mini_site: Path) -> Path:
    return mini_site


@pytest.fixture
def table_page(folder: Path, tab: Any) -> Iterator[Any]:
    """Open the page of provisions and wait until it is ready."""
    yield open_table(tab, folder / "tables" / "provisions.html")


def open_table(tab: Any, file: Path, fragment: str = "") -> Any:
    tab.goto(file.as_uri() + fragment)
    tab.wait_for_selector("html[data-ready=yes]")
    return tab


def until(tab: Any, condition: str) -> None:
    """Wait for a condition in the page, and for the page to have followed its address (`FOLLOWED`).

    The content security policy of the pages blocks the usual `wait_for_function`.
    """
    for _ in range(200):
        if tab.evaluate(f"({condition}) && window.followed === location.hash"):
            return
        tab.wait_for_timeout(25)
    raise AssertionError(f"condition was not met: {condition}")


def ids(tab: Any) -> list[str]:
    return list(tab.locator("#rows tbody tr > :first-child").all_text_contents())


def csv_rows(built: Path, table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((built / f"data/{table}.csv").read_text(encoding="utf-8"))))


def test_one_page_of_each_kind_fits_a_phone(folder: Path, tab: Any) -> None:
    tab.set_viewport_size({"width": 320, "height": 640})
    for name in PAGES:
        tab.goto((folder / name).as_uri())
        assert tab.evaluate("document.documentElement.scrollWidth") <= 320, name
        assert tab.locator("h1").count() == 1, name


BROKEN_DATES = r"""() => {
  const found = [], texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode;
    const within = node.parentElement;
    if (!within.closest("small, .meta, td, th, dd, li, code") || within.closest("script, option")) { continue; }
    for (const date of node.data.matchAll(/\d{4}-\d\d-\d\d/g)) {
      const range = document.createRange();
      range.setStart(node, date.index);
      range.setEnd(node, date.index + date[0].length);
      const lines = new Set([...range.getClientRects()].filter((box) => box.width).map((box) => Math.round(box.top)));
      if (lines.size) { found.push([date[0], lines.size]); }
    }
  }
  return found;
}"""
"""Dates in tables, lists and cards, each with the number of the lines on which it is."""


def test_no_date_is_broken_over_two_lines(folder: Path, tab: Any) -> None:
    seen = set()
    for width in (320, 360, 412):
        tab.set_viewport_size({"width": width, "height": 640})
        for name in [*PAGES, "tables/sources.html", "tables/reactions.html", "search.html#q=report"]:
            file, _, fragment = name.partition("#")
            tab.goto((folder / file).as_uri() + (f"#{fragment}" if fragment else ""))
            tab.wait_for_timeout(100)
            dates = tab.evaluate(BROKEN_DATES)
            assert [date for date, lines in dates if lines > 1] == [], (name, width)
            seen |= {name} if dates else set()
    assert {"instruments.html", "actors/arland.html", "sources.html", "tables/sources.html", "compare.html"} <= seen
    assert {"compare/river-accord-2031--delta-draft-2032.html", "search.html#q=report"} <= seen


@pytest.mark.exhaustive
def test_pages_fit_a_phone_and_have_no_broken_links(folder: Path, tab: Any) -> None:
    tab.set_viewport_size({"width": 320, "height": 640})
    anchors: dict[Path, set[str]] = {}
    links: list[tuple[Path, Path, str]] = []
    for file in sorted(folder.rglob("*.html")):
        tab.goto(file.as_uri())
        assert tab.evaluate("document.documentElement.scrollWidth") <= 320, file
        anchors[file.resolve()] = set(tab.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)"))
        assert tab.locator("h1").count() == 1, file
        for to in tab.evaluate("[...document.querySelectorAll('a[href]')].map(e => e.getAttribute('href'))"):
            if not to.startswith("https://"):
                path, _, part = to.partition("#")
                links.append((file, (file.parent / path).resolve() if path else file.resolve(), part))
    missing = {(str(file), str(to)) for file, to, part in links if not to.is_file()}
    missing |= {
        (str(file), f"{to}#{part}")
        for file, to, part in links
        if part and "=" not in part and part not in anchors.get(to, set())
    }
    assert missing == set()


@pytest.mark.parametrize("scheme", [pytest.param("light", marks=pytest.mark.exhaustive), "dark"])
def test_axe_finds_no_violations(folder: Path, tab: Any, scheme: Any) -> None:
    library = axe.source()
    tab.emulate_media(color_scheme=scheme)
    found = {}
    for name in PAGES:
        tab.goto((folder / name).as_uri())
        if name.startswith("tables/"):
            tab.wait_for_selector("html[data-ready=yes]")
        tab.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
        found[name] = axe.violations(tab, library)
    assert {name: listed for name, listed in found.items() if listed} == {}


def test_axe_finds_a_known_violation(tab: Any) -> None:
    library = axe.source()
    tab.set_content("<html><body><p style='color:#999;background:#aaa'>x</p><img src='data:,'></body></html>")
    assert axe.severe_violations(tab, library)


def test_search_covers_all_columns_and_is_stored_in_the_address(table_page: Any, built: Path) -> None:
    all_rows = csv_rows(built, "provisions")
    word = "WATER"
    hits = [row["provision_id"] for row in all_rows if any(word.lower() in value.lower() for value in row.values())]
    assert 0 < len(hits) < len(all_rows)
    table_page.fill("input[type=search]", word)
    until(table_page, f"location.hash.includes('q={word}')")
    assert ids(table_page) == hits
    assert f"{len(hits)} of {len(all_rows)} rows" in table_page.inner_text("#count")
    table_page.reload()
    table_page.wait_for_selector("html[data-ready=yes]")
    assert ids(table_page) == hits
    assert table_page.input_value("input[type=search]") == word


def test_filter_and_sort_are_stored_in_the_address(table_page: Any, built: Path, folder: Path) -> None:
    all_rows = csv_rows(built, "provisions")
    value = all_rows[0]["modality"]
    table_page.locator("label", has_text=re.compile("^modality")).locator("select").select_option(label=value)
    kept = [row["provision_id"] for row in all_rows if row["modality"] == value]
    assert ids(table_page) == kept
    table_page.get_by_role("button", name="strength").click()
    assert table_page.get_attribute("th[aria-sort]", "aria-sort") == "ascending"
    table_page.get_by_role("button", name="strength").click()
    assert table_page.get_attribute("th[aria-sort]", "aria-sort") == "descending"
    down = sorted((row for row in all_rows if row["modality"] == value), key=lambda row: -int(row["strength"]))
    assert ids(table_page) == [row["provision_id"] for row in down]
    fragment = table_page.evaluate("location.hash")
    assert "sort=-strength" in fragment and f"f.modality={value}" in fragment
    open_table(table_page, folder / "tables" / "sources.html")
    open_table(table_page, folder / "tables" / "provisions.html", fragment)
    assert ids(table_page) == [row["provision_id"] for row in down]
    table_page.get_by_role("button", name="Show all").click()
    assert len(ids(table_page)) == len(all_rows)
    assert table_page.evaluate("location.hash") in ("", "#")


def test_invalid_address_shows_all_rows(folder: Path, tab: Any, built: Path) -> None:
    open_table(tab, folder / "tables" / "provisions.html", "#sort=nothing&f.__proto__=x&f.no=y&q=%E0%A4%A")
    assert tab.locator("#rows tbody tr").count() in (0, len(csv_rows(built, "provisions")))
    open_table(tab, folder / "tables" / "sources.html")
    open_table(tab, folder / "tables" / "provisions.html", "#sort=nothing&f.no=y")
    assert len(ids(tab)) == len(csv_rows(built, "provisions"))


def test_address_can_be_edited(table_page: Any, built: Path) -> None:
    table_page.evaluate("location.hash = 'f.strength=3'")
    kept = [row["provision_id"] for row in csv_rows(built, "provisions") if row["strength"] == "3"]
    until(table_page, f"document.querySelectorAll('#rows tbody tr').length === {len(kept)}")
    assert ids(table_page) == kept


def test_download_contains_the_shown_rows(table_page: Any, built: Path) -> None:
    table_page.evaluate("location.hash = 'f.strength=2&sort=-provision_id'")
    until(table_page, "document.getElementById('count').textContent.includes(' of ')")
    with table_page.expect_download() as waiting:
        table_page.get_by_role("button", name="Download").click()
    assert waiting.value.suggested_filename == "provisions.csv"
    text = Path(waiting.value.path()).read_text(encoding="utf-8")
    kept = [row for row in csv_rows(built, "provisions") if row["strength"] == "2"]
    assert list(csv.DictReader(io.StringIO(text))) == sorted(kept, key=lambda row: row["provision_id"], reverse=True)


def test_all_controls_are_reachable_by_keyboard(table_page: Any) -> None:
    table_page.keyboard.press("Tab")
    assert table_page.evaluate("document.activeElement.className") == "skip"
    assert table_page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    table_page.keyboard.press("Enter")
    assert table_page.evaluate("document.activeElement.id") == "main"
    table_page.evaluate("location.hash = ''")
    reached = set()
    for _ in range(60):
        table_page.keyboard.press("Tab")
        reached.add(
            table_page.evaluate(
                "(e => e.type === 'search' ? 'search' : e.matches('th button') ? 'sort' : e.id === 'grid' ? 'grid'"
                " : e.tagName)(document.activeElement)"
            )
        )
        shown = table_page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert shown != "none" or table_page.evaluate("document.activeElement.tagName") in ("BODY", "HTML")
    assert {"search", "SUMMARY", "SELECT", "BUTTON", "sort", "grid", "A"} <= reached
    table_page.locator("th button").nth(1).focus()
    table_page.keyboard.press("Enter")
    assert table_page.get_attribute("th[aria-sort]", "aria-sort") == "ascending"
    table_page.focus("#grid")
    table_page.keyboard.press("ArrowRight")
    until(table_page, "document.getElementById('grid').scrollLeft > 0")


def test_figures_have_one_visible_drawing_and_a_table(folder: Path, tab: Any) -> None:
    tab.goto((folder / "figures.html").as_uri())
    for figure in tab.locator("figure").all():
        assert figure.locator("svg:visible").count() == 1
        assert figure.locator("svg title").first.text_content()
        if "timeline" in figure.locator("svg title").first.text_content().lower():
            assert figure.locator("a[href='tables/events.html']").count() == 1, "it names the tables that have its data"
            continue
        figure.locator("summary").last.click()
        assert figure.locator("tbody tr").count() > 0
    tab.set_viewport_size({"width": 360, "height": 640})
    assert {figure.locator("svg:visible").count() for figure in tab.locator("figure").all()} == {1}


def test_a_figure_of_many_rows_shows_the_first_ones_at_first(folder: Path, tab: Any, tmp_path: Path) -> None:
    site = Path(shutil.copytree(folder, tmp_path / "site"))
    style = site / "assets" / "site.css"
    style.write_text(
        style.read_text(encoding="utf-8").replace("max-height: 44rem", "max-height: 5rem"), encoding="utf-8"
    )
    open_table(tab, site / "figures.html")
    figure = tab.locator("figure").first
    high = "e => e.querySelector('.at-wide').clientHeight"
    assert figure.evaluate(high) == 5 * 16
    figure.get_by_role("button", name="Show all rows").click()
    assert figure.evaluate(high) > 5 * 16
    figure.get_by_role("button", name="Show the first rows").click()
    assert figure.evaluate(high) == 5 * 16
    tab.emulate_media(media="print")
    assert figure.evaluate(high) > 5 * 16, "paper has all rows"


def test_figures_can_be_downloaded(folder: Path, tab: Any) -> None:
    open_table(tab, folder / "figures.html")
    contents = {}
    for kind in ("SVG", "PNG", "CSV"):
        with tab.expect_download() as waiting:
            tab.get_by_role("button", name=f"Download Agreement between coding passes as {kind}").click()
        assert waiting.value.suggested_filename == f"agreement-between-coding-passes.{kind.lower()}"
        contents[kind] = Path(waiting.value.path()).read_bytes()
    root = ElementTree.fromstring(contents["SVG"])
    assert root.tag == "{http://www.w3.org/2000/svg}svg" and b"var(--" not in contents["SVG"]
    width, height = struct.unpack(">II", contents["PNG"][16:24])
    assert contents["PNG"].startswith(b"\x89PNG")
    assert (width, height) == tuple(2 * int(float(root.attrib[side])) for side in ("width", "height"))
    rows = list(csv.reader(io.StringIO(contents["CSV"].decode("utf-8"))))
    assert rows[0][0] == "label" and len({len(row) for row in rows}) == 1 and len(rows) > 1


def test_pages_work_without_javascript(folder: Path, chromium: Any, built: Path) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((folder / "tables" / "provisions.html").as_uri())
    assert page.locator("#rows tbody tr").count() == len(csv_rows(built, "provisions"))
    assert page.locator("input, select, #tools button").count() == 0, "no controls without JavaScript"
    page.goto((folder / "instruments" / "river-accord-2031.html").as_uri())
    own = [row for row in csv_rows(built, "provisions") if row["instrument_id"] == "river-accord-2031"]
    shown = page.inner_text("main")
    assert len(own) == 7 and all(row["summary"] in shown for row in own)
    assert all(page.locator(f"[id={row['provision_id'].split('.')[1]}]").count() == 1 for row in own)
    context.close()


def test_instrument_page_shows_all_related_records(folder: Path, tab: Any, built: Path) -> None:
    tab.goto((folder / "instruments" / "delta-draft-2032.html").as_uri())
    text = tab.inner_text("main")
    assert tab.locator(".provisions > li").count() == 2
    assert "−2" in text and "silent" in text and "+2 if" in text
    assert "The commission stays." in text
    for anchor in csv_rows(built, "evidence"):
        if anchor["provision_id"].startswith("delta-draft-2032."):
            assert f"characters {anchor['start']} to {anchor['end']}" in text
            assert tab.locator(f"a[href='../words.html#e={anchor['evidence_id']}']").count() == 1
    assert "according to Delta Herald, written by Carla Crane" in text
    summaries = {row["provision_id"]: row["summary"] for row in csv_rows(built, "provisions")}
    for link in csv_rows(built, "provision_links"):
        if link["provision_id"].startswith("delta-draft-2032."):
            earlier = link["earlier_provision_id"]
            assert f"reverses Accord of the River, {earlier.split('.')[1]}: {summaries[earlier]}" in text
    tab.click(".place a >> nth=1")
    assert tab.url.endswith("#p02")
    for dispute in csv_rows(built, "disputes"):
        if dispute["provision_id"].startswith("delta-draft-2032."):
            assert dispute["others_say"] in text


def test_marks_of_figures_have_tooltips_and_lead_to_records(folder: Path, tab: Any, built: Path) -> None:
    open_table(tab, folder / "figures.html")
    marks = tab.locator("figure >> nth=0 >> svg:visible a")
    reactions = {row["reaction_id"] for row in csv_rows(built, "reactions")}
    for mark in marks.all():
        address = mark.get_attribute("href")
        assert address.startswith("actors/") and address.partition("#")[2] in reactions
        assert "Arland" in mark.locator("title").text_content()
    assert marks.count() > 0
    marks.first.focus()
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/actors/*.html#*")


def test_a_long_page_has_its_parts_from_a_script(
    built: Path, tab: Any, chromium: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(render, "LONG_INSTRUMENT", 100)
    rendered = render.Pages(Context(Dataset(built)))
    pages.instruments(rendered)
    rendered.add_parts()
    provisions = tables.columns(rendered.context, rendered.context.model["provisions"])
    rendered.files[render.SUMMARIES] = tables.script(provisions)
    for name, content in {**rendered.files, **assets()}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_bytes(content)
    file = tmp_path / "instruments" / "river-accord-2031.html"
    summaries = [row["summary"] for row in csv_rows(built, "provisions") if row["instrument_id"] == file.stem]
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())
    assert all(summary in page.inner_text("main") for summary in summaries), "short, but complete"
    assert page.locator("[id=p07]").count() == 1 and page.locator(".provisions > li").count() == 0
    context.close()
    open_table(tab, file, "#p07")
    assert tab.locator(".provisions > li").count() == len(summaries)
    assert tab.locator(".provisions > li:target").get_attribute("id") == "p07", "the address leads to the record"
    assert tab.locator("[id=p07]").count() == 1


def test_each_record_says_how_it_is_cited(folder: Path, tab: Any) -> None:
    tab.goto((folder / "instruments" / "delta-draft-2032.html").as_uri())
    tab.locator("[id=p02] summary", has_text="Cite").click()
    cited = tab.inner_text("[id=p02] .cite p")
    assert "(version 0.3.0) [data set], record delta-draft-2032.p02." in cited
    tab.goto((folder / "actors" / "arland.html").as_uri())
    place = tab.locator(".provisions > li").first
    place.locator("summary", has_text="Cite").click()
    assert f"record {place.get_attribute('id')}." in place.locator(".cite p").inner_text()


def write_large_table(folder: Path, number: int) -> Path:
    """Write the page of a table with many rows and return its path."""
    from benchmarks.site import write_large

    return write_large(folder, number)


def test_large_table_keeps_only_visible_rows_on_the_page(folder: Path, tab: Any, tmp_path: Path) -> None:
    file = write_large_table(tmp_path, 5000)
    tab.goto(file.as_uri())
    assert "of 5,000 rows" in tab.inner_text("#count") or tab.locator("html[data-ready=yes]").count()
    tab.wait_for_selector("html[data-ready=yes]")
    assert tab.locator("#rows tbody tr").count() < 200
    tab.evaluate("document.getElementById('grid').scrollTop = 1e9")
    until(tab, "document.querySelector('#rows tbody tr:nth-last-child(2)').textContent.includes('record-004999')")
    tab.fill("input[type=search]", "record-001234")
    until(tab, "document.querySelectorAll('#rows tbody tr').length === 1")
    assert "1 of 5,000 rows" in tab.inner_text("#count")


STRUCTURE_AND_TEXT = """html => {
  const page = new DOMParser().parseFromString(html, "text/html");
  page.querySelectorAll("meta, link, script").forEach(e => e.remove());
  const copy = document.body.appendChild(document.createElement("div"));
  copy.append(...page.body.childNodes);
  copy.querySelectorAll("details").forEach(e => { e.open = true; });
  const name = e => e.tagName + (e.id ? "#" + e.id : "") + (e.className.baseVal ?? e.className);
  const result = [[...copy.querySelectorAll("*")].map(name).join(" "), copy.innerText.split(/\\s*\\n\\s*/).join("\\n")];
  copy.remove();
  return result;
}"""
"""Return the elements of a page and its displayed text, including the spaces between words."""


@pytest.mark.exhaustive
def test_shortened_pages_look_the_same(built: Path, tab: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    originals = {}
    shorten_html = render.shorten_html

    def keep_original(html: str, path: str) -> str:
        originals.setdefault(path, html)  # the page itself; the parts of a long page follow
        return shorten_html(html, path)

    monkeypatch.setattr(render, "shorten_html", keep_original)
    rendered = render.Pages(Context(Dataset(built)))
    for step in (pages.sources, pages.actors, pages.instruments, pages.codebook, pages.topics):
        step(rendered)
    provisions = rendered.context.model["provisions"]
    pages.table(rendered, provisions, tables.columns(rendered.context, provisions))
    pages.overview(rendered, None, None)
    html = {path: content for path, content in rendered.files.items() if path.endswith(".html")}
    assert list(originals) == list(html)
    for path, small in html.items():
        original = originals[path]
        assert len(small) < len(original)
        assert tab.evaluate(STRUCTURE_AND_TEXT, small.decode("utf-8")) == tab.evaluate(STRUCTURE_AND_TEXT, original), (
            path
        )
