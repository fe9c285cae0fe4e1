"""Working on the coding page in a real browser: drafts, undo, keys, lines, bulk rows, search, a count of actions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.browser import axe
from tests.browser.coding_page import enter, open_page, select, serving, submit_with, wait_until_idle, wait_until_kept
from tests.coding.practice import NORTH, RAW, SOUTH, state, table

MAX_ACTIONS = 12
"""The most actions that a provision with two actors and a quantity may take; a key, field, choice or click is one."""


def log(page: Any) -> list[str]:
    page.select_option("#table", "coding_log")
    return [str(one) for one in page.locator("#rows button").all_inner_texts()]


def test_a_closed_tab_loses_nothing_and_two_tabs_do_not_overwrite_each_other(coded: Path, tab: Any) -> None:
    with serving(coded) as url:
        page = open_page(tab, url)
        page.click("#rows button:has-text('p003')")
        enter(page, note="Kept & <b>shown</b> as text.")
        wait_until_kept(page)
        other = open_page(tab.context.new_page(), url)
        other.click("#rows button:has-text('p003')")
        assert other.input_value("#f-note") == "Kept & <b>shown</b> as text."
        enter(other, note="From the second tab.")
        wait_until_kept(other)
        enter(page, note="From the first tab.")
        page.wait_for_selector("#state:has-text('Another tab')")
        page.click("text=Keep this tab's input")
        wait_until_kept(page)
        enter(other, note="Once more.")
        other.wait_for_selector("#state:has-text('Another tab')")
        other.click("text=Load the other tab's draft")
        other.wait_for_selector("#findings-summary:has-text('restored')")
        other.click("#rows button:has-text('p003')")
        assert other.input_value("#f-note") == "From the first tab."
        other.close()
        wait_until_idle(page)
    tab.wrong[:] = [one for one in tab.wrong if "409" not in one]  # the refusals that the page asked for


def test_everything_is_undone_and_done_again(coded: Path, tab: Any) -> None:
    with serving(coded) as url:
        page = open_page(tab, url)
        before = page.evaluate("fetch('form').then((one) => one.json())")["rows"]
        page.click("#rows button:has-text('p003')")
        enter(page, note="A note.", strength="1")
        page.locator("#part-provision_actors .line >> nth=0").locator("[data-cell=role]").select_option("monitor")
        page.locator("#part-provision_actors .line >> nth=1").locator("button.danger").click()
        select(page, "Part One: The guns")
        page.focus("#text")
        page.keyboard.press("v")
        page.click("#rows button >> nth=-1")
        page.click("text=Delete row")
        steps = 0
        while page.is_enabled("#undo"):
            page.keyboard.press("Control+z")
            steps += 1
        assert steps == 6
        assert page.inner_text("#state") == "All changes saved"
        after = page.evaluate("fetch('form').then((one) => one.json())")["rows"]
        assert after == before
        for _ in range(steps):
            page.keyboard.press("Control+Shift+z")
        page.select_option("#table", "provisions")
        page.click("#rows button:has-text('p003')")
        assert (page.input_value("#f-note"), page.input_value("#f-strength")) == ("A note.", "1")
        roles = page.locator("#part-provision_actors [data-cell=role]").evaluate_all(
            "(all) => all.map((one) => one.value)"
        )
        assert roles[0] == "monitor"
        assert len(roles) == 2
        wait_until_kept(page)
        wait_until_idle(page)


def test_sentences_are_logged_in_bulk_and_progress_counts_sentences(fresh: Path, tab: Any) -> None:
    with serving(fresh) as url:
        page = open_page(tab, url)
        total = page.locator("#uncoded li").count()
        assert page.inner_text("#progress-text") == f"0 of {total} sentences (0 %)"
        page.click("#log-proposed")
        page.wait_for_selector(f"#progress-text:not(:text-matches('^0 of {total}'))")
        taken = log(page)
        assert any("ACCORD OF THE SALT ROAD" in one for one in taken)
        page.keyboard.press("Control+z")
        assert log(page) == []
        page.wait_for_selector(f"#progress-text:has-text('0 of {total}')")
        for number in (1, 2, 4):
            page.check(f"#uncoded input[aria-label='Sentence {number}']")
        page.select_option("#log-reason", "preamble")
        page.click("#log-enter")
        page.wait_for_selector(f"#progress-text:has-text('3 of {total}')")
        assert len(log(page)) == 2  # sentences 1 and 2 share a row
        page.fill("#find", "NORTH  bank")
        assert page.inner_text("#find-count").startswith("1 of ")
        page.keyboard.press("Escape")
        assert page.inner_text("#selection-text") == "Selected: North Bank"
        wait_until_kept(page)
        wait_until_idle(page)


def test_absences_are_entered_in_bulk(coded: Path, tab: Any) -> None:
    with serving(coded) as url:
        page = open_page(tab, url)
        page.select_option("#table", "absences")
        for number in range(3):
            page.click(f"#rows button >> nth={number}")
            enter(page, instrument_id="")
        page.select_option("#table", "absences")
        assert "3 topics" in page.inner_text("#bulk legend")
        page.uncheck("#bulk .checks input >> nth=0")
        page.click("#absent-enter")
        assert "1 topic " in page.inner_text("#bulk legend")
        page.keyboard.press("Control+z")
        assert "3 topics" in page.inner_text("#bulk legend")
        wait_until_kept(page)
        wait_until_idle(page)


def test_all_topics_are_listed_searched_and_added_to(coded: Path, tab: Any) -> None:
    with serving(coded) as url:
        page = open_page(tab, url)
        page.select_option("#table", "topics")
        assert page.inner_text("#bulk legend") == f"{len(table(coded, 'topics'))} topics"
        page.fill("#topic-filter", "LAYING, clearing")
        shown = page.locator("#bulk li:visible")
        assert [one.startswith("Mines mines") for one in shown.all_inner_texts()] == [True]
        page.click("#add")
        enter(page, topic_id="ferries", label="Ferries", definition="Provisions on ferries.")
        page.fill("#f-parent_topic_id", "security")
        assert submit_with(page, "save-valid").startswith("Saved")
        wait_until_idle(page)
    assert [row["label"] for row in table(coded, "topics") if row["topic_id"] == "ferries"] == ["Ferries"]


class Actions:
    """A coder's actions on the page, counted: a key, a field filled, a choice or a click is one."""

    def __init__(self, page: Any) -> None:
        self.page, self.number = page, 0

    def press(self, key: str) -> None:
        self.number += 1
        self.page.keyboard.press(key)

    def type_here(self, text: str) -> None:
        """Type into the field that has the focus."""
        self.number += 1
        self.page.keyboard.type(text)

    def enter(self, **cells: str) -> None:
        self.number += len(cells)
        enter(self.page, **cells)

    def line(self, line_table: str, **cells: str) -> None:
        self.number += len(cells)
        line = self.page.locator(f"#part-{line_table} .empty")
        handle = line.element_handle()
        for name, value in cells.items():
            field = handle.query_selector(f"[data-cell={name}]")
            if field.evaluate("(one) => one.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)


def test_a_provision_with_two_actors_and_a_quantity_takes_few_actions(coded: Path, tab: Any) -> None:
    with serving(coded) as url:
        page = open_page(tab, url)
        for coded_later in ("p009", "p008"):
            page.click(f"#rows button:has-text('{coded_later}')")
            page.click("text=Delete row")
        page.wait_for_selector("#progress-text:has-text('22 of 24')")
        page.focus("#text")
        coder = Actions(page)
        coder.press("n")
        coder.press("p")
        coder.enter(place="point 7", summary="The sides open the bridge to 30 people.", topic_id="infrastructure")
        coder.line("provision_actors", actor_id=NORTH)
        coder.line("provision_actors", actor_id=SOUTH)
        coder.line("provision_quantities", measure="count", value="30", unit="person", qualifier="at_most")
        assert coder.number <= MAX_ACTIONS, coder.number
        assert page.inner_text("#row-title") == "Provisions: p010"
        carried = page.locator("#row .chip").all_inner_texts()
        assert carried
        assert set(carried) == {"carried over"}
        summary = submit_with(page, "save-valid")
        assert summary.startswith("Saved"), page.inner_text("#findings")
        new = {row["provision_id"]: row for row in table(coded, "provisions")}
        made = next((row for row in new.values() if "30 people" in row["summary"]), {})
        assert made, page.inner_text("#findings-list")
        assert made["instrument_id"] == made["provision_id"].partition(".")[0]
        actors = [
            row["actor_id"] for row in table(coded, "provision_actors") if row["provision_id"] == made["provision_id"]
        ]
        assert sorted(actors) == [NORTH, SOUTH]
        quantities = [r for r in table(coded, "provision_quantities") if r["provision_id"] == made["provision_id"]]
        assert [(row["value"], row["unit"], row["qualifier"]) for row in quantities] == [("30", "person", "at_most")]
        wait_until_idle(page)


def test_a_selection_snaps_to_words_and_keys_move_its_ends(coded: Path, tab: Any) -> None:
    with serving(coded) as url:
        page = open_page(tab, url)
        select(page, "ither side la")
        assert page.inner_text("#selection-text") == "Selected: Neither side lays"
        page.focus("#text")
        page.keyboard.press("Shift+ArrowRight")
        assert page.inner_text("#selection-text") == "Selected: Neither side lays new"
        page.keyboard.press("Shift+Alt+ArrowRight")
        assert page.inner_text("#selection-text") == "Selected: side lays new"
        page.keyboard.press("?")
        assert page.is_visible("#keys-panel")
        page.keyboard.press("Escape")
        assert not page.is_visible("#keys-panel")
        before = state(coded)
        assert submit_with(page, "check").startswith("No errors")
        assert state(coded) == before
        assert "side lays new" in RAW
        wait_until_idle(page)


def test_suggestions_are_marked_and_switched_off_for_a_blind_pass(coded: Path, tab: Any) -> None:
    with serving(coded, suggestions="") as url:
        page = open_page(tab, url)
        page.select_option("#table", "provisions")
        with page.expect_response(lambda one: one.url.endswith("suggest")):
            page.click("#rows button:has-text('p003')")
        assert page.locator(".suggestion").count() == 0, "none for what the coder has chosen"
        enter(page, topic_id="")
        page.wait_for_selector(".suggestion:has-text('Mines')")
        assert page.input_value("#f-topic_id") == ""
        page.click(".suggestion:has-text('Mines')")
        assert page.input_value("#f-topic_id") == "mines"
        assert page.inner_text("[data-column=topic_id] .chip") == "from a suggestion"
        wait_until_idle(page)
    with serving(coded, "b", suggestions="") as url:
        page = open_page(tab, url)
        asked: list[str] = []
        page.on("request", lambda one: asked.append(one.url) if one.url.endswith("suggest") else None)
        page.focus("#text")
        page.keyboard.press("n")
        page.keyboard.press("p")
        enter(page, summary="No mines are laid.")
        wait_until_kept(page)
        assert page.locator("#suggestions").count() == 0
        assert asked == []
        wait_until_idle(page)


def test_the_page_has_no_serious_accessibility_finding(coded: Path, tab: Any) -> None:
    library = axe.source()
    with serving(coded, suggestions="") as url:
        page = open_page(tab, url)
        assert axe.severe_violations(page, library) == []
        page.click("#rows button:has-text('p003')")
        enter(page, strength="", topic_id="no-such-topic")
        submit_with(page, "check")
        page.wait_for_selector(".suggestion")
        assert axe.severe_violations(page, library) == []
        page.select_option("#table", "coding_log")
        page.click("#rows button >> nth=0")
        page.click("text=Delete row")
        page.select_option("#table", "absences")
        page.click("#rows button >> nth=0")
        enter(page, instrument_id="")
        page.select_option("#table", "topics")
        assert axe.severe_violations(page, library) == []
        page.select_option("#table", "absences")
        page.click("#keys")
        assert axe.severe_violations(page, library) == []
        page.keyboard.press("Escape")
        page.set_viewport_size({"width": 390, "height": 800})
        page.emulate_media(color_scheme="dark")
        assert axe.severe_violations(page, library) == []
        wait_until_kept(page)
        wait_until_idle(page)
