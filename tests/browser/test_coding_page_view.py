"""Text and anchors on the coding page in a real browser: offsets, overlaps, small screens, contrast."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

import pytest

from clausula.evidence.text import Text
from tests.browser.coding_page import enter, open_page, select, serving, wait_until_idle, wait_until_kept
from tests.coding.practice import RAW

HOSTILE = (
    'One 😀 <script>alert(1)</script> <img src=x onerror="alert(2)">.\r\n\r\n'
    "Two \u202egnitirw\u202c 𝔸𝔹 cafe\u0301 end.\r\n"
)


@pytest.fixture
def hostile(empty: Path, tmp_path: Path) -> tuple[Path, Path]:
    root = Path(shutil.copytree(empty, tmp_path / "project"))
    text = tmp_path / "hostile.txt"
    text.write_bytes(HOSTILE.encode("utf-8"))
    path = root / "data" / "sources.csv"
    content = path.read_text(encoding="utf-8")
    for old, new in (
        (str(len(RAW)), str(len(HOSTILE))),
        (hashlib.sha256(RAW.encode()).hexdigest(), hashlib.sha256(HOSTILE.encode()).hexdigest()),
        (Text(RAW).fingerprint(), Text(HOSTILE).fingerprint()),
        ("Accord of the Salt Road", "<b>Accord</b> \u202eof the Salt Road"),
    ):
        content = content.replace(old, new)
    path.write_text(content, encoding="utf-8")
    return root, text


def test_offsets_are_code_points_of_the_text_as_obtained(hostile: tuple[Path, Path], tab: Any) -> None:
    root, text = hostile
    with serving(root, text=text) as url:
        page = open_page(tab, url)
        assert page.locator("#text img, #text script, h1 b").count() == 0
        assert "<script>alert(1)</script>" in page.inner_text("#text")
        select(page, "𝔸𝔹", "end.")
        page.click("[data-as=coding_log]")
        enter(page, reason="title")
        select(page, "One 😀", "script>")
        page.click("[data-as=coding_log]")
        enter(page, reason="title", note="<img src=x onerror=alert(3)> \u202eabc")
        wait_until_kept(page)
        held = page.evaluate("fetch('form').then((one) => one.json())")["draft"]["content"]["rows"]
        spans = [(int(r["cells"]["start"]), int(r["cells"]["end"])) for r in held if r["table"] == "coding_log"]
        assert [HOSTILE[a:b] for a, b in spans] == ["𝔸𝔹 cafe\u0301 end.", "One 😀 <script>"]
        assert page.locator("#rows img").count() == 0
        page.click("#rows button >> nth=0")
        page.click("button[aria-label='Start one word later']")
        assert page.inner_text("#f-quote") == "cafe\u0301 end."
        assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Start one word later"
        page.click("button[aria-label='End one word earlier']")
        assert page.inner_text("#f-quote") == "cafe\u0301"
        wait_until_idle(page)


def test_overlapping_anchors_are_distinguishable(coded: Path, tab: Any) -> None:
    with serving(coded) as url:
        page = open_page(tab, url)
        select(page, "Neither side lays")
        page.click("[data-as=events]")
        words = [page.locator(f"#text mark.deep{n}").all_inner_texts() for n in (1, 2)]
        assert words[1] == ["Neither side lays"]
        assert " new mines." in words[0]
        paragraph = page.locator("#paragraph-8")
        assert paragraph.locator(".tag").all_inner_texts() == ["p003", "v002"]
        paragraph.locator(".tag >> nth=1").focus()
        page.keyboard.press("Enter")
        assert page.inner_text("#row-title").startswith("Evidence")
        page.click("button.number >> nth=4")
        assert page.inner_text("#selection-text") == "Selected: Part One: The guns"
        page.click(".anchor .use")
        assert page.inner_text("#f-quote") == "Part One: The guns"
        wait_until_idle(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_a_phone_and_every_control_has_a_name(coded: Path, tab: Any, scheme: Any) -> None:
    with serving(coded) as url:
        tab.emulate_media(color_scheme=scheme)
        tab.set_viewport_size({"width": 320, "height": 640})
        page = open_page(tab, url)
        for name in page.locator("#table option").evaluate_all("(all) => all.map((one) => one.value)"):
            page.select_option("#table", name)
            if page.locator("#rows button").count():
                page.click("#rows button >> nth=0")
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, name
            nameless = page.evaluate(
                """[...document.querySelectorAll("input, select, textarea, button, output")].filter((one) =>
                    !one.labels?.length && !one.getAttribute("aria-label") && !one.getAttribute("aria-labelledby")
                    && !one.textContent.trim()).map((one) => one.outerHTML)"""
            )
            assert nameless == [], name
        assert contrast(page) >= 4.5
        wait_until_idle(page)


def contrast(page: Any) -> float:
    """Return the lowest contrast between a text on the page and its background."""
    return float(
        page.evaluate(
            """() => {
                const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
                const light = (colour) => {
                    canvas.fillStyle = colour;
                    canvas.fillRect(0, 0, 1, 1);
                    const part = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map((n) => n / 255)
                        .map((n) => (n <= 0.04045 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4));
                    return 0.2126 * part[0] + 0.7152 * part[1] + 0.0722 * part[2];
                };
                const ground = (one) => {
                    for (let at = one; at; at = at.parentElement) {
                        const colour = getComputedStyle(at).backgroundColor;
                        if (colour !== "rgba(0, 0, 0, 0)") return colour;
                    }
                    return "white";
                };
                const kinds = "p, mark, button:enabled, label, input, select, textarea, summary, .star, b, h1, h2";
                const seen = [...document.querySelectorAll(kinds)].filter((one) => one.offsetParent);
                return Math.min(...seen.map((one) => {
                    const [a, b] = [light(getComputedStyle(one).color), light(ground(one))].sort((x, y) => y - x);
                    return (a + 0.05) / (b + 0.05);
                }));
            }"""
        )
    )
