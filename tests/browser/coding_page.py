"""Helpers for tests of the coding page: a server on the loopback address, and a coder's actions in the browser."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.coding.practice import SOURCE, TEXT

TIMEOUT_MS = 60_000
"""The maximum duration of a check in milliseconds, on a busy machine."""


@contextmanager
def serving(
    root: Path, letter: str = "a", text: Path = TEXT, source: str = SOURCE, suggestions: str = "off"
) -> Iterator[str]:
    """Serve the coding page and yield its address; without a choice on suggestions, the default holds."""
    chosen = ["--suggestions", suggestions] if suggestions else []
    with served("web", source, "--pass", letter, "--text", str(text), "--package", str(root), *chosen) as url:
        yield url


@contextmanager
def served(*args: str) -> Iterator[str]:
    """Serve a page and yield its address; the server must exit with status 0 when it is interrupted."""
    running = subprocess.Popen(
        [sys.executable, "-m", "clausula", "code", *args, "--no-browser", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ,
    )
    assert running.stdout is not None
    assert running.stderr is not None
    try:
        line = running.stdout.readline()
        assert line, running.stderr.read()
        yield str(json.loads(line)["url"])
    finally:
        running.send_signal(signal.SIGINT)
        _, stderr = running.communicate(timeout=180)
    assert (running.returncode, stderr) == (0, "")


def request(
    url: str, path: str | None = None, method: str = "GET", body: bytes | None = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Send a request; the path is sent exactly as given."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 0, timeout=180)
    try:
        connection.putrequest(method, path or parts.path, skip_host=True, skip_accept_encoding=True)
        all_headers = {"Host": parts.netloc, **{name.replace("_", "-"): value for name, value in headers.items()}}
        if body is not None:
            all_headers.setdefault("Content-Length", str(len(body)))
        for name, value in all_headers.items():
            if value:
                connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def post_json(url: str, name: str, value: Any, **headers: str) -> tuple[int, Any]:
    """Send JSON as the page would, except for the given headers."""
    parts = urlsplit(url)
    usual = {"Origin": f"{parts.scheme}://{parts.netloc}", "Content_Type": "application/json"}
    status, _, answer = request(url, parts.path + name, "POST", json.dumps(value).encode(), **{**usual, **headers})
    return status, json.loads(answer) if answer.startswith(b"{") else answer.decode()


def open_page(tab: Any, url: str) -> Any:
    """Open the page and wait until it lists the sentences still to code."""
    tab.goto(url)
    tab.wait_for_selector("#uncoded-summary:not(:empty)", timeout=TIMEOUT_MS)
    return tab


def wait_until_idle(page: Any) -> None:
    """Wait until the page has no pending request, before its server stops."""
    page.wait_for_selector("#uncoded[aria-busy=false]", state="attached", timeout=TIMEOUT_MS)
    page.wait_for_selector("#state:not([aria-busy=true])", state="attached", timeout=TIMEOUT_MS)


def wait_until_kept(page: Any) -> None:
    """Wait until the server has the draft."""
    page.wait_for_selector("#state:has-text('draft kept')", timeout=TIMEOUT_MS)


def select(page: Any, first: str, last: str = "") -> None:
    """Select the span of the text from `first` to `last` with the browser's own selection."""
    page.evaluate(
        """([first, last]) => {
            const nodes = [...document.querySelectorAll("#text .seg")].map((one) => one.firstChild);
            const from = nodes.find((node) => node.data.includes(first));
            const to = last ? nodes.slice(nodes.indexOf(from)).find((node) => node.data.includes(last)) : from;
            const end = last ? to.data.indexOf(last) + last.length : from.data.indexOf(first) + first.length;
            document.getSelection().setBaseAndExtent(from, from.data.indexOf(first), to, end);
        }""",
        [first, last],
    )
    page.wait_for_selector("#selection-text:has-text('Selected')")


def enter(page: Any, **cells: str) -> None:
    """Fill in fields of the open row."""
    for name, value in cells.items():
        field = page.locator(f"#f-{name}")
        if field.evaluate("(one) => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def enter_line(page: Any, table: str, **cells: str) -> None:
    """Fill in the empty line of a table in the form of a unit."""
    line = page.locator(f"#part-{table} .line").nth(page.locator(f"#part-{table} .line").count() - 1)
    for name, value in cells.items():
        field = line.locator(f"[data-cell={name}]")
        if field.evaluate("(one) => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def new_row(page: Any, table: str, **cells: str) -> None:
    """Add a row to a table and fill it in."""
    page.select_option("#table", table)
    page.click("#add")
    enter(page, **cells)


def submit_with(page: Any, button: str) -> str:
    """Press a button in the header and return the summary that the page shows."""
    page.focus("body")
    page.click(f"#{button}")
    page.wait_for_selector("#findings-title:focus", timeout=TIMEOUT_MS)
    return str(page.inner_text("#findings-summary"))
