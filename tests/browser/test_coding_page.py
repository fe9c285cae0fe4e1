"""The coding page in a real browser: select, code, save, reload, edit, and findings at their fields."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clausula.evidence.text import Text
from tests.browser.coding_page import (
    TIMEOUT_MS,
    enter,
    enter_line,
    new_row,
    open_page,
    select,
    serving,
    submit_with,
    wait_until_idle,
    wait_until_kept,
)
from tests.coding.practice import NORTH, RAW, SOURCE, SOUTH, state, table


def prepare(page: Any) -> None:
    """Enter the rows that a first provision needs."""
    new_row(page, "coders", coder_id="bank-clerk", kind="person", description="Coded the practice text.")
    page.select_option("#table", "coding_passes")
    page.click("#rows button")
    enter(page, coder_id="bank-clerk", date="2033-05-01", codebook_frozen="false", independent="true")
    for actor, name in ((NORTH, "Council of the North Bank"), (SOUTH, "Council of the South Bank")):
        new_row(page, "actors", actor_id=actor, name=name, kind="government_body", unnamed="false")
    new_row(
        page,
        "processes",
        process_id="salt-road-settlement",
        title="Settlement",
        summary="Talks between the two banks.",
        date_basis="unknown",
    )
    new_row(
        page,
        "instruments",
        instrument_id=SOURCE,
        process_id="salt-road-settlement",
        title="Accord of the Salt Road",
        form="treaty",
        status="signed",
        date="2033-04-04",
        date_basis="stated",
        coverage="complete",
        legal_status="silent",
    )
    new_row(page, "instrument_actors", instrument_id=SOURCE, actor_id=NORTH, role="signatory")
    new_row(page, "instrument_actors", instrument_id=SOURCE, actor_id=SOUTH, role="signatory")


def code_a_provision(page: Any, first: str, last: str) -> None:
    select(page, first, last)
    page.click("[data-as=provisions]")
    enter(
        page,
        instrument_id=SOURCE,
        place="point 3",
        summary="The two sides lay no further mines.",
        topic_id="mines",
        modality="prohibition",
        commitment_verb="shall",
        strength="2",
        conditionality="unconditional",
        timing="unspecified",
        enforcement="none",
    )
    for actor in (NORTH, SOUTH):
        enter_line(page, "provision_actors", actor_id=actor, role="obligor", basis="named")


def test_select_code_save_reload_edit_and_reject(fresh: Path, tab: Any) -> None:
    with serving(fresh) as url:
        page = open_page(tab, url)
        uncoded = page.locator("#uncoded li").count()
        prepare(page)
        code_a_provision(page, "Neither side", "mines.")
        assert page.inner_text("#state").startswith("Unsaved changes")
        assert page.locator("#text mark").all_inner_texts() == ["Neither side lays new mines."]
        page.wait_for_selector(f"#uncoded-summary:has-text('{uncoded - 1} sentences')")

        enter(page, strength="")
        summary = submit_with(page, "save-valid")
        assert "error" in summary or "not saved" in summary
        assert table(fresh, "provisions") == []
        page.click("#findings-list button:has-text('Strength')")
        assert page.evaluate("document.activeElement.id") == "f-strength"
        assert page.get_attribute("#f-strength", "aria-invalid") == "true"
        assert "required" in page.inner_text("#f-strength-findings")
        assert "f-strength-findings" in page.get_attribute("#f-strength", "aria-describedby")

        enter(page, strength="2")
        assert page.get_attribute("#f-strength", "aria-invalid") is None
        assert submit_with(page, "save-valid").startswith("Saved:")
        assert page.inner_text("#state") == "All changes saved"
        start = RAW.index("Neither side lays new mines.")
        row = table(fresh, "evidence")[0]
        assert (row["provision_id"], row["start"], row["end"]) == (f"{SOURCE}.p01", str(start), str(start + 28))
        assert row["fingerprint"] == Text(RAW).fingerprint(start, start + 28)
        assert table(fresh, "provisions")[0]["modality"] == "prohibition"

        before = state(fresh)
        assert submit_with(page, "save-valid").startswith("No changes to save")
        assert state(fresh) == before

        page.reload()
        open_page(page, url)
        assert page.locator("#text mark").all_inner_texts() == ["Neither side lays new mines."]
        page.click("#text .tag:has-text('p001')")
        page.click("text=Back to p001")
        assert page.input_value("#f-summary") == "The two sides lay no further mines."
        enter(page, summary="No further mines are laid by either side.")
        assert submit_with(page, "save-valid").startswith("Saved: 0 rows added, 2 changed")  # and its value
        assert table(fresh, "provisions")[0]["summary"] == "No further mines are laid by either side."

        page.click("#table")
        page.select_option("#table", "provisions")
        page.click("#rows button")
        page.click("text=Delete row")
        assert page.locator("#text mark").count() == 0
        page.click("#undo-delete")
        assert page.locator("#text mark").count() == 1
        assert page.inner_text("#state") == "All changes saved"
        wait_until_idle(page)


@pytest.mark.exhaustive
def test_a_complete_coding_is_accepted_and_saved_once(coded: Path, tab: Any) -> None:
    before = state(coded)
    with serving(coded) as url:
        page = open_page(tab, url)
        assert page.inner_text("#uncoded-summary") == "Every sentence has a record or a reason."
        assert submit_with(page, "check").startswith("No errors.")
        assert submit_with(page, "save-all").startswith("No changes to save")
        assert state(coded) == before
        page.select_option("#table", "coding_log")
        page.click("#rows button:has-text('connective')")
        page.click("text=Delete row")
        page.wait_for_selector("#uncoded li")
        assert "They therefore agree as follows." in page.inner_text("#uncoded")
        assert "1 sentence without a record or a reason" in submit_with(page, "save-all")
        assert state(coded) == before
        wait_until_idle(page)


def test_valid_rows_are_saved_and_the_others_stay_in_the_page(coded: Path, tab: Any) -> None:
    with serving(coded) as url:
        page = open_page(tab, url)
        page.click("#rows button:has-text('p003')")
        enter(page, strength="", note="Not clean yet.")
        page.click("#rows button:has-text('p009')")
        enter(page, summary="Both call the road a heritage.")
        assert "not saved" in submit_with(page, "save-valid")
        assert page.inner_text("#state").startswith("Unsaved changes")
        held = {row["provision_id"][-3:]: row for row in table(coded, "provisions")}
        assert (held["p03"]["strength"], held["p03"]["note"]) == ("2", "")
        assert held["p09"]["summary"] == "Both call the road a heritage."

        page.click("#rows button:has-text('p003')")
        assert page.input_value("#f-note") == "Not clean yet."
        enter(page, strength="1")
        assert submit_with(page, "save-all").startswith("Saved: 0 rows added, 3 changed")  # and the values of the pass
        held = {row["provision_id"][-3:]: row for row in table(coded, "provisions")}
        assert (held["p03"]["strength"], held["p03"]["note"]) == ("1", "Not clean yet.")
        assert page.inner_text("#state") == "All changes saved"

        page.click("#rows button:has-text('p009')")
        page.click("text=Delete row")
        summary = submit_with(page, "save-valid")
        assert summary.startswith("Saved: 0 rows added")
        assert "1 sentence without a record or a reason" in summary
        assert len(table(coded, "provisions")) == 8
        assert not any(row["provision_id"].endswith("p09") for row in table(coded, "evidence"))
        wait_until_idle(page)


def test_an_invalid_value_is_reported_at_its_field(coded: Path, tab: Any) -> None:
    with serving(coded) as url:
        page = open_page(tab, url)
        page.click("#rows button:has-text('p003')")
        enter(page, topic_id="no-such-topic")
        before = state(coded)
        assert "Nothing was saved" in submit_with(page, "save-all")
        assert "“Topic” was not found in “Topics”." in page.inner_text("#findings-list"), "in the labels of the form"
        page.click("#findings-list button:has-text('Topic')")
        assert page.evaluate("document.activeElement.id") == "f-topic_id"
        assert page.get_attribute("#f-topic_id", "aria-invalid") == "true"
        assert page.locator("#rows button[aria-current] .error").count() == 1
        assert state(coded) == before
        page.select_option("#table", "absences")
        first = page.inner_text("#rows button >> nth=0")
        assert (SOURCE in first, "Security and buffer zones" in page.inner_text("#rows")) == (True, True)
        assert first.count(SOURCE) == 1, "rows are listed by the labels of their values"


@pytest.mark.exhaustive
def test_a_conflict_is_reported_and_no_input_is_lost(coded: Path, tab: Any) -> None:
    with serving(coded) as url:
        page = open_page(tab, url)
        page.click("#rows button:has-text('p003')")
        enter(page, summary="Mines are no longer laid.")
        path = coded / "data" / "provisions.csv"
        moved = path.read_text(encoding="utf-8").replace(
            "The two sides lay no further mines.", "No further mines are laid."
        )
        path.write_text(moved, encoding="utf-8")
        assert "Nothing was saved" in submit_with(page, "save-all")
        assert "'No further mines are laid.'" in page.inner_text("#findings-list")
        assert page.locator("#findings-list li.error").count() == 1
        page.click("#findings-list button")
        assert page.input_value("#f-summary") == "Mines are no longer laid."
        assert path.read_text(encoding="utf-8") == moved
        enter(page, summary="No further mines are laid.")
        assert submit_with(page, "save-all").startswith("Saved: 0 rows added, 1 changed")  # the value of the pass
        assert path.read_text(encoding="utf-8") == moved


def test_unsaved_changes_are_kept_as_a_draft(coded: Path, tab: Any) -> None:
    dialogs: list[str] = []

    def answer(dialog: Any) -> None:
        dialogs.append(dialog.type)
        dialog.accept()

    with serving(coded) as url:
        page = open_page(tab, url)
        page.click("#rows button:has-text('p003')")
        enter(page, note="A new note.")
        wait_until_kept(page)
        page.on("dialog", answer)
        page.reload()
        open_page(page, url)
        assert dialogs == []
        assert page.inner_text("#findings-summary").startswith("Unsaved changes were restored")
        page.click("#rows button:has-text('p003')")
        assert page.input_value("#f-note") == "A new note."
        wait_until_idle(page)
    before = state(coded)
    with serving(coded) as url:
        again = open_page(tab.context.new_page(), url)
        again.click("#rows button:has-text('p003')")
        assert again.input_value("#f-note") == "A new note."
        again.on("dialog", answer)
        again.click("#reload")
        again.wait_for_selector("#state:has-text('All changes saved')", timeout=TIMEOUT_MS)
        assert dialogs == ["confirm"]
        again.wait_for_selector("#rows button:has-text('p003')")
        again.click("#rows button:has-text('p003')")
        assert again.input_value("#f-note") == ""
        wait_until_idle(again)
    assert state(coded) == before


def test_no_input_is_lost_if_the_server_stops(coded: Path, tab: Any) -> None:
    with serving(coded) as url:
        page = open_page(tab, url)
        page.click("#rows button:has-text('p003')")
        enter(page, note="Still here.")
    assert "does not respond" in submit_with(page, "save-all")
    page.click("#rows button:has-text('p003')")
    assert page.input_value("#f-note") == "Still here."
    tab.wrong[:] = [summary for summary in tab.wrong if "ERR_CONNECTION_REFUSED" not in summary]


def test_pass_b_shows_nothing_of_pass_a(coded: Path, tab: Any) -> None:
    given: list[str] = []
    tab.on("response", lambda answer: given.append(answer.text()) if answer.url.endswith("/form") else None)
    with serving(coded, "b") as url:
        page = open_page(tab, url)
        assert page.locator("#text mark").count() == 0
        assert page.locator("#text .tag").count() == 0
        offered = page.locator("#table option").all_inner_texts()
        assert not any(one.startswith(("Absences", "Coding log")) for one in offered)
        select(page, "Neither side", "mines.")
        page.click("[data-as=provisions]")
        assert page.inner_text("#row-title") == "Provisions: p001"
        wait_until_idle(page)
    assert len(given) == 1
    assert not any(row["summary"] in given[0] for row in table(coded, "provisions"))
