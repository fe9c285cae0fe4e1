"""The page of a pass as a coder has it: a server of its own on the loopback address, and hands in a browser."""

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

PATIENCE = 180_000
"""Milliseconds that checking a hand-in may take on a machine that is busy."""


@contextmanager
def serving(root: Path, letter: str = "a", text: Path = TEXT, source: str = SOURCE) -> Iterator[str]:
    """The address of a page; the server must end with status 0 when it is interrupted."""
    command = [sys.executable, "-m", "clausula", "code", "web", source, "--pass", letter, "--text", str(text)]
    running = subprocess.Popen(
        [*command, "--no-browser", "--json", "--package", str(root)],
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
        _, said = running.communicate(timeout=180)
    assert (running.returncode, said) == (0, "")


def request(
    url: str, path: str | None = None, method: str = "GET", body: bytes | None = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """One request, as bytes on the wire have it: the path is sent as it is given."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 0, timeout=180)
    try:
        connection.putrequest(method, path or parts.path, skip_host=True, skip_accept_encoding=True)
        sent = {"Host": parts.netloc, **{name.replace("_", "-"): value for name, value in headers.items()}}
        if body is not None:
            sent.setdefault("Content-Length", str(len(body)))
        for name, value in sent.items():
            if value:
                connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def write(url: str, name: str, value: Any, **headers: str) -> tuple[int, Any]:
    """What the page itself would send, but for the given headers."""
    parts = urlsplit(url)
    usual = {"Origin": f"{parts.scheme}://{parts.netloc}", "Content_Type": "application/json"}
    status, _, answer = request(url, parts.path + name, "POST", json.dumps(value).encode(), **{**usual, **headers})
    return status, json.loads(answer) if answer.startswith(b"{") else answer.decode()


def opened(tab: Any, url: str) -> Any:
    """The page, once it has told which sentences are open."""
    tab.goto(url)
    tab.wait_for_selector("#open-sum:not(:empty)", timeout=PATIENCE)
    return tab


def settled(page: Any) -> None:
    """Wait until the page has nothing to ask any more, before its server ends."""
    page.wait_for_selector("#open[aria-busy=false]", state="attached", timeout=PATIENCE)


def select(page: Any, first: str, last: str = "") -> None:
    """Select words of the text with the browser's own selection, from the first to the last given ones."""
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
    page.wait_for_selector("#words:has-text('Selected')")


def enter(page: Any, **cells: str) -> None:
    """Fill fields of the row that is open."""
    for name, value in cells.items():
        field = page.locator(f"#f-{name}")
        if field.evaluate("(one) => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def new_row(page: Any, table: str, **cells: str) -> None:
    """Add a row to a table and fill it."""
    page.select_option("#table", table)
    page.click("#add")
    enter(page, **cells)


def hand_in(page: Any, button: str) -> str:
    """Press one of the buttons of the header; what the page says then."""
    page.focus("body")
    page.click(f"#{button}")
    page.wait_for_selector("#told-title:focus", timeout=PATIENCE)
    return str(page.inner_text("#told-sum"))
