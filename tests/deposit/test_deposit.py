"""Deposits over HTTP to a local server: all steps, every kind of failure in every call, order, and secrecy."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from clausula.core.findings import CouldNotRun
from clausula.versions.deposit import steps
from clausula.versions.deposit.client import Client
from clausula.versions.deposit.run import Deposit
from clausula.versions.deposit.states import Published, Reserved, Uploaded, restore
from tests.command import clausula
from tests.deposit.server import TOKEN, Fault, Zenodo, serve
from tests.pairs import pairs

METADATA: dict[str, Any] = {
    "name": "clausula",
    "title": "Clausula",
    "description": "Provisions.",
    "version": "0.2.0",
    "created": "2031-05-06T00:00:00Z",
    "keywords": ["peace agreements"],
    "licenses": [
        {
            "name": "CC-BY-4.0",
            "title": "CC BY 4.0",
            "path": "https://creativecommons.org/licenses/by/4.0/",
            "scope": "data",
        }
    ],
    "contributors": [{"title": "The Clausula contributors", "roles": ["author"]}],
}


@pytest.fixture
def zenodo() -> Iterator[Zenodo]:
    with serve() as server:
        yield server


def release(folder: Path, doi: str | None, version: str = "0.2.0") -> Path:
    """Create a release folder with three files and their checksums."""
    folder.mkdir(exist_ok=True)
    descriptor = {"name": "clausula", "version": version} | ({"doi": doi} if doi else {})
    files = {"datapackage.json": json.dumps(descriptor).encode(), "provisions.csv": b"a,b\n1,2\n", "ä & b.csv": b"a\n"}
    for name, content in files.items():
        (folder / name).write_bytes(content)
    sums = "".join(f"{hashlib.sha256(c).hexdigest()}  {n}\n" for n, c in sorted(files.items()))
    (folder / "SHA256SUMS").write_text(sums, encoding="utf-8")
    return folder


def deposit(zenodo: Zenodo, root: Path, waits: list[float] | None = None) -> Deposit:
    client = Client(f"{zenodo.address}/api", TOKEN, wait=(waits if waits is not None else []).append)
    return Deposit(client, root, METADATA)


def deposit_all(zenodo: Zenodo, root: Path, tries: int = 8) -> Published:
    """Reserve, upload and publish, repeating each step that fails, as an editor would."""

    def retry(step: Any) -> Any:
        for remaining in reversed(range(tries)):
            try:
                return step()
            except CouldNotRun as error:
                assert TOKEN not in str(error) + error.finding.hint
                if not remaining:
                    raise
                zenodo.token = TOKEN
        raise AssertionError

    state = retry(lambda: deposit(zenodo, root).reserve())
    folder = release(root / "release", state.doi)
    retry(lambda: deposit(zenodo, root).upload(folder))
    done: Published = retry(lambda: deposit(zenodo, root).publish(folder))
    return done


def assert_published(zenodo: Zenodo, root: Path, number: str) -> None:
    """Assert that the record is published with exactly the files of the release folder."""
    record = zenodo.records[number]
    assert record.published
    assert record.content == {p.name: p.read_bytes() for p in (root / "release").iterdir()}


def test_all_steps(zenodo: Zenodo, tmp_path: Path) -> None:
    done = deposit_all(zenodo, tmp_path)
    assert (type(done), done.record, done.doi) == (Published, "r1", "10.5072/zenodo.r1")
    assert done.address == f"{zenodo.address}/records/r1"
    assert_published(zenodo, tmp_path, "r1")
    metadata = zenodo.records["r1"].body["metadata"]
    assert metadata["creators"] == [{"person_or_org": {"type": "organizational", "name": "The Clausula contributors"}}]
    assert (metadata["rights"], metadata["version"], metadata["publication_date"]) == (
        [{"id": "cc-by-4.0"}],
        "0.2.0",
        "2031-05-06",
    )
    assert restore(tmp_path / "dist/deposit-0.2.0.json") == done
    before = len(zenodo.calls)
    assert deposit(zenodo, tmp_path).publish(tmp_path / "release") == done
    assert len(zenodo.calls) == before  # a finished step sends no requests


CALLS = [
    ("POST", "/records"),
    ("GET", "/records/[^/]+/draft"),
    ("POST", "/records/[^/]+/draft/pids/doi"),
    ("GET", "/records/[^/]+/draft/files"),
    ("GET", "/records/[^/]+/draft/files/provisions.csv"),
    ("POST", "/records/[^/]+/draft/files"),
    ("PUT", "/records/[^/]+/draft/files/provisions.csv/content"),
    ("POST", "/records/[^/]+/draft/files/provisions.csv/commit"),
    ("GET", "/records/[^/]+"),
    ("POST", "/records/[^/]+/draft/actions/publish"),
]
FAULTS = {
    "500": {"kind": "status", "status": 500},
    "503 six times": {"kind": "status", "status": 503, "times": 6},
    "429": {"kind": "status", "status": 429, "headers": {"Retry-After": "7"}},
    "429 with a date": {"kind": "status", "status": 429, "headers": {"Retry-After": "Wed, 06 May 2031 07:08:09 GMT"}},
    "connection lost before": {"kind": "lost before"},
    "connection lost after": {"kind": "lost after"},
    "expired token": {"kind": "expire"},
}


def name_of(case: tuple[str, str] | str) -> str:
    return case if isinstance(case, str) else f"{case[0]} {case[1].replace('/records/[^/]+', '')}"


@pytest.mark.parametrize(("call", "fault"), pairs(CALLS, FAULTS), ids=name_of)
def test_deposit_recovers_from_any_fault_in_any_call(
    zenodo: Zenodo, tmp_path: Path, call: tuple[str, str], fault: str
) -> None:
    zenodo.faults = [Fault(*call, **FAULTS[fault])]  # type: ignore[arg-type]
    done = deposit_all(zenodo, tmp_path)
    assert_published(zenodo, tmp_path, done.record)
    assert zenodo.seen[call] >= 1, "the fault did not occur"
    drafts = [n for n, r in zenodo.records.items() if not r.published]
    # A draft may only be left over if the response to its creation was lost, because its ID is then unknown.
    assert len(drafts) == (1 if (call, fault) == (("POST", "/records"), "connection lost after") else 0)


def test_retry_after_is_respected_up_to_a_limit(zenodo: Zenodo, tmp_path: Path) -> None:
    zenodo.faults = [Fault("POST", "/records", "status", status=429, headers={"Retry-After": "7"})]
    waits: list[float] = []
    deposit(zenodo, tmp_path, waits).reserve()
    assert waits == [7.0]
    zenodo.faults = [Fault("GET", ".*/files", "status", status=429, headers={"Retry-After": "3600"})]
    with pytest.raises(CouldNotRun, match="3600"):
        deposit(zenodo, tmp_path, waits).upload(release(tmp_path / "release", "10.5072/zenodo.r1"))
    assert waits == [7.0]


def test_interrupted_draft_creation_is_not_repeated(zenodo: Zenodo, tmp_path: Path) -> None:
    zenodo.faults = [Fault("POST", "/records", "lost after")]
    with pytest.raises(CouldNotRun) as caught:
        deposit(zenodo, tmp_path).reserve()
    assert "a draft may have been created" in caught.value.finding.hint
    assert zenodo.calls == ["POST /records"]


def test_corrupted_upload_is_repeated_then_refused(zenodo: Zenodo, tmp_path: Path) -> None:
    path = "/records/r1/draft/files/provisions.csv/content"
    zenodo.faults = [Fault("PUT", path, "corrupt bytes")]
    deposit_all(zenodo, tmp_path)
    assert_published(zenodo, tmp_path, "r1")
    other = tmp_path / "other"
    other.mkdir()
    zenodo.faults = [Fault("PUT", "/records/r2/draft/files/provisions.csv/content", "corrupt bytes", times=9)]
    state = deposit(zenodo, other).reserve()
    assert isinstance(state, Reserved)
    with pytest.raises(CouldNotRun, match="checksum"):
        deposit(zenodo, other).upload(release(other / "release", state.doi))
    assert type(restore(other / "dist/deposit-0.2.0.json")) is Reserved


def test_new_version_has_its_own_doi_and_files(zenodo: Zenodo, tmp_path: Path) -> None:
    first = deposit_all(zenodo, tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    state = deposit(zenodo, other).reserve(first.record)
    assert isinstance(state, Reserved)
    assert (state.record, state.doi != first.doi, zenodo.records["r2"].parent) == ("r2", True, "r1")
    folder = release(other / "release", state.doi)
    deposit(zenodo, other).upload(folder)
    zenodo.records["r2"].files["stray.txt"] = {"status": "pending"}
    deposit(zenodo, other).publish(folder)
    assert set(zenodo.records["r2"].files) == {p.name for p in folder.iterdir()}


def test_steps_cannot_run_out_of_order(zenodo: Zenodo, tmp_path: Path) -> None:
    folder = release(tmp_path / "release", "10.5072/zenodo.r1")
    for step in ("upload", "publish"):
        with pytest.raises(CouldNotRun, match=r"reserved|uploaded"):
            getattr(deposit(zenodo, tmp_path), step)(folder)
    assert zenodo.calls == []
    deposit(zenodo, tmp_path).reserve()
    with pytest.raises(CouldNotRun, match="uploaded"):
        deposit(zenodo, tmp_path).publish(folder)
    deposit(zenodo, tmp_path).upload(folder)
    (folder / "provisions.csv").write_bytes(b"changed")
    with pytest.raises(CouldNotRun, match="SHA256SUMS"):
        deposit(zenodo, tmp_path).publish(folder)
    assert not zenodo.records["r1"].published
    with serve() as other_server, pytest.raises(CouldNotRun, match="started on"):
        deposit(other_server, tmp_path).reserve()


@pytest.mark.parametrize(
    ("doi", "version", "message"),
    [
        (None, "0.2.0", "does not have the DOI"),
        ("10.5072/x", "0.2.0", "does not have"),
        ("10.5072/zenodo.r1", "0.3.0", "has version 0.3.0"),
    ],
)
def test_wrong_release_folder_is_refused(
    zenodo: Zenodo, tmp_path: Path, doi: str | None, version: str, message: str
) -> None:
    deposit(zenodo, tmp_path).reserve()
    with pytest.raises(CouldNotRun, match=message):
        deposit(zenodo, tmp_path).upload(release(tmp_path / "release", doi, version))
    assert not any("files" in call for call in zenodo.calls)


def test_uploaded_files_are_not_sent_again(zenodo: Zenodo, tmp_path: Path) -> None:
    state = deposit(zenodo, tmp_path).reserve()
    assert isinstance(state, Reserved)
    folder = release(tmp_path / "release", state.doi)
    deposit(zenodo, tmp_path).upload(folder)
    sent = sum("content" in call for call in zenodo.calls)
    uploaded = deposit(zenodo, tmp_path).upload(folder)
    assert sum("content" in call for call in zenodo.calls) == sent == 4
    assert isinstance(uploaded, Uploaded)
    assert steps.published_record(deposit(zenodo, tmp_path).client, uploaded) is None


def test_token_is_never_shown(zenodo: Zenodo, tmp_path: Path) -> None:
    client = Client(f"{zenodo.address}/api", TOKEN)
    assert TOKEN not in repr(client)
    zenodo.token = "another"
    with pytest.raises(CouldNotRun) as caught:
        client.call("GET", "/records/r1")
    assert TOKEN not in str(caught.value) + caught.value.finding.hint
    zenodo.token = TOKEN
    with pytest.raises(CouldNotRun) as caught:
        client.call("GET", f"/records/{TOKEN}")
    with pytest.raises(CouldNotRun, match="https"):
        Client("http://zenodo.example/api", TOKEN)


def _command(
    zenodo: Zenodo, root: Path, *arguments: str, token: str | None = TOKEN
) -> subprocess.CompletedProcess[str]:
    command = ["deposit", *arguments, "--api", f"{zenodo.address}/api", "--package", str(root)]
    with mock.patch.dict(os.environ):
        os.environ.pop("CLAUSULA_ZENODO_TOKEN", None)
        run = clausula(*command, env={} if token is None else {"CLAUSULA_ZENODO_TOKEN": token})
    assert TOKEN not in run.stdout + run.stderr
    return run


def test_command(zenodo: Zenodo, mini: Path, tmp_path: Path) -> None:
    assert json.loads(_command(zenodo, mini, "status", "--json").stdout) == {"state": None}
    run = _command(zenodo, mini, "reserve", token=None)
    assert (run.returncode, "CLAUSULA_ZENODO_TOKEN is not set" in run.stderr) == (2, True)
    run = _command(zenodo, mini, "reserve")
    assert (run.returncode, "10.5072/zenodo.r1" in run.stdout, "Next: set" in run.stdout) == (0, True, True)
    version = json.loads((mini / "schemas/package.json").read_text(encoding="utf-8"))["version"]
    folder = release(tmp_path / "release", "10.5072/zenodo.r1", version)
    assert json.loads(_command(zenodo, mini, "upload", str(folder), "--json").stdout)["files"] == 4
    run = _command(zenodo, mini, "publish", str(folder))
    assert (run.returncode, zenodo.records["r1"].published) == (2, False)  # not confirmed
    assert _command(zenodo, mini, "publish", str(folder), "--yes-publish").returncode == 0
    assert zenodo.records["r1"].published
    assert "published" in _command(zenodo, mini, "status").stdout
    for file in mini.rglob("*.json"):
        assert TOKEN not in file.read_text(encoding="utf-8")
