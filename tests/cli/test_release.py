"""Releases of the mini package from a git checkout: blocking findings, files written, reproducibility."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import signal
import subprocess
import sys
import zipfile
from contextlib import suppress
from functools import partial
from pathlib import Path
from unittest import mock

import pytest

import clausula
from clausula.validation.run import validate
from clausula.versions.build import build
from clausula.versions.release.checks import check_declared_version
from clausula.versions.release.git import last_release
from clausula.versions.release.readme import GROUPS, files_of
from tests.checkout import VERSION, codes, commit, create_checkout, git, release, sums_of
from tests.conftest import MINI
from tests.poisoned.tables import Tables

VALIDATE = "clausula.versions.release.checks.validate"
FAST_LAYERS = ("duckdb", "rules", "parquet", "drift")
NEXT = f"{VERSION.rsplit('.', 1)[0]}.{int(VERSION.rsplit('.', 1)[1]) + 1}"


@pytest.fixture(autouse=True)
def fast_layers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Skip the slow layers, which test_release_folder.py runs on the real package."""
    monkeypatch.setattr(VALIDATE, partial(validate, layers=FAST_LAYERS))


@pytest.fixture(scope="module")
def checkout(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return create_checkout(Path(shutil.copytree(built, tmp_path_factory.mktemp("checkout") / "package")))


@pytest.fixture(scope="module")
def released(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release folder; tests must not change it."""
    with mock.patch(VALIDATE, partial(validate, layers=FAST_LAYERS)):
        _, payload = release(checkout, VERSION, "--without-texts", "--out", str(tmp_path_factory.mktemp("released")))
    return Path(payload["folder"])


@pytest.mark.exhaustive
@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGKILL], ids=lambda s: s.name)
def test_interrupted_release_leaves_all_or_nothing(
    checkout: Path, released: Path, tmp_path: Path, signal_number: signal.Signals
) -> None:
    command = [sys.executable, "-m", "clausula", "release", VERSION, "--package", str(checkout), "--without-texts"]
    process = subprocess.Popen([*command, "--out", str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=2 if signal_number == signal.SIGTERM else 4)
    process.send_signal(signal_number)
    process.communicate(timeout=60)
    remaining = [path for path in tmp_path.iterdir() if not path.name.startswith(".")]
    assert [path.name for path in remaining] in ([], [released.name])
    for folder in remaining:
        files = {p.name: p.read_bytes() for p in folder.iterdir()}
        assert files.keys() == {p.name for p in released.iterdir()}
        assert sums_of(files) == {n: hashlib.sha256(c).hexdigest() for n, c in files.items() if n != "SHA256SUMS"}
    if signal_number != signal.SIGKILL:
        assert list(tmp_path.iterdir()) == remaining


@pytest.fixture
def checkout_copy(checkout: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(checkout, tmp_path / "package"))


def test_release_is_reproducible_byte_for_byte(checkout: Path, released: Path, tmp_path: Path) -> None:
    status, payload = release(checkout, VERSION, "--without-texts", "--out", str(tmp_path))
    assert (status, payload["written"], payload["last_release"]) == (0, True, None), payload["findings"]
    files = {p.name: p.read_bytes() for p in Path(payload["folder"]).iterdir()}
    assert files == {p.name: p.read_bytes() for p in released.iterdir()}
    assert sums_of(files) == {n: hashlib.sha256(c).hexdigest() for n, c in files.items() if n != "SHA256SUMS"}
    assert len(files) < 100  # Zenodo accepts at most 100 files
    status, payload = release(checkout, VERSION, "--without-texts", "--out", str(tmp_path))
    assert (status, payload["written"]) == (0, False)


def test_the_readme_says_what_each_file_is(released: Path) -> None:
    text = (released / "README.md").read_text(encoding="utf-8")
    metadata = json.loads((released / "datapackage.json").read_text(encoding="utf-8"))
    assert text.startswith(f"# {metadata['title']}\n\nVersion {VERSION} of {metadata['created'][:10]}. ")
    assert f"Licence of the data: {metadata['licenses'][0]['title']}" in text
    names = {path.name for path in released.iterdir()} - {"README.md"}
    described = [name for group in GROUPS for name in files_of(group, names)]
    assert sorted(described) == sorted(names)
    tables = len(metadata["resources"])
    assert f"| {tables} `.csv` |" in text and f"| {tables} `.parquet` |" in text
    assert all(f"| `{name}` |" in text for name in names if not name.endswith((".csv", ".parquet")))
    code = text.partition("```python\n")[2].partition("```")[0]
    command = [sys.executable, "-c", f"{code}\nprint(len(provisions))"]
    run = subprocess.run(command, cwd=released, capture_output=True, check=False)
    assert run.stdout.split() == [b"9"], run.stderr


@pytest.mark.exhaustive
def test_flat_descriptor_is_valid(released: Path) -> None:
    folder = released
    descriptor = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    for resource in descriptor["resources"]:
        assert (folder / resource["path"]).stat().st_size == resource["bytes"]
        assert (folder / resource["alternatives"][0]["path"]).is_file()
    command = [str(Path(sys.executable).parent / "frictionless"), "validate", str(folder / "datapackage.json")]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    run = [sys.executable, "-m", "clausula", "validate", str(folder), "--layer", "duckdb", "--layer", "frictionless"]
    assert subprocess.run(run, capture_output=True, check=False).returncode == 0


def test_archive_opens_as_a_package_with_the_commit_time(released: Path, tmp_path: Path) -> None:
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


def test_findings_that_block_a_release(checkout_copy: Path, tmp_path: Path) -> None:
    out = ("--out", str(tmp_path / "out"))
    status, payload = release(checkout_copy, VERSION, *out)
    assert (status, codes(payload), payload["folder"]) == (1, {"unverified-anchors"}, None)
    (tmp_path / "some").mkdir()
    shutil.copy(MINI / "texts/delta-report-2032.txt", tmp_path / "some")
    status, payload = release(checkout_copy, VERSION, "--texts", str(tmp_path / "some"), *out)
    assert (status, codes(payload), payload["folder"]) == (1, {"unverified-anchors"}, None)
    assert "river-accord-2031" in str(payload["findings"])
    status, payload = release(checkout_copy, "8.0.0", "--without-texts", *out)
    assert (status, codes(payload)) == (1, {"version-mismatch", "incomplete-changelog"})
    Tables(checkout_copy).apply([{"table": "provisions", "where": {"place": "point 1"}, "set": {"strength": "2"}}])
    status, payload = release(checkout_copy, VERSION, "--without-texts", *out)
    assert (status, {"uncommitted-changes", "stale-file"} <= codes(payload)) == (1, True)
    assert [f["file"] for f in payload["findings"] if f["code"] == "uncommitted-changes"] == ["data/provisions.csv"]
    status, payload = release(checkout_copy, "one", "--without-texts", *out)
    assert (status, codes(payload)) == (2, {"version-mismatch"})
    assert not (tmp_path / "out").exists()


@pytest.mark.exhaustive
def test_second_release_lists_changes_and_must_raise_the_version(checkout_copy: Path, tmp_path: Path) -> None:
    git(checkout_copy, "tag", f"v{VERSION}")
    git(checkout_copy, "tag", "v9.9.9")
    git(checkout_copy, "tag", "vx")
    Tables(checkout_copy).apply(
        [{"table": "provisions", "where": {"place": "point 1"}, "set": {"note": "Now with a note."}}]
    )

    def set_version(version: str, entry: str) -> None:
        path = checkout_copy / "schemas/package.json"
        metadata = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps({**metadata, "version": version}, indent=2), encoding="utf-8")
        (checkout_copy / "CHANGELOG.md").write_text(f"# Changelog\n\n## {version}\n\n{entry}\n", encoding="utf-8")
        build(checkout_copy)
        commit(checkout_copy, version)

    set_version(NEXT, "A note.")
    status, payload = release(checkout_copy, NEXT, "--without-texts", "--out", str(tmp_path))
    assert (status, codes(payload), payload["last_release"], payload["step"]) == (
        1,
        {"incomplete-changelog"},
        f"v{VERSION}",
        "patch",
    )
    set_version(NEXT, "- `provisions`: a note.")
    status, payload = release(checkout_copy, NEXT, "--without-texts", "--out", str(tmp_path))
    assert (status, payload["step"]) == (0, "patch")
    folder = Path(payload["folder"])
    assert "river-accord-2031.p01: note" in (folder / "changes.md").read_text(encoding="utf-8")
    assert (folder / "changes.html").is_file()
    assert last_release(checkout_copy, VERSION) is None
    assert last_release(checkout_copy, "10.0.0") == "v9.9.9"


def test_release_date_must_match_in_schemas_and_changelog(root: Path, tmp_path: Path) -> None:
    assert check_declared_version(root, VERSION)[1] == []
    shutil.copytree(root / "schemas", tmp_path / "schemas")
    (tmp_path / "CHANGELOG.md").write_text(f"## {VERSION} (1999-12-31)\n", encoding="utf-8")
    assert [(f.code, f.file) for f in check_declared_version(tmp_path, VERSION)[1]] == [
        ("created-date-mismatch", "schemas/package.json")
    ]


def test_a_version_in_preparation_is_not_released(root: Path, tmp_path: Path) -> None:
    shutil.copytree(root / "schemas", tmp_path / "schemas")
    (tmp_path / "CHANGELOG.md").write_text(f"## {VERSION} (in preparation)\n", encoding="utf-8")
    (found,) = check_declared_version(tmp_path, VERSION)[1]
    assert found.code == "incomplete-changelog"
    assert "in preparation" in found.message and "`created`" in found.hint


def test_existing_release_folder_is_never_changed(checkout: Path, tmp_path: Path) -> None:
    folder = tmp_path / f"clausula-{VERSION}"
    folder.mkdir()
    (folder / "CHANGELOG.md").write_text("mine", encoding="utf-8")
    status, payload = release(checkout, VERSION, "--without-texts", "--out", str(tmp_path))
    assert (status, codes(payload)) == (2, {"file-exists"})
    assert [p.read_text(encoding="utf-8") for p in folder.iterdir()] == ["mine"]


@pytest.mark.exhaustive
def test_profile_of_an_earlier_release_blocks(checkout_copy: Path, tmp_path: Path) -> None:
    git(checkout_copy, "tag", "v0.1.0")
    for version, expected in {"0.0.9": {"stale-profile"}, "0.1.0": set()}.items():
        path = checkout_copy / "validation/profile.json"
        path.write_text(json.dumps({"name": "mini", "version": version, "rows": {}, "shares": {}}), encoding="utf-8")
        build(checkout_copy)
        commit(checkout_copy, f"profile of {version}")
        _, payload = release(checkout_copy, VERSION, "--without-texts", "--out", str(tmp_path / version))
        assert codes(payload) & {"stale-profile"} == expected


def test_release_outside_a_git_checkout_fails(built: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(built, tmp_path / "package"))
    status, payload = release(root, VERSION, "--without-texts")
    assert (status, codes(payload)) == (2, {"git-failed"})
