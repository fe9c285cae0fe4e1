"""The server of the coding page: access, files, and malformed requests."""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from clausula.coding.quotes import places
from clausula.coding.submit import submit
from clausula.coding.web import FILES, HEADERS, MAX_REQUEST_BYTES, Answers
from clausula.evidence.text import Text
from tests.browser.coding_page import post_json, request, serving
from tests.coding.practice import RAW, SOURCE, TEXT, Rows, coding, project, rows_of_other_pass, state, submission
from tests.command import clausula

NOTHING: dict[str, Any] = {"mode": "all", "rows": [], "shown": []}


@pytest.fixture(scope="module")
def root(ingested: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(ingested, tmp_path_factory.mktemp("served") / "project"))


@pytest.fixture(scope="module")
def url(root: Path) -> Iterator[str]:
    with serving(root) as address:
        yield address


def test_the_server_listens_only_on_the_loopback_address(url: str) -> None:
    parts = urlsplit(url)
    assert parts.hostname == "127.0.0.1"
    assert len(parts.path.strip("/")) >= 40
    mine = {one[4][0] for one in socket.getaddrinfo(socket.gethostname(), None)} - {"127.0.0.1"}
    for address in mine:
        with socket.socket(socket.AF_INET6 if ":" in str(address) else socket.AF_INET) as probe:
            probe.settimeout(2)
            assert probe.connect_ex((address, parts.port)) != 0


@pytest.mark.parametrize("name", [*FILES, "form"])
def test_every_path_requires_the_token(url: str, name: str) -> None:
    path = urlsplit(url).path
    status, headers, body = request(url, path + name)
    assert (status, body != b"") == (200, True)
    assert HEADERS.items() <= headers.items()
    assert "Access-Control-Allow-Origin" not in headers
    for wrong in (f"/{name}", f"/x/{name}", f"{path[:-2]}/{name}", f"/{name}?token={path.strip('/')}", "/", "/%C3%A9/"):
        status, headers, body = request(url, wrong)
        assert (status, len(body) < 100) == (403, True)
        assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("host", ["localhost", "example.org", "127.0.0.1", "127.0.0.1.example.org", "[::1]", ""])
def test_other_host_names_are_rejected(url: str, host: str) -> None:
    port = urlsplit(url).port
    wrong = host if host in ("127.0.0.1", "") else f"{host}:{port}"
    assert request(url, Host=wrong)[0] == 403
    assert post_json(url, "submit", NOTHING, Host=wrong)[0] == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": ""},
        {"Origin": "null"},
        {"Origin": "http://example.org"},
        {"Origin": "http://localhost:80"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Content_Type": "text/plain"},
        {"Content_Type": "application/x-www-form-urlencoded"},
    ],
)
def test_writes_must_come_from_the_page(root: Path, url: str, headers: dict[str, str]) -> None:
    before = state(root)
    status, _ = post_json(url, "submit", NOTHING, **headers)
    assert status == 403
    assert state(root) == before


def test_other_sites_cannot_read(url: str) -> None:
    assert request(url, urlsplit(url).path + "form", Sec_Fetch_Site="cross-site")[0] == 403
    status, headers, _ = request(url, urlsplit(url).path + "submit", "OPTIONS", Origin="http://example.org")
    assert status == 403
    assert not [name for name in headers if name.startswith("Access-Control")]


@pytest.mark.parametrize(
    "name",
    [
        "../data/actors.csv",
        "..%2fdata%2factors.csv",
        "%2e%2e/%2e%2e/pyproject.toml",
        "....//data",
        "data/actors.csv",
        "/etc/passwd",
        "%00",
        "style.css%00.txt",
        "page/app.js",
        "web.py",
        "..\\web.py",
        "submit",
    ],
)
def test_no_other_files_are_served(url: str, name: str) -> None:
    status, _, body = request(url, urlsplit(url).path + name)
    assert status in (403, 404, 405)
    assert len(body) < 100
    assert b"csv" not in body


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
def test_other_methods_are_rejected(url: str, method: str) -> None:
    assert request(url, None, method)[0] in (403, 405, 501)


ROW: dict[str, Any] = {"table": "actors", "key": 1, "cells": {"name": "x"}}


