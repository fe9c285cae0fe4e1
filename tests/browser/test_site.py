"""The site opens from files in a real browser: every page, search, filter, sort, address, download, keyboard."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clausula.analysis.dataset import Dataset
from clausula.site import Told, pages, render, site, tables
from clausula.site.changes import Changes
from clausula.site.context import Context
from tests.browser import axe

pytestmark = pytest.mark.xdist_group("browser")

KINDS = (
    "index.html",
    "instruments.html",
    "instruments/river-accord-2031.html",
    "instruments/delta-draft-2032.html",
    "actors.html",
    "actors/arland.html",
    "topics.html",
    "topics/water.html",
    "sources.html",
    "figures.html",
    "tables.html",
    "tables/provisions.html",
    "codebook/index.html",
    "codebook/stance.html",
    "validation.html",
    "changes.html",
)
"""A page of every kind."""


@pytest.fixture(scope="module")
def folder(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site") / "site"
    outcome = site(built, out, Told(layers=("duckdb", "rules")))
    assert outcome.report is not None and outcome.report.total() == 0
    return out


@pytest.fixture
def rows(folder: Path, tab: Any) -> Iterator[Any]:
    """The page of the provisions, ready."""
    yield opened(tab, folder / "tables" / "provisions.html")


def opened(tab: Any, file: Path, fragment: str = "") -> Any:
    tab.goto(file.as_uri() + fragment)
    tab.wait_for_selector("html[data-ready=yes]")
    return tab


def until(tab: Any, condition: str) -> None:
    """Wait for a condition in the page, which forbids the waiting that evaluates text inside it."""
    for _ in range(200):
        if tab.evaluate(condition):
            return
        tab.wait_for_timeout(25)
    raise AssertionError(f"not reached: {condition}")


def ids(tab: Any) -> list[str]:
    return list(tab.locator("#rows tbody tr > :first-child").all_text_contents())


def source(built: Path, table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((built / f"data/{table}.csv").read_text(encoding="utf-8"))))


def test_every_page_opens_fits_a_phone_and_leads_somewhere(folder: Path, tab: Any) -> None:
    tab.set_viewport_size({"width": 320, "height": 640})
    anchors: dict[Path, set[str]] = {}
    wanted: list[tuple[Path, Path, str]] = []
    for file in sorted(folder.rglob("*.html")):
        tab.goto(file.as_uri())
        assert tab.evaluate("document.documentElement.scrollWidth") <= 320, file
        anchors[file.resolve()] = set(tab.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)"))
        assert tab.locator("h1").count() == 1, file
        for to in tab.evaluate("[...document.querySelectorAll('a[href]')].map(e => e.getAttribute('href'))"):
            if not to.startswith("https://"):
                path, _, part = to.partition("#")
                wanted.append((file, (file.parent / path).resolve() if path else file.resolve(), part))
    missing = {(str(file), str(to)) for file, to, part in wanted if not to.is_file()}
    missing |= {
        (str(file), f"{to}#{part}")
        for file, to, part in wanted
        if part and "=" not in part and part not in anchors.get(to, set())
    }
    assert missing == set()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(folder: Path, tab: Any, scheme: Any) -> None:
    library = axe.source()
    tab.emulate_media(color_scheme=scheme)
    found = {}
    for name in KINDS:
        tab.goto((folder / name).as_uri())
        if name.startswith("tables/"):
            tab.wait_for_selector("html[data-ready=yes]")
        tab.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
        found[name] = axe.grave(tab, library)
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_axe_would_find_something(tab: Any) -> None:
    library = axe.source()
    tab.set_content("<html><body><p style='color:#999;background:#aaa'>x</p><img src='data:,'></body></html>")
    assert axe.grave(tab, library)


def test_search_looks_in_all_columns_and_stays_in_the_address(rows: Any, built: Path) -> None:
    every = source(built, "provisions")
    word = "WATER"
    hits = [row["provision_id"] for row in every if any(word.lower() in value.lower() for value in row.values())]
    assert 0 < len(hits) < len(every)
    rows.fill("input[type=search]", word)
    until(rows, f"location.hash.includes('q={word}')")
    assert ids(rows) == hits
    assert f"{len(hits)} of {len(every)} rows" in rows.inner_text("#count")
    rows.reload()
    rows.wait_for_selector("html[data-ready=yes]")
    assert ids(rows) == hits
    assert rows.input_value("input[type=search]") == word


def test_filter_sort_and_address(rows: Any, built: Path, folder: Path) -> None:
    every = source(built, "provisions")
    value = every[0]["modality"]
    rows.locator("label", has_text=re.compile("^modality")).locator("select").select_option(label=value)
    kept = [row["provision_id"] for row in every if row["modality"] == value]
    assert ids(rows) == kept
    rows.get_by_role("button", name="strength").click()
    assert rows.get_attribute("th[aria-sort]", "aria-sort") == "ascending"
    rows.get_by_role("button", name="strength").click()
    assert rows.get_attribute("th[aria-sort]", "aria-sort") == "descending"
    down = sorted((row for row in every if row["modality"] == value), key=lambda row: -int(row["strength"]))
    assert ids(rows) == [row["provision_id"] for row in down]
    fragment = rows.evaluate("location.hash")
    assert "sort=-strength" in fragment and f"f.modality={value}" in fragment
    opened(rows, folder / "tables" / "sources.html")
    opened(rows, folder / "tables" / "provisions.html", fragment)
    assert ids(rows) == [row["provision_id"] for row in down]
    rows.get_by_role("button", name="Show all").click()
    assert len(ids(rows)) == len(every)
    assert rows.evaluate("location.hash") in ("", "#")


def test_an_address_with_nonsense_shows_all(folder: Path, tab: Any, built: Path) -> None:
    opened(tab, folder / "tables" / "provisions.html", "#sort=nothing&f.__proto__=x&f.no=y&q=%E0%A4%A")
    assert tab.locator("#rows tbody tr").count() in (0, len(source(built, "provisions")))
    opened(tab, folder / "tables" / "sources.html")
    opened(tab, folder / "tables" / "provisions.html", "#sort=nothing&f.no=y")
    assert len(ids(tab)) == len(source(built, "provisions"))


def test_the_address_can_be_changed_by_hand(rows: Any, built: Path) -> None:
    rows.evaluate("location.hash = 'f.strength=3'")
    kept = [row["provision_id"] for row in source(built, "provisions") if row["strength"] == "3"]
    until(rows, f"document.querySelectorAll('#rows tbody tr').length === {len(kept)}")
    assert ids(rows) == kept


def test_download_gives_what_is_shown(rows: Any, built: Path) -> None:
    rows.evaluate("location.hash = 'f.strength=2&sort=-provision_id'")
    until(rows, "document.getElementById('count').textContent.includes(' of ')")
    with rows.expect_download() as waiting:
        rows.get_by_role("button", name="Download").click()
    assert waiting.value.suggested_filename == "provisions.csv"
    text = Path(waiting.value.path()).read_text(encoding="utf-8")
    kept = [row for row in source(built, "provisions") if row["strength"] == "2"]
    assert list(csv.DictReader(io.StringIO(text))) == sorted(kept, key=lambda row: row["provision_id"], reverse=True)


def test_the_keyboard_reaches_everything(rows: Any) -> None:
    rows.keyboard.press("Tab")
    assert rows.evaluate("document.activeElement.className") == "skip"
    assert rows.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    rows.keyboard.press("Enter")
    assert rows.evaluate("document.activeElement.id") == "main"
    rows.evaluate("location.hash = ''")
    reached = set()
    for _ in range(60):
        rows.keyboard.press("Tab")
        reached.add(
            rows.evaluate(
                "(e => e.type === 'search' ? 'search' : e.matches('th button') ? 'sort' : e.id === 'grid' ? 'grid'"
                " : e.tagName)(document.activeElement)"
            )
        )
        shown = rows.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert shown != "none" or rows.evaluate("document.activeElement.tagName") in ("BODY", "HTML")
    assert {"search", "SUMMARY", "SELECT", "BUTTON", "sort", "grid", "A"} <= reached
    rows.locator("th button").nth(1).focus()
    rows.keyboard.press("Enter")
    assert rows.get_attribute("th[aria-sort]", "aria-sort") == "ascending"
    rows.focus("#grid")
    rows.keyboard.press("ArrowRight")
    until(rows, "document.getElementById('grid').scrollLeft > 0")


def test_the_figures_can_be_scrolled_and_have_their_table(folder: Path, tab: Any) -> None:
    tab.goto((folder / "figures.html").as_uri())
    for figure in tab.locator("figure").all():
        assert figure.locator("svg:visible").count() == 1
        assert figure.locator("svg title").first.text_content()
        figure.locator("summary").last.click()
        assert figure.locator("tbody tr").count() > 0
    tab.set_viewport_size({"width": 360, "height": 640})
    assert {figure.locator("svg:visible").count() for figure in tab.locator("figure").all()} == {1}


def test_everything_reads_without_script(folder: Path, chromium: Any, built: Path) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((folder / "tables" / "provisions.html").as_uri())
    assert page.locator("#rows tbody tr").count() == len(source(built, "provisions"))
    assert page.locator("input, select, #tools button").count() == 0, "no tool that does nothing"
    page.goto((folder / "instruments" / "river-accord-2031.html").as_uri())
    assert page.locator(".provisions > li").count() == 7
    context.close()


def test_the_instrument_tells_all_that_is_known(folder: Path, tab: Any, built: Path) -> None:
    tab.goto((folder / "instruments" / "delta-draft-2032.html").as_uri())
    said = tab.inner_text("main")
    assert tab.locator(".provisions > li").count() == 2
    assert "−2" in said and "silent" in said and "+2 if" in said
    assert "The commission stays." in said
    tab.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    said = tab.inner_text("main")
    for anchor in source(built, "evidence"):
        if anchor["provision_id"].startswith("delta-draft-2032."):
            assert f"{anchor['start']}–{anchor['end']}" in said and anchor["fingerprint"] in said
    for link in source(built, "provision_links"):
        if link["provision_id"].startswith("delta-draft-2032."):
            assert link["earlier_provision_id"] in said
    for dispute in source(built, "disputes"):
        if dispute["provision_id"].startswith("delta-draft-2032."):
            assert dispute["others_say"] in said


def large(folder: Path, number: int) -> Path:
    """The page of a table with many rows, in a copy of the site."""
    from benchmarks.site import write_large

    return write_large(folder, number)


def test_a_large_table_has_a_window_onto_its_rows(folder: Path, tab: Any, tmp_path: Path) -> None:
    file = large(tmp_path, 5000)
    tab.goto(file.as_uri())
    assert "of 5,000 rows" in tab.inner_text("#count") or tab.locator("html[data-ready=yes]").count()
    tab.wait_for_selector("html[data-ready=yes]")
    assert tab.locator("#rows tbody tr").count() < 200
    tab.evaluate("document.getElementById('grid').scrollTop = 1e9")
    until(tab, "document.querySelector('#rows tbody tr:nth-last-child(2)').textContent.includes('record-004999')")
    tab.fill("input[type=search]", "record-001234")
    until(tab, "document.querySelectorAll('#rows tbody tr').length === 1")
    assert "1 of 5,000 rows" in tab.inner_text("#count")


LIKE = """html => {
  const page = new DOMParser().parseFromString(html, "text/html");
  page.querySelectorAll("meta, link, script").forEach(e => e.remove());
  const shown = document.body.appendChild(document.createElement("div"));
  shown.append(...page.body.childNodes);
  shown.querySelectorAll("details").forEach(e => { e.open = true; });
  const name = e => e.tagName + (e.id ? "#" + e.id : "") + (e.className.baseVal ?? e.className);
  const like = [[...shown.querySelectorAll("*")].map(name).join(" "), shown.innerText.split(/\\s*\\n\\s*/).join("\\n")];
  shown.remove();
  return like;
}"""
"""What a page consists of, and its text as it is shown: two words that had a blank between them still have one."""


def test_a_page_is_the_same_after_it_was_made_smaller(built: Path, tab: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = {}
    nearer = render.nearer

    def kept(html: str, path: str) -> str:
        whole[path] = html
        return nearer(html, path)

    monkeypatch.setattr(render, "nearer", kept)
    made = render.Pages(Context(Dataset(built)))
    for step in (pages.sources, pages.actors, pages.instruments, pages.codebook, pages.topics):
        step(made)
    pages.table(made, made.context.model["provisions"], tables.columns(made.context, made.context.model["provisions"]))
    pages.overview(made, None, Changes())
    assert list(whole) == list(made.files)
    for path, small in made.files.items():
        assert len(small) < len(whole[path])
        assert tab.evaluate(LIKE, small.decode("utf-8")) == tab.evaluate(LIKE, whole[path]), path
