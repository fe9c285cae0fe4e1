"""The adjudication page in a real browser: both passes beside the text, and decisions on the path of `code resolve`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.browser import axe
from tests.browser.coding_page import TIMEOUT_MS, post_json, served
from tests.cli.resolving import SOURCE, resolve, row_of
from tests.poisoned.tables import Tables

TEXTS = Path(__file__).parents[1] / "mini" / "texts"
NOTE = "No duty of its own."
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def unresolved(mini: Path) -> Path:
    """Return the small package with its two conflicts open."""
    Tables(mini).apply([{"table": "resolutions", "where": {"source_id": SOURCE}, "delete": True}])
    return mini


def serve(root: Path, *args: str) -> Any:
    return served("resolve", SOURCE, "--web", "--package", str(root), *args)


def open_page(tab: Any, url: str) -> Any:
    tab.goto(url)
    tab.wait_for_selector("#conflict-title", timeout=TIMEOUT_MS)
    return tab


def test_conflicts_are_decided_beside_the_text(unresolved: Path, tab: Any) -> None:
    with serve(unresolved, "--texts", str(TEXTS)) as url:
        page = open_page(tab, url)
        assert page.inner_text("#state") == "2 open, 0 recorded"
        assert axe.severe_violations(page, axe.source()) == []
        assert page.locator("#text mark").count() > 0
        page.click("#record")
        assert "Choose pass a" in page.inner_text("#message")
        page.check("#take-b")
        page.select_option("#reason", "judgement")
        page.keyboard.press("Control+Enter")
        page.wait_for_selector("#message:has-text('note')")
        assert Tables(unresolved)["resolutions"] == []
        page.fill("#note", HOSTILE)
        page.click("#record")
        page.wait_for_selector("#message:has-text('the note is invalid')")
        assert page.locator("#message img").count() == 0
        page.fill("#note", NOTE)
        page.click("#record")
        page.wait_for_selector("#state:has-text('1 open, 1 recorded')", timeout=TIMEOUT_MS)
        assert page.locator("#conflict-title").inner_text().endswith("Strength")
        page.focus("#conflict-title")
        page.keyboard.press("b")
        assert page.is_checked("#take-b")
        page.select_option("#reason", "codebook_rule")
        page.keyboard.press("Control+Enter")
        page.wait_for_selector("#state:has-text('0 open, 2 recorded')", timeout=TIMEOUT_MS)
        assert "data/provisions.csv" in page.inner_text("#message")
        assert page.locator("#message img, #conflict img").count() == 0
    unit, strength = Tables(unresolved)["resolutions"]
    assert (unit["variable"], unit["value"], unit["agrees_with"], unit["note"]) == ("unit", "absent", "b", NOTE)
    assert (strength["value"], strength["agrees_with"], strength["reason"]) == ("2", "b", "codebook_rule")
    assert row_of(unresolved, "provisions", provision_id=f"{SOURCE}.p02")["strength"] == "2"
    assert "0 decisions recorded, 0 open" in resolve(unresolved).stdout


def test_stale_and_malformed_decisions_change_nothing(unresolved: Path) -> None:
    with serve(unresolved) as url:
        key = [SOURCE, 1, "no-such-unit", "", "unit", ""]
        usual = {"take": "b", "value": "", "reason": "codebook_rule", "note": "", "log_reason": ""}
        for wrong in ({"key": key}, {"key": None}, {"take": "x"}, {"note": 1}, {"note": "x" * 10_001}):
            assert post_json(url, "decide", {"key": key, **usual, **wrong})[0] == 400
        assert post_json(url, "decide", [])[0] == 400
        assert post_json(url, "decide", usual, Origin="http://example.org")[0] == 403
        assert Tables(unresolved)["resolutions"] == []
        run = resolve(unresolved, answers="b\n4\n\nq\n")
        assert "1 decision recorded" in run.stdout
        made = Tables(unresolved)["resolutions"][0]
        known = [SOURCE, int(made["round"]), made["unit_a"], made["unit_b"], made["variable"], made["item"]]
        status, answer = post_json(url, "decide", {"key": known, **usual})
        assert (status, answer["done"]) == (200, False)
        assert len(Tables(unresolved)["resolutions"]) == 1
