"""`--schemas DIR`: remote schemas, dialects and profiles come from a folder of copies, never from the network."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from tests.command import clausula
from tests.foreign.packages import package

SITE = "https://example.org/"
SCHEMA, DIALECT, PROFILE = f"{SITE}a/table.json", f"{SITE}a/dialect.json", f"{SITE}a/profile.json"
FIELDS = {"fields": [{"name": "a", "type": "string"}, {"name": "n", "type": "integer"}]}
TABLE = {"name": "t", "path": "t.csv", "schema": SCHEMA, "dialect": DIALECT}
PLAIN = {"name": "u", "path": "u.csv", "schema": FIELDS}
FILES: dict[str, bytes | str] = {"t.csv": "a;n\nx;1\ny;2\n", "u.csv": "a,n\nx,1\n"}
COPIES: dict[str, Any] = {
    "example.org/a/table.json": FIELDS,
    "dialect.json": {"delimiter": ";"},
    "example.org/a/profile.json": {"allOf": [{"$ref": "more.json"}]},
    "more.json": {"required": ["keywords"], "properties": {"keywords": {"minItems": 2}}},
}
"""Copies by their whole address, and by the name of the file alone."""


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail as soon as anything looks up an address or opens a socket."""

    def refuse(*given: object, **more: object) -> None:
        pytest.fail(f"the network was used: {given}")

    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, refuse)


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    folder = tmp_path / "copies"
    for name, content in COPIES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return package(tmp_path / "package", [TABLE, PLAIN], FILES, profile=PROFILE, keywords=["a", "b"])


def run(root: Path, *options: object) -> tuple[int, dict[str, Any]]:
    done = clausula("validate", str(root), "--json", *map(str, options))
    return done.returncode, json.loads(done.stdout)


def states(report: dict[str, Any]) -> list[str]:
    return [one["state"] for one in report["checked"]["resources"].values()]


def test_with_all_copies_everything_is_judged(root: Path, copies: Path) -> None:
    status, report = run(root, "--schemas", copies)
    assert (status, report["findings"], report["complete"]) == (0, [], True)
    assert states(report) == ["judged", "judged"]


def test_the_copies_count(root: Path, copies: Path) -> None:
    (root / "t.csv").write_text("a;n\nx;1\ny;BAD\n", encoding="utf-8")
    metadata = json.loads((root / "datapackage.json").read_text(encoding="utf-8"))
    (root / "datapackage.json").write_text(json.dumps({**metadata, "keywords": ["a"]}), encoding="utf-8")
    status, report = run(root, "--schemas", copies)
    assert status == 1
    found = [(one["code"], one.get("file"), one.get("line"), one.get("column")) for one in report["findings"]]
    assert sorted(found, key=str) == [
        ("invalid-descriptor", "datapackage.json", None, None),
        ("type", "t.csv", 3, 2),
    ]
    assert report["findings"][0]["message"].startswith("/keywords: ")


MISSING = {
    "table.json": (f"the schema {SCHEMA} is not available here; the table was not checked", 1),
    "dialect.json": (f"the dialect {DIALECT} is not available here; the table was not checked", 1),
    "profile.json": (f"the profile {PROFILE} is not available here; the descriptor was not checked against it", 0),
    "more.json": (f"the profile {PROFILE} cannot be used; the descriptor was not checked against it", 0),
}
"""What is said if a copy is missing, and how many resources are then not judged."""


@pytest.mark.parametrize("name", MISSING)
def test_a_missing_copy_is_said_and_has_a_status_of_its_own(root: Path, copies: Path, name: str) -> None:
    (path,) = copies.rglob(name)
    path.unlink()
    message, unjudged = MISSING[name]
    status, report = run(root, "--schemas", copies)
    assert (status, report["errors"]) == (3, 0)
    (finding,) = report["findings"]
    assert (finding["code"], finding["severity"]) == ("unsupported", "warning")
    assert finding["message"].startswith(message)
    assert "--schemas DIR" in finding["hint"]
    assert states(report).count("not judged") == unjudged
    assert report["checked"]["descriptor"]["state"] == ("judged" if unjudged else "in part")
    text = clausula("validate", str(root), "--schemas", str(copies)).stdout
    assert "NOT EVERYTHING WAS JUDGED: of 2 resources, " in text
    assert ("the descriptor in part" in text) is (unjudged == 0)
    assert ("datapackage.json: in part: the profile" in text) is (unjudged == 0)
    assert run(root, "--schemas", copies, "--strict")[0] == 1


def test_without_a_folder_all_that_is_remote_is_said(root: Path) -> None:
    status, report = run(root)
    assert (status, report["errors"], report["complete"]) == (3, 0, False)
    assert {one["message"].partition(" is not")[0] for one in report["findings"]} == {
        f"the dialect {DIALECT}",
        f"the profile {PROFILE}",
    }
    assert states(report) == ["not judged", "judged"]


@pytest.mark.parametrize("content", ["{", "[]", "5", '{"fields": 5}', '{"fields": [{"name": "a", "type": 5}]}', "\0"])
def test_a_damaged_copy_is_an_error_and_the_other_table_is_judged(root: Path, copies: Path, content: str) -> None:
    (copies / "example.org/a/table.json").write_text(content, encoding="utf-8")
    (root / "u.csv").write_text("a,n\nx,BAD\n", encoding="utf-8")
    status, report = run(root, "--schemas", copies)
    assert status == 1
    assert states(report) == ["not judged", "judged"]
    assert {one["code"] for one in report["findings"]} == {"invalid-descriptor", "type"}


@pytest.mark.parametrize(
    "address",
    ["https://example.org/../../secret.json", "https://../secret.json", "file://secret.json", "https://[/secret.json"],
)
def test_only_files_in_the_folder_are_copies(tmp_path: Path, copies: Path, address: str) -> None:
    (tmp_path / "secret.json").write_text(json.dumps(FIELDS), encoding="utf-8")
    resource = {"name": "t", "path": "u.csv", "schema": address}
    root = package(tmp_path / "other", [resource], FILES)
    status, report = run(root, "--schemas", copies)
    assert (status, states(report)) == (3, ["not judged"])
    assert [one["message"] for one in report["findings"]] == [
        f"the schema {address} is not available here; the table was not checked"
    ]


@pytest.mark.parametrize("name", ["nothing", "dialect.json"])
def test_a_folder_that_is_none_is_said_at_once(root: Path, copies: Path, name: str) -> None:
    status, report = run(root, "--schemas", copies / name)
    assert (status, [one["code"] for one in report["findings"]]) == (2, ["not-a-folder"])
    assert run(root / "u.csv", "--schemas", copies / name)[0] == 2


def test_a_single_file_and_a_zip_take_copies_too(root: Path, copies: Path, tmp_path: Path) -> None:
    import shutil

    archive = shutil.make_archive(str(tmp_path / "whole"), "zip", root)
    assert run(Path(archive), "--schemas", copies)[0] == 0
    assert run(Path(archive))[0] == 3
    assert run(root / "u.csv", "--schemas", copies)[0] == 0
