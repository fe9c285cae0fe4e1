"""Tables of the site in a real browser: filters of several values, Back, columns, dates, Excel, print, addresses."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from clausula.analysis.dataset import Dataset
from clausula.site import pages, tables
from clausula.site.context import Context
from clausula.site.render import Pages
from clausula.site.run import assets
from tests.browser.test_site import csv_rows, ids, open_table, until
from tests.conftest import ROOT


@pytest.fixture
def page(mini_site: Path, tab: Any) -> Any:
    return open_table(tab, mini_site / "tables" / "provisions.html")


def add_filter(page: Any, column: str, value: str) -> None:
    page.locator("label", has_text=column).locator("select").first.select_option(label=value)


def test_the_text_of_a_row_is_in_view_on_a_phone(mini_site: Path, tab: Any) -> None:
    tab.set_viewport_size({"width": 360, "height": 640})
    open_table(tab, mini_site / "tables" / "provisions.html")
    seen = "(e => e.getBoundingClientRect().left)(document.querySelector('#rows tbody tr:not(.gap) td:nth-child(2)'))"
    assert tab.evaluate(seen) < 200


def test_several_values_of_a_filter_and_back(page: Any, built: Path) -> None:
    every = csv_rows(built, "provisions")
    add_filter(page, "modality", "obligation")
    add_filter(page, "modality", "permission")
    wanted = [row["provision_id"] for row in every if row["modality"] in ("obligation", "permission")]
    assert ids(page) == wanted and 0 < len(wanted) < len(every)
    assert page.evaluate("location.hash") == "#f.modality=obligation&f.modality=permission"
    page.go_back()
    until(page, "location.hash === '#f.modality=obligation'")
    assert ids(page) == [row["provision_id"] for row in every if row["modality"] == "obligation"]
    page.get_by_role("button", name="Remove the filter modality obligation").click()
    until(page, "!location.hash.includes('modality')")
    assert len(ids(page)) == len(every)


def test_no_row_says_how_to_widen(page: Any) -> None:
    page.evaluate("location.hash = 'f.modality=constitution&f.strength=1'")
    until(page, "document.querySelectorAll('#rows tbody tr').length === 0")
    assert "remove a filter or a word to see more" in page.inner_text("#count")


def test_what_an_address_asks_for_in_vain_is_named(mini_site: Path, tab: Any) -> None:
    open_table(tab, mini_site / "tables" / "provisions.html", "#f.modality=wish&f.colour=red&sort=taste")
    message = tab.inner_text("[role=alert]")
    assert "modality “wish”" in message and "the column colour" in message and "the column taste" in message
    tab.get_by_role("button", name="Show all rows").click()
    assert not tab.locator("[role=alert]").is_visible()


def test_columns_can_be_left_out(page: Any, mini_site: Path) -> None:
    page.click("summary >> text=Columns")
    page.uncheck(".check >> text=instrument_id")
    until(page, "location.hash.includes('hide=instrument_id')")
    heads = page.locator("thead th:visible").all_inner_texts()
    assert "instrument_id" not in heads and "provision_id" in heads
    assert page.locator("#rows tbody tr").first.locator("td").count() == len(heads)
    open_table(page, mini_site / "tables" / "sources.html")
    open_table(page, mini_site / "tables" / "provisions.html", "#hide=instrument_id,nothing")
    assert page.locator("thead th:visible").count() == len(heads)


def test_the_text_of_a_row_is_in_view(page: Any) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    box = page.locator("thead th", has_text="summary").bounding_box()
    assert box["x"] + box["width"] <= 1280


def test_excel_gets_a_byte_order_mark(page: Any, built: Path) -> None:
    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSV for Excel").click()
    content = Path(waiting.value.path()).read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows == csv_rows(built, "provisions")


def test_print_has_every_row_and_says_what_is_left_out(page: Any) -> None:
    page.evaluate("location.hash = 'hide=place'")
    until(page, "location.hash === '#hide=place'")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator("#rows tbody tr").count() == 9
    assert page.inner_text(".printed") == "Left out: the columns place."
    page.evaluate("dispatchEvent(new Event('afterprint'))")


def test_dates_are_sorted_as_dates(mini_site: Path, tab: Any, tmp_path: Path) -> None:
    """In time, not as text: a date with a lower bound only is not before all others, nor "or earlier" after them."""
    days = ["2031", "[2014-06-07..2014-09-05]", "../2031-05-03", "2031-05-03", "", "2031-05", "2032~", "2014-06-06/.."]
    table = open_dates(tmp_path, days)
    open_table(tab, table, "#sort=date")
    shown = tab.locator("#rows tbody tr td:nth-child(2)").all_text_contents()
    first = ["2014-06-06/..", "[2014-06-07..2014-09-05]"]
    assert shown[:2] == first and shown[-2:] == ["2032~", ""]
    assert shown.index("../2031-05-03") < shown.index("2031-05-03")


def open_dates(folder: Path, days: list[str]) -> Path:
    """Write the page of a table with these dates and return its path."""
    from benchmarks.site import write_table

    columns = [
        tables.Column("event_id", "event", "text", 8, False, [f"e{n}" for n in range(len(days))], {}),
        tables.Column("date", "date", "date", 8, False, days, {}),
    ]
    return write_table(folder, "dates", columns)


def test_dates_of_the_package_are_known_as_dates(built: Path) -> None:
    from clausula.analysis.dataset import Dataset

    context = Context(Dataset(built))
    kinds = {column.name: column.kind for column in tables.columns(context, context.model["instruments"])}
    assert kinds["date"] == "date" and kinds["title"] == "text"


def test_names_stand_for_records_and_ids_are_shown_on_demand(mini_site: Path, tab: Any, built: Path) -> None:
    page = open_table(tab, mini_site / "tables" / "provision_actors.html")
    name = {row["actor_id"]: row["name"] for row in csv_rows(built, "actors")}
    every = [row["actor_id"] for row in csv_rows(built, "provision_actors")]
    shown = "#rows tbody tr > :nth-child(2)"
    assert page.locator(shown).all_text_contents() == [name[one] for one in every]
    page.locator("label", has_text="actor_id").locator("select").first.select_option(label=name[every[0]])
    until(page, f"location.hash === '#f.actor_id={every[0]}'")
    assert page.locator(shown).count() == every.count(every[0])
    page.locator("summary", has_text="Columns").click()
    page.get_by_label("IDs instead of names").check()
    until(page, "location.hash.includes('ids=yes')")
    assert set(page.locator(shown).all_text_contents()) == {every[0]}
    page.go_back()
    until(page, "!location.hash.includes('ids')")
    assert set(page.locator(shown).all_text_contents()) == {name[every[0]]}


def test_rows_between_two_days(mini_site: Path, tab: Any, built: Path) -> None:
    page = open_table(tab, mini_site / "tables" / "instruments.html")
    page.get_by_label("date from").fill("2032")
    page.get_by_label("date from").press("Enter")
    until(page, "location.hash === '#since.date=2032'")
    later = [row["instrument_id"] for row in csv_rows(built, "instruments") if "2032" in row["date"]]
    assert ids(page) == later and later
    page.evaluate("location.hash = 'until.date=2031-05'")
    until(page, "document.querySelectorAll('#rows tbody tr').length === 1")
    assert ids(page) == ["river-accord-2031"] and page.get_by_label("date to").input_value() == "2031-05"
    page.evaluate("location.hash = 'since.date=soon'")
    until(page, "document.querySelector('[role=alert]').textContent.includes('since.date soon')")


def test_rows_can_be_filtered_by_the_process_of_their_instrument(tmp_path: Path, tab: Any) -> None:
    data = Dataset(ROOT)
    context = Context(data)
    links = tables.columns(context, context.model["provision_links"])
    (process,) = [column for column in links if column.derived]
    home = data.load("instruments").set_index("instrument_id")["process_id"]
    assert process.values == [home[one.split(".")[0]] for one in data.load("provision_links")["provision_id"]]
    rendered = Pages(context)
    pages.table(rendered, context.model["provision_links"], links)
    rendered.files |= {"data/provision_links.js": tables.script(links), **assets()}
    for name, content in rendered.files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    page = open_table(tab, tmp_path / "tables" / "provision_links.html")
    chosen = process.values[0]
    add_filter(page, "process_id", process.labels[chosen])
    until(page, f"location.hash === '#f.process_id={chosen}'")
    assert f"{process.values.count(chosen)} of {len(process.values)} rows" in page.inner_text("#count").replace(",", "")
    assert page.locator("th:visible", has_text="process_id").count() == 0, "the table has no such column"
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download").click()
    head = Path(waiting.value.path()).read_text(encoding="utf-8").splitlines()[0]
    assert "process_id" not in head
