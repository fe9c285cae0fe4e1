"""A release of the real package: installed from its wheel, opened, compared with the last release, and deposited."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from clausula import open as open_dataset
from clausula.analysis.dataset import shipped
from clausula.core.findings import CouldNotRun
from tests.checkout import DOI, LAST_RELEASE, VERSION, ReleasedPackage, codes, has_commit, sums_of
from tests.command import clausula
from tests.conftest import ROOT
from tests.deposit.server import TOKEN, serve

pytestmark = pytest.mark.exhaustive

OLD_RELEASE = """
import sys
from datetime import UTC, datetime
from pathlib import Path

from clausula.core.findings import Report
from clausula.core.schemas import load_model
from clausula.features.release.artefacts import artefacts
from clausula.features.release.checks import Checked
from clausula.features.release.run import _write

root, folder = Path(sys.argv[1]), Path(sys.argv[2])
checked = Checked(Report(), load_model(root / "schemas").metadata, None, None)
_write(folder, artefacts(root, checked, datetime.fromtimestamp(int(sys.argv[3]), UTC)))
"""
"""Makes the release folder with the code of version 0.2.0, which cannot accept the 19 warnings on its own data."""


def test_the_package_is_released_with_its_expectations_and_its_history(released_package: ReleasedPackage) -> None:
    assert (released_package.status, codes(released_package.payload)) == (0, set()), released_package.payload[
        "findings"
    ]
    assert released_package.payload["checked"]["expectations"]
    assert released_package.payload["last_release"] == (
        LAST_RELEASE[0] if has_commit(released_package.package) else None
    )
    files = {path.name: path.read_bytes() for path in released_package.folder.iterdir()}
    assert sums_of(files) == {n: hashlib.sha256(c).hexdigest() for n, c in files.items() if n != "SHA256SUMS"}
    assert {name: len(content) for name, content in files.items() if name in released_package.payload["files"]} == (
        released_package.payload["files"]
    )
    assert len(files) < 100  # Zenodo accepts at most 100 files
    assert len(files[f"clausula-{VERSION}.zip"]) > 1_000_000
    assert ("changes.md" in files) == has_commit(released_package.package)


@pytest.fixture(scope="module")
def bare(released_package: ReleasedPackage, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel of the release and what it depends on, without using the network."""
    from hatchling.builders.wheel import WheelBuilder

    folder = tmp_path_factory.mktemp("bare")
    (wheel,) = WheelBuilder(str(released_package.package)).build(directory=str(folder / "dist"), versions=["standard"])
    venv.create(folder / "venv", with_pip=False)
    python = folder / "venv/bin/python"
    options = ("--disable-pip-version-check", "--no-deps", "--no-index", "--no-compile", "-q")
    subprocess.run([sys.executable, "-m", "pip", "--python", str(python), "install", *options, wheel], check=True)
    link(python, "pandas", "pyarrow", "numpy", "numpy.libs", "dateutil", "six.py", "tzdata", "pytz")
    return python


def link(python: Path, *names: str) -> None:
    """Make packages of the test environment available in another one."""
    (target,) = (python.parent.parent / "lib").glob("python*/site-packages")
    for name in names:
        for found in Path(sysconfig.get_path("purelib")).glob(name):
            if not (target / found.name).exists():
                (target / found.name).symlink_to(found)