@pytest.mark.parametrize(
    "sent",
    [
        None,
        [],
        "text",
        {},
        {**NOTHING, "mode": "force"},
        {**NOTHING, "rows": {}},
        {**NOTHING, "rows": [1]},
        {**NOTHING, "rows": [{**ROW, "table": "sources"}]},
        {**NOTHING, "rows": [{**ROW, "table": ["actors"]}]},
        {**NOTHING, "rows": [{**ROW, "key": "1"}]},
        {**NOTHING, "rows": [{**ROW, "key": True}]},
        {**NOTHING, "rows": [{**ROW, "cells": {"name": 1}}]},
        {**NOTHING, "rows": [{**ROW, "cells": {"pass_id": "x"}}]},
        {**NOTHING, "rows": [{**ROW, "cells": {"start": "1"}}]},
        {**NOTHING, "rows": [{**ROW, "cells": {"name": "x" * 100_001}}]},
        {**NOTHING, "rows": [ROW] * 20_001},
    ],
)
def test_malformed_submissions_are_rejected(root: Path, url: str, sent: Any) -> None:
    before = state(root)
    assert post_json(url, "submit", sent)[0] == 400
    assert state(root) == before


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"NaN"])
def test_invalid_json_is_rejected(url: str, body: bytes) -> None:
    parts = urlsplit(url)
    origin = f"http://{parts.netloc}"
    status, _, answer = request(
        url, parts.path + "submit", "POST", body, Origin=origin, Content_Type="application/json"
    )
    assert status == 400
    assert b"Traceback" not in answer


def test_large_requests_are_rejected(url: str) -> None:
    parts = urlsplit(url)
    headers = {"Origin": f"http://{parts.netloc}", "Content_Type": "application/json"}
    status, _, _ = request(
        url, parts.path + "submit", "POST", b"", Content_Length=str(MAX_REQUEST_BYTES + 1), **headers
    )
    assert status == 413


@pytest.mark.parametrize("span", [["a", "b"], [1], [-1, 2], [1.5, 2], [True, 2], "1-2"])
def test_spans_must_be_offsets(url: str, span: Any) -> None:
    assert post_json(url, "uncovered", {"spans": [span]})[0] == 400


def test_uncoded_sentences_are_returned_by_offset(url: str) -> None:
    status, answer = post_json(url, "uncovered", {"spans": [[0, RAW.index("They therefore")]]})
    start = RAW.index("They therefore")
    assert (status, answer["sentences"][0][:2]) == (200, [start, start + len("They therefore agree as follows.")])
    assert [number for _, _, number in answer["sentences"]] == list(
        range(answer["sentences"][0][2], answer["total"] + 1)
    )


INVALID_OFFSETS = [
    ("0", "99999", "span-out-of-bounds"),
    ("9", "9", "invalid-offsets"),
    ("-1", "4", "invalid-offsets"),
    ("x", "4", "invalid-offsets"),
    ("", "4", "invalid-offsets"),
    ("23", "24", "missing-quote"),
]


def test_invalid_offsets_are_reported_at_the_quote(root: Path, url: str) -> None:
    before = state(root)
    rows = [
        {"table": "coding_log", "key": key, "cells": {"reason": "title", "start": start, "end": end}}
        for key, (start, end, _) in enumerate(INVALID_OFFSETS, 7)
    ]
    status, answer = post_json(url, "submit", {"mode": "all", "rows": rows, "shown": []})
    assert (status, answer["imported"]) == (200, False)
    found = {(f.get("cell"), f["code"]) for f in answer["findings"]}
    for key, (_, _, code) in enumerate(INVALID_OFFSETS, 7):
        assert (f"coding_log!{key}.quote", code) in found
    assert state(root) == before


def test_control_characters_are_reported(root: Path, url: str) -> None:
    before = state(root)
    names = ["a\x00b", "a\ud800b", "a\x1bb"]
    rows = [
        {"table": "actors", "key": key, "cells": {"actor_id": f"someone-{key}", "name": name}}
        for key, name in enumerate(names, 3)
    ]
    status, answer = post_json(url, "submit", {"mode": "valid", "rows": rows, "shown": []})
    assert status == 200
    found = {(f.get("cell"), f["code"]) for f in answer["findings"]}
    assert {(f"actors!{key}.name", "control-character") for key in range(3, 3 + len(names))} <= found
    assert state(root) == before


