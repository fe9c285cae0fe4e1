"""The page of a pass in a real browser: select, code, save, reload, edit; what is wrong is told at its field."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clausula.evidence.text import Text
from tests.browser.desk import PATIENCE, enter, hand_in, new_row, opened, select, serving, settled
from tests.coding.practice import NORTH, RAW, SOURCE, SOUTH, state, table

pytestmark = pytest.mark.xdist_group("browser")


def prepare(page: Any) -> None:
    """Who and what a first provision needs."""
    page.select_option("#table", "coding_passes")
    page.click("#rows button")
    enter(page, date="2033-05-01")
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
        strength="2",
        conditionality="unconditional",
        timing="unspecified",
        enforcement="none",
    )
    for actor in (NORTH, SOUTH):
        page.click("button[aria-label='Add to p001: Provision actors']")
        enter(page, actor_id=actor, role="obligor", basis="named")
        page.click("text=Back to p001")


def test_select_code_save_reload_edit_and_reject(fresh: Path, tab: Any) -> None:
    with serving(fresh) as url:
        page = opened(tab, url)
        left = page.locator("#open li").count()
        prepare(page)
        code_a_provision(page, "Neither side", "mines.")
        assert page.inner_text("#state") == "Not saved yet"
        assert page.locator("#text mark").all_inner_texts() == ["Neither side lays new mines."]
        page.wait_for_selector(f"#open-sum:has-text('{left - 1} sentences')")

        enter(page, strength="")
        said = hand_in(page, "part")
        assert "findings" in said or "left out" in said
        assert table(fresh, "provisions") == []
        page.click("#told-list button:has-text('Strength')")
        assert page.evaluate("document.activeElement.id") == "f-strength"
        assert page.get_attribute("#f-strength", "aria-invalid") == "true"
        assert "required" in page.inner_text("#f-strength-said")
        assert "f-strength-said" in page.get_attribute("#f-strength", "aria-describedby")

        enter(page, strength="2")
        assert page.get_attribute("#f-strength", "aria-invalid") is None
        assert hand_in(page, "part").startswith("Saved:")
        assert page.inner_text("#state") == "All is saved"
        start = RAW.index("Neither side lays new mines.")
        row = table(fresh, "evidence")[0]
        assert (row["provision_id"], row["start"], row["end"]) == (f"{SOURCE}.p01", str(start), str(start + 28))
        assert row["fingerprint"] == Text(RAW).fingerprint(start, start + 28)
        assert table(fresh, "provisions")[0]["modality"] == "prohibition"

        before = state(fresh)
        assert hand_in(page, "part").startswith("Nothing to save")
        assert state(fresh) == before

        page.reload()
        opened(page, url)
        assert page.locator("#text mark").all_inner_texts() == ["Neither side lays new mines."]
        page.click("#text .tag:has-text('p001')")
        page.click("text=Back to p001")
        assert page.input_value("#f-summary") == "The two sides lay no further mines."
        enter(page, summary="No further mines are laid by either side.")
        assert hand_in(page, "part").startswith("Saved: 0 rows added, 2 changed")  # and its value
        assert table(fresh, "provisions")[0]["summary"] == "No further mines are laid by either side."

        page.click("#table")
        page.select_option("#table", "provisions")
        page.click("#rows button")
        page.click("text=Delete this row")
        assert page.locator("#text mark").count() == 0
        page.click("text=Undo")
        assert page.locator("#text mark").count() == 1
        assert page.inner_text("#state") == "All is saved"
        settled(page)


def test_the_whole_is_accepted_and_saved_once(coded: Path, tab: Any) -> None:
    before = state(coded)
    with serving(coded) as url:
        page = opened(tab, url)
        assert page.inner_text("#open-sum") == "Every sentence is accounted for."
        assert hand_in(page, "check").startswith("Clean.")
        assert hand_in(page, "whole").startswith("Nothing to save")
        assert state(coded) == before
        page.select_option("#table", "coding_log")
        page.click("#rows button:has-text('connective')")
        page.click("text=Delete this row")
        page.wait_for_selector("#open li")
        assert "They therefore agree as follows." in page.inner_text("#open")
        assert "1 sentence not accounted for" in hand_in(page, "whole")
        assert state(coded) == before
        settled(page)


def test_the_clean_part_is_saved_and_the_rest_stays_in_the_page(coded: Path, tab: Any) -> None:
    with serving(coded) as url:
        page = opened(tab, url)
        page.click("#rows button:has-text('p003')")
        enter(page, strength="", note="Not clean yet.")
        page.click("#rows button:has-text('p009')")
        enter(page, summary="Both call the road a heritage.")
        assert "left out" in hand_in(page, "part")
        assert page.inner_text("#state") == "Not saved yet"
        held = {row["provision_id"][-3:]: row for row in table(coded, "provisions")}
        assert (held["p03"]["strength"], held["p03"]["note"]) == ("2", "")
        assert held["p09"]["summary"] == "Both call the road a heritage."

        page.click("#rows button:has-text('p003')")
        assert page.input_value("#f-note") == "Not clean yet."
        enter(page, strength="1")
        assert hand_in(page, "whole").startswith("Saved: 0 rows added, 3 changed")  # and the values of the pass
        held = {row["provision_id"][-3:]: row for row in table(coded, "provisions")}
        assert (held["p03"]["strength"], held["p03"]["note"]) == ("1", "Not clean yet.")
        assert page.inner_text("#state") == "All is saved"

        page.click("#rows button:has-text('p009')")
        page.click("text=Delete this row")
        said = hand_in(page, "part")
        assert said.startswith("Saved: 0 rows added")
        assert "1 sentence not accounted for" in said
        assert len(table(coded, "provisions")) == 8
        assert not any(row["provision_id"].endswith("p09") for row in table(coded, "evidence"))
        settled(page)


def test_a_value_that_is_no_code_is_rejected_at_its_field(coded: Path, tab: Any) -> None:
    with serving(coded) as url:
        page = opened(tab, url)
        page.click("#rows button:has-text('p003')")
        enter(page, topic_id="no-such-topic")
        before = state(coded)
        assert "Nothing was saved" in hand_in(page, "whole")
        page.click("#told-list button:has-text('Topic')")
        assert page.evaluate("document.activeElement.id") == "f-topic_id"
        assert page.get_attribute("#f-topic_id", "aria-invalid") == "true"
        assert page.locator("#rows button[aria-current] .error").count() == 1
        assert state(coded) == before


def test_tables_that_moved_on_are_told_and_nothing_typed_is_lost(coded: Path, tab: Any) -> None:
    with serving(coded) as url:
        page = opened(tab, url)
        page.click("#rows button:has-text('p003')")
        enter(page, summary="Mines are no longer laid.")
        path = coded / "data" / "provisions.csv"
        moved = path.read_text(encoding="utf-8").replace(
            "The two sides lay no further mines.", "No further mines are laid."
        )
        path.write_text(moved, encoding="utf-8")
        assert "Nothing was saved" in hand_in(page, "whole")
        assert "'No further mines are laid.'" in page.inner_text("#told-list")
        assert page.locator("#told-list li.error").count() == 1
        page.click("#told-list button")
        assert page.input_value("#f-summary") == "Mines are no longer laid."
        assert path.read_text(encoding="utf-8") == moved
        enter(page, summary="No further mines are laid.")
        assert hand_in(page, "whole").startswith("Saved: 0 rows added, 1 changed")  # the value of the pass
        assert path.read_text(encoding="utf-8") == moved


def test_unsaved_work_warns_and_is_taken_up_again(coded: Path, tab: Any) -> None:
    with serving(coded) as url:
        page = opened(tab, url)
        page.click("#rows button:has-text('p003')")
        enter(page, note="Not yet saved.")
        asked: list[str] = []

        def answer(dialog: Any) -> None:
            asked.append(dialog.type)
            dialog.accept()

        page.on("dialog", answer)
        page.reload()
        opened(page, url)
        assert asked == ["beforeunload"]
        assert page.inner_text("#told-sum").startswith("Unsaved work")
        page.click("#rows button:has-text('p003')")
        assert page.input_value("#f-note") == "Not yet saved."
        page.click("#anew")
        page.wait_for_selector("#state:has-text('All is saved')", timeout=PATIENCE)
        assert asked == ["beforeunload", "confirm"]
        page.click("#rows button:has-text('p003')")
        assert page.input_value("#f-note") == ""
        settled(page)


def test_a_server_that_is_gone_loses_nothing(coded: Path, tab: Any) -> None:
    with serving(coded) as url:
        page = opened(tab, url)
        page.click("#rows button:has-text('p003')")
        enter(page, note="Still here.")
    assert "does not answer" in hand_in(page, "whole")
    page.click("#rows button:has-text('p003')")
    assert page.input_value("#f-note") == "Still here."
    tab.wrong[:] = [said for said in tab.wrong if "ERR_CONNECTION_REFUSED" not in said]


def test_pass_b_shows_nothing_of_pass_a(coded: Path, tab: Any) -> None:
    given: list[str] = []
    tab.on("response", lambda answer: given.append(answer.text()) if answer.url.endswith("/form") else None)
    with serving(coded, "b") as url:
        page = opened(tab, url)
        assert page.locator("#text mark").count() == 0
        assert page.locator("#text .tag").count() == 0
        offered = page.locator("#table option").all_inner_texts()
        assert not any(one.startswith(("Absences", "Coding log")) for one in offered)
        select(page, "Neither side", "mines.")
        page.click("[data-as=provisions]")
        assert page.inner_text("#row-title") == "Provisions: p001"
        settled(page)
    assert len(given) == 1
    assert not any(row["summary"] in given[0] for row in table(coded, "provisions"))
