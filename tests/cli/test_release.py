"""Releasing the small package from a git checkout of its own: what stops it, what it writes, and twice the same."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

import clausula
from clausula.validation.run import validate
from clausula.versions.build import build
from clausula.versions.release.checks import declared
from clausula.versions.release.git import last_release
from tests.command import clausula as clausula_command
from tests.poisoned.tables import Tables

VERSION = clausula.data_version
NEXT = f"{VERSION.rsplit('.', 1)[0]}.{int(VERSION.rsplit('.', 1)[1]) + 1}"

IDENTITY = {f"GIT_{who}_{what}": "test@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
DATES = {"GIT_AUTHOR_DATE": "2031-05-06T07:08:09Z", "GIT_COMMITTER_DATE": "2031-05-06T07:08:09Z"}


def git(root: Path, *arguments: str) -> None:
    subprocess.run(
        ["git", "-C", str(root), *arguments], check=True, capture_output=True, env=os.environ | IDENTITY | DATES
    )


def commit(root: Path, message: str) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-qm", message)


def release(root: Path, version: str, *more: str) -> tuple[int, dict]:
    """The command in this process, so that the heavy libraries load once."""
    run = clausula_command("release", version, "--package", str(root), "--json", *more)
    return run.returncode, json.loads(run.stdout) if run.stdout else {"stderr": run.stderr}


def codes(told: dict) -> set[str]:
    return {f["code"] for f in told["findings"] if f["severity"] != "info"}


@pytest.fixture(scope="module")
def checkout(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = Path(shutil.copytree(built, tmp_path_factory.mktemp("checkout") / "package"))
    (root / "CHANGELOG.md").write_text(f"# Changelog\n\n## {VERSION}\n\nThe first version.\n", encoding="utf-8")
    git(root, "init", "-q")
    commit(root, "first")
    return root


@pytest.fixture(scope="module")
def released(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release folder; not to be changed."""
    _, told = release(checkout, VERSION, "--without-texts", "--out", str(tmp_path_factory.mktemp("released")))
    return Path(told["folder"])


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGKILL], ids=lambda s: s.name)
def test_a_release_that_is_ended_leaves_all_or_nothing(
    checkout: Path, released: Path, tmp_path: Path, sign: signal.Signals
) -> None:
    command = [sys.executable, "-m", "clausula", "release", VERSION, "--package", str(checkout), "--without-texts"]
    ended = subprocess.Popen([*command, "--out", str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with suppress(subprocess.TimeoutExpired):
        ended.wait(timeout=2 if sign == signal.SIGTERM else 4)
    ended.send_signal(sign)
    ended.communicate(timeout=60)
    left = [path for path in tmp_path.iterdir() if not path.name.startswith(".")]
    assert [path.name for path in left] in ([], [released.name])
    for folder in left:
        assert {p.name: p.read_bytes() for p in folder.iterdir()} == {
            p.name: p.read_bytes() for p in released.iterdir()
        }
    if sign != signal.SIGKILL:
        assert list(tmp_path.iterdir()) == left


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the slow layers, which other tests run on releases."""
    layers = ("duckdb", "rules", "parquet", "drift")
    monkeypatch.setattr("clausula.versions.release.checks.validate", partial(validate, layers=layers))


@pytest.fixture
def work(checkout: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(checkout, tmp_path / "package"))


def test_made_again_it_is_the_same_to_the_byte(checkout: Path, released: Path, tmp_path: Path) -> None:
    status, told = release(checkout, VERSION, "--without-texts", "--out", str(tmp_path))
    assert (status, told["written"], told["last_release"]) == (0, True, None), told["findings"]
    files = {p.name: p.read_bytes() for p in Path(told["folder"]).iterdir()}
    assert files == {p.name: p.read_bytes() for p in released.iterdir()}
    sums = dict(reversed(line.split("  ")) for line in files["SHA256SUMS"].decode().splitlines())
    assert sums == {n: hashlib.sha256(c).hexdigest() for n, c in files.items() if n != "SHA256SUMS"}
    assert len(files) < 100  # Zenodo takes a hundred files
    status, told = release(checkout, VERSION, "--without-texts", "--out", str(tmp_path))
    assert (status, told["written"]) == (0, False)


def test_paths_of_the_flat_descriptor_resolve_and_frictionless_accepts_it(released: Path) -> None:
    folder = released
    descriptor = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    for resource in descriptor["resources"]:
        assert (folder / resource["path"]).stat().st_size == resource["bytes"]
        assert (folder / resource["alternatives"][0]["path"]).is_file()
    command = [str(Path(sys.executable).parent / "frictionless"), "validate", str(folder / "datapackage.json")]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    run = [sys.executable, "-m", "clausula", "validate", str(folder), "--layer", "duckdb", "--layer", "frictionless"]
    assert subprocess.run(run, capture_output=True, check=False).returncode == 0


def test_the_archive_opens_as_a_package_and_bears_the_time_of_the_commit(released: Path, tmp_path: Path) -> None:
    folder = released
    with zipfile.ZipFile(io.BytesIO((folder / f"clausula-{VERSION}.zip").read_bytes())) as archive:
        assert {e.date_time for e in archive.infolist()} == {(2031, 5, 6, 7, 8, 8)}
        archive.extractall(tmp_path / "unpacked")
    data = clausula.open(tmp_path / f"unpacked/clausula-{VERSION}")
    assert len(data.load("provisions")) == 9
    report = (folder / "agreement.md").read_text(encoding="utf-8")
    assert len([line for line in report.splitlines() if line.startswith("| ")]) == len(data.load("agreement")) + 1
    book = (folder / "codebook.md").read_text(encoding="utf-8")
    assert "](#modality)" in book
    assert '<a id="modality"></a>' in book
    assert b"package" not in (folder / "validation.json").read_bytes().split(b'"layers"')[0]


@pytest.mark.usefixtures("quick")
def test_what_stops_a_release(work: Path, tmp_path: Path) -> None:
    out = ("--out", str(tmp_path / "out"))
    status, told = release(work, VERSION, *out)
    assert (status, codes(told), told["folder"]) == (1, {"unverified-anchors"}, None)
    status, told = release(work, "8.0.0", "--without-texts", *out)
    assert (status, codes(told)) == (1, {"version-mismatch", "incomplete-changelog"})
    Tables(work).apply([{"table": "provisions", "where": {"place": "point 1"}, "set": {"strength": "2"}}])
    status, told = release(work, VERSION, "--without-texts", *out)
    assert (status, {"uncommitted-changes", "stale-file"} <= codes(told)) == (1, True)
    assert [f["file"] for f in told["findings"] if f["code"] == "uncommitted-changes"] == ["data/provisions.csv"]
    status, told = release(work, "one", "--without-texts", *out)
    assert (status, "no version of the form" in told["stderr"]) == (2, True)
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("quick")
def test_the_second_release_says_what_changed_and_must_raise_the_version(work: Path, tmp_path: Path) -> None:
    git(work, "tag", f"v{VERSION}")
    git(work, "tag", "v9.9.9")
    git(work, "tag", "vx")
    Tables(work).apply([{"table": "provisions", "where": {"place": "point 1"}, "set": {"note": "Now with a note."}}])

    def declare(version: str, entry: str) -> None:
        path = work / "schemas/package.json"
        metadata = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps({**metadata, "version": version}, indent=2), encoding="utf-8")
        (work / "CHANGELOG.md").write_text(f"# Changelog\n\n## {version}\n\n{entry}\n", encoding="utf-8")
        build(work)
        commit(work, version)

    declare(NEXT, "A note.")
    status, told = release(work, NEXT, "--without-texts", "--out", str(tmp_path))
    assert (status, codes(told), told["last_release"], told["step"]) == (
        1,
        {"incomplete-changelog"},
        f"v{VERSION}",
        "patch",
    )
    declare(NEXT, "- `provisions`: a note.")
    status, told = release(work, NEXT, "--without-texts", "--out", str(tmp_path))
    assert (status, told["step"]) == (0, "patch")
    folder = Path(told["folder"])
    assert "river-accord-2031.p01: note" in (folder / "changes.md").read_text(encoding="utf-8")
    assert (folder / "changes.html").is_file()
    assert last_release(work, VERSION) is None
    assert last_release(work, "10.0.0") == "v9.9.9"


def test_the_day_of_a_version_is_the_same_in_schemas_and_changelog(root: Path, tmp_path: Path) -> None:
    assert declared(root, VERSION)[1] == []
    shutil.copytree(root / "schemas", tmp_path / "schemas")
    (tmp_path / "CHANGELOG.md").write_text(f"## {VERSION} (1999-12-31)\n", encoding="utf-8")
    assert [(f.code, f.file) for f in declared(tmp_path, VERSION)[1]] == [
        ("created-date-mismatch", "schemas/package.json")
    ]


@pytest.mark.usefixtures("quick")
def test_a_published_folder_is_never_changed(checkout: Path, tmp_path: Path) -> None:
    folder = tmp_path / f"clausula-{VERSION}"
    folder.mkdir()
    (folder / "CHANGELOG.md").write_text("mine", encoding="utf-8")
    status, told = release(checkout, VERSION, "--without-texts", "--out", str(tmp_path))
    assert (status, "exists with other content" in told["stderr"]) == (2, True)
    assert [p.read_text(encoding="utf-8") for p in folder.iterdir()] == ["mine"]


def test_outside_a_checkout_it_says_so(built: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(built, tmp_path / "package"))
    status, told = release(root, VERSION, "--without-texts")
    assert (status, "git-not-installed" in told["stderr"]) == (2, True)