def run(python: Path, *arguments: str, cwd: Path) -> str:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    environment["CLAUSULA_CACHE"] = str(cwd / "cache")
    done = subprocess.run(
        [str(python), *arguments], cwd=cwd, capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_release_opens_in_a_bare_environment(released_package: ReleasedPackage, bare: Path, tmp_path: Path) -> None:
    code = """
import importlib.util, json, sys
import clausula
assert importlib.util.find_spec("duckdb") is None
data = clausula.open(sys.argv[1])
rows = {table.name: len(data.load(table.name)) for table in data.model}
shipped = {table.name: len(clausula.load(table.name)) for table in clausula.open().model}
stances = len(data.stances())
assert len(clausula.open(f"{sys.argv[1]}/clausula-{data.version}.zip").load("provisions")) == rows["provisions"]
print(json.dumps([clausula.__file__, clausula.data_version, data.version, rows, shipped, stances, data.cite()]))
"""
    file, installed, version, rows, shipped, stances, citation = json.loads(
        run(bare, "-c", code, str(released_package.folder), cwd=tmp_path)
    )
    assert Path(file).is_relative_to(bare.parent.parent)
    assert (installed, version) == (VERSION, VERSION)
    descriptor = json.loads((released_package.folder / "datapackage.json").read_text(encoding="utf-8"))
    tables = {one["name"] for one in descriptor["resources"]}
    assert rows == shipped and set(rows) == tables and rows["provisions"] > 400
    assert stances and DOI in citation


@pytest.fixture(scope="module")
def last_release(released_package: ReleasedPackage, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release folder of version 0.2.0, made by the code of its commit."""
    tag, hash_ = LAST_RELEASE
    if not has_commit(released_package.package):
        pytest.skip(f"the history is shallow: it does not contain {hash_[:7]}, the commit of {tag}")
    base = tmp_path_factory.mktemp("last")
    (base / "package").mkdir()
    archive = subprocess.run(
        ["git", "-C", str(released_package.package), "archive", hash_], check=True, capture_output=True
    ).stdout
    subprocess.run(["tar", "-x", "-C", str(base / "package")], input=archive, check=True)
    folder = base / "clausula-0.2.0"
    environment = os.environ | {"PYTHONPATH": str(base / "package/src"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", OLD_RELEASE, str(base / "package"), str(folder), "1795000000"]
    subprocess.run(command, check=True, capture_output=True, env=environment, cwd=base)
    return folder


def test_the_release_is_compared_with_the_folder_of_the_last(
    released_package: ReleasedPackage, bare: Path, last_release: Path, tmp_path: Path
) -> None:
    link(bare, "duckdb", "_duckdb*", "duckdb-*.dist-info")
    link(bare, "jsonschema*", "attr", "attrs*", "referencing*", "rpds*", "typing_extensions*")
    program = bare.parent / "clausula"
    arguments = ("diff", str(last_release), str(released_package.folder))
    found = json.loads(run(program, *arguments, "--json", cwd=tmp_path))
    assert (found["old_version"], found["new_version"]) == ("0.2.0", VERSION)
    added = {one["table"] for one in found["structure"] if one["kind"] == "table-added"}
    assert {"coders", "retired_ids"} <= added
    (provisions,) = (one for one in found["tables"] if one["table"] == "provisions")
    assert (provisions["rows_old"], provisions["added"], provisions["removed"]) == (
        434,
        len(shipped().load("provisions")) - 433,
        1,
    )
    text = run(program, *arguments, cwd=tmp_path)
    assert text.startswith(f"{last_release} -> {released_package.folder} (0.2.0 -> {VERSION}): the changes require a ")
    assert max(map(len, text.splitlines())) < 400
    code = "import clausula, sys; data = clausula.open(sys.argv[1]); print(data.version, len(data.load('provisions')))"
    assert run(bare, "-c", code, str(last_release), cwd=tmp_path) == "0.2.0 434\n"


def test_the_release_is_deposited(
    released_package: ReleasedPackage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAUSULA_ZENODO_TOKEN", TOKEN)
    with serve() as zenodo:
        where = ("--package", str(released_package.package), "--api", f"{zenodo.address}/api", "--json")

        def deposit(*arguments: str) -> dict[str, object]:
            done = clausula("deposit", *arguments, *where, cwd=tmp_path)
            assert done.returncode == 0, done.stderr
            found: dict[str, object] = json.loads(done.stdout)
            return found

        assert deposit("reserve")["doi"] == DOI
        assert deposit("upload", str(released_package.folder))["files"] == len(list(released_package.folder.iterdir()))
        done = deposit("publish", str(released_package.folder), "--yes-publish")
        assert (done["state"], done["doi"]) == ("Published", DOI)
        (record,) = zenodo.records.values()
    assert record.published
    assert record.content == {path.name: path.read_bytes() for path in released_package.folder.iterdir()}
    assert record.body["metadata"]["version"] == VERSION
    title = json.loads((ROOT / "schemas/package.json").read_text(encoding="utf-8"))["title"]
    assert record.body["metadata"]["title"] == title


def test_a_release_folder_with_a_damaged_archive_is_not_opened(
    released_package: ReleasedPackage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAUSULA_CACHE", str(tmp_path / "cache"))
    names = ("datapackage.json", "SHA256SUMS", f"clausula-{VERSION}.zip")
    folder = tmp_path / "release"
    folder.mkdir()
    for name in names:
        shutil.copy(released_package.folder / name, folder)
    data = open_dataset(folder)
    assert (data.version, data.root.is_relative_to(tmp_path / "cache")) == (VERSION, True)
    archive = folder / names[-1]
    archive.write_bytes(archive.read_bytes() + b"\0")
    with pytest.raises(CouldNotRun, match="does not match its checksum in SHA256SUMS"):
        open_dataset(folder)
    for content in ('{"name": "../release/clausula", "version": "0.3.0"}', "[", "{}"):
        (folder / "datapackage.json").write_text(content, encoding="utf-8")
        with pytest.raises(CouldNotRun, match="is not a built Clausula package"):
            open_dataset(folder)