def page_rows(rows: Rows) -> list[dict[str, Any]]:
    """Return rows as the page submits them: with offsets instead of quotes, and with keys."""
    text, found = Text(RAW), []
    for table, own in rows.items():
        for cells in own:
            sent = {name: value for name, value in cells.items() if name != "quote"}
            if "quote" in cells:
                start, end = places(text, cells["quote"])[0]
                sent |= {"start": str(start), "end": str(end)}
            found.append({"table": table, "key": len(found) + 1, "cells": sent})
    return found


@pytest.mark.parametrize("letter", ["a", pytest.param("b", marks=pytest.mark.exhaustive)])
def test_the_page_and_a_workbook_give_the_same_tables(tmp_path: Path, letter: str) -> None:
    page, book = (project(tmp_path / name) for name in ("page", "book"))
    rows = coding()
    if letter == "b":
        for place in (page, book):
            assert submit(place, submission(coding()), RAW).imported
        rows = rows_of_other_pass(rows)
        for table in ("actors", "places"):
            rows[table] = []
    before = state(page)
    assert submit(book, submission(rows, letter), RAW).imported
    with serving(page, letter) as url:
        given = json.loads(request(url, urlsplit(url).path + "form")[2])
        assert given["rows"] == []
        sent = page_rows(rows)
        status, answer = post_json(url, "submit", {"mode": "check", "rows": sent, "shown": []})
        assert (status, answer["imported"], answer["findings"]) == (200, False, [])
        assert state(page) == before
        assert post_json(url, "submit", {"mode": "all", "rows": sent, "shown": []})[1]["imported"]
        assert state(page) == state(book)
        again = post_json(url, "submit", {"mode": "all", "rows": sent, "shown": sent})[1]
        assert (again["imported"], again["files"]) == (True, [])
        shown = json.loads(request(url, urlsplit(url).path + "form")[2])["rows"]
    if letter == "b":
        changed = {name for name, content in state(page).items() if content != before[name]}
        assert changed == {"coding_passes.csv", "coding_units.csv", "codings.csv"}
    else:
        spans = [(row["cells"]["start"], row["cells"]["end"]) for row in shown if row["table"] == "evidence"]
        wanted = [(row["cells"]["start"], row["cells"]["end"]) for row in sent if row["table"] == "evidence"]
        assert sorted(spans) == sorted(wanted)
        assert not (page / ".clausula").exists()


def test_an_unreadable_table_is_reported(tmp_path: Path) -> None:
    place = project(tmp_path / "project")
    with serving(place) as url:
        (place / "data" / "actors.csv").write_text("actor_id\nx\n", encoding="utf-8")
        status, answer = post_json(url, "submit", NOTHING)
        assert (status, answer["findings"][0]["code"]) == (409, "unreadable-table")
        status, _, body = request(url, urlsplit(url).path + "form")
        assert (status, b"unreadable-table" in body) == (409, True)


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["no-such-source", "--text", str(TEXT)], "unknown-source"),
        ([SOURCE], "text-not-found"),
        ([SOURCE, "--text", "other.txt"], "different-edition"),
    ],
)
def test_startup_errors_are_reported(root: Path, tmp_path: Path, args: list[str], code: str) -> None:
    (tmp_path / "other.txt").write_text("Other words.\n", encoding="utf-8")
    run = clausula("code", "web", *args, "--pass", "a", "--package", str(root), "--no-browser", cwd=tmp_path)
    assert (run.returncode, f"error {code}:" in run.stderr) == (2, True)


def test_a_port_in_use_is_reported(root: Path, url: str) -> None:
    port = str(urlsplit(url).port)
    run = clausula(
        "code",
        "web",
        SOURCE,
        "--pass",
        "a",
        "--text",
        str(TEXT),
        "--package",
        str(root),
        "--no-browser",
        "--port",
        port,
    )
    assert (run.returncode, "port-taken" in run.stderr) == (2, True)
    assert clausula("code", "web", SOURCE, "--pass", "a", "--port", "65536").returncode == 2


def test_a_server_that_stops_sends_its_answers_to_their_ends() -> None:
    answers = Answers()
    assert answers.wait(0)
    sending = answers.counted(lambda _environ, _start: [b"first", b"second"])({}, None)
    assert not answers.wait(0.01)
    assert list(sending) == [b"first", b"second"]
    assert not answers.wait(0.01), "the last part may still be on its way"
    sending.close()  # type: ignore[attr-defined]
    assert answers.wait(0)

    def broken(_environ: object, _start: object) -> list[bytes]:
        raise ValueError

    with pytest.raises(ValueError):
        answers.counted(broken)({}, None)
    assert answers.wait(0)
