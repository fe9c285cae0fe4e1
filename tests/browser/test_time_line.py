"""The time line of instruments and events: a range by mouse and by keyboard, in the address, and undone with Back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from clausula.analysis.dataset import Dataset
from tests.browser.test_site import open_table as open_ready
from tests.browser.test_site import until

ROWS = "[...document.querySelectorAll('[data-to]')].filter(e => e.getClientRects().length).map(e => e.dataset.to)"


def days(built: Path) -> list[str]:
    """Return the last day of each instrument and event; empty for one without a date."""
    data = Dataset(built)
    columns = (data.load(name)["date_to"].dt.strftime("%Y-%m-%d").fillna("") for name in ("instruments", "events"))
    return sorted(day for column in columns for day in column)


def test_dragging_shows_only_what_falls_in_the_range(mini_site: Path, tab: Any, built: Path) -> None:
    open_ready(tab, mini_site / "instruments.html")
    every = days(built)
    assert sorted(tab.evaluate(ROWS)) == every and len(set(every)) > 1
    box = tab.locator("#brush svg").bounding_box()
    middle = box["y"] + box["height"] / 2
    tab.mouse.move(box["x"] + 2, middle)
    tab.mouse.down()
    tab.mouse.move(box["x"] + box["width"] / 4, middle)
    tab.mouse.up()
    until(tab, "location.hash.startsWith('#from=')")
    last = tab.evaluate("new URLSearchParams(location.hash.slice(1)).get('to')")
    kept = tab.evaluate(ROWS)
    first = min(filter(None, every))
    assert first in kept and "" not in kept and every[-1] not in kept
    assert all(day[:7] <= last for day in kept)
    assert f"{len(kept)} of {len(every)} instruments and events" in tab.inner_text("#brush [role=status]")
    tab.reload()
    tab.wait_for_selector("html[data-ready=yes]")
    assert tab.evaluate(ROWS) == kept
    tab.go_back()
    until(tab, f"{ROWS}.length === {len(every)}")


def test_the_range_is_chosen_by_keyboard(mini_site: Path, tab: Any, built: Path) -> None:
    open_ready(tab, mini_site / "instruments.html")
    tab.locator("#brush input").nth(1).focus()
    tab.keyboard.press("Home")
    first = min(filter(None, days(built)))
    until(tab, f"location.hash.includes('to={first[:7]}')")
    assert {day[:7] for day in tab.evaluate(ROWS)} == {first[:7]}
    assert tab.evaluate("document.activeElement.getAttribute('aria-valuetext')").endswith(first[:4])
    tab.get_by_role("button", name="Show all").click()
    until(tab, f"{ROWS}.length === {len(days(built))}")


def test_an_address_of_a_record_or_an_invalid_range_hides_nothing(mini_site: Path, tab: Any, built: Path) -> None:
    event = Dataset(built).load("events")["event_id"].iloc[0]
    for fragment in (f"#{event}", "#from=x&to=2001-99-99"):
        open_ready(tab, mini_site / "instruments.html", fragment)
        assert len(tab.evaluate(ROWS)) == len(days(built))
        tab.goto("about:blank")
