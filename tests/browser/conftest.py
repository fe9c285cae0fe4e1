"""A real Chromium that may access only this machine; console errors fail the test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from tests.coding.projects import coded, empty, fresh, ingested
from tests.sites import mini_site

__all__ = ["coded", "empty", "fresh", "ingested", "mini_site"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("Chromium is not installed")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


#: A page draws anew a moment after its address has changed. `until` waits for that moment: this
#: listener is the first one, and nothing is asked of the page before all of them have run.
FOLLOWED = """
window.followed = location.hash;
addEventListener("hashchange", () => { window.followed = location.hash; });
"""


@pytest.fixture
def tab(chromium: Any) -> Iterator[Any]:
    """A page; console errors and requests to other hosts fail the test."""
    context = chromium.new_context()
    context.add_init_script(FOLLOWED)
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))

    def guard(route: Any) -> None:
        address = route.request.url
        if address.startswith(("file:", "data:", "blob:", "http://127.0.0.1:")):
            route.continue_()
        else:
            wrong.append(f"requested {address}")
            route.abort()

    context.route("**/*", guard)
    page.wrong = wrong
    yield page
    context.close()
    assert wrong == []
