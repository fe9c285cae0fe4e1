"""Other versions: downloads with checksums, the cache, and migrations to the newest schemas."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import clausula
from clausula.analysis.dataset import Dataset
from clausula.core.archive import unzip
from clausula.core.cache import CACHE
from clausula.core.findings import CouldNotRun
from clausula.versions import fetch
from clausula.versions.build import build
from clausula.versions.migrate import MIGRATIONS, MigratedDataset
from tests.checkout import LAST_RELEASE, has_commit
from tests.conftest import ROOT
from tests.shared import once


class QuietHandler(SimpleHTTPRequestHandler):
    """Serve files without logging."""

    def log_message(self, *_: Any) -> None:
        """Log nothing."""


@pytest.fixture
def old(built: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The mini package as an older release, 0.0.9."""

    def make(folder: Path) -> None:
        root = Path(shutil.copytree(built, folder / "package"))
        path = root / "schemas/package.json"
        metadata = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps({**metadata, "version": "0.0.9"}), encoding="utf-8")
        assert build(root).report.findings == []

    return Path(shutil.copytree(once(tmp_path_factory, "old", make) / "package", tmp_path / "package"))


@pytest.fixture
def served(old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[ThreadingHTTPServer, Path]]:
    """The older release as a zip file on a local server, listed in the registry."""
    folder = tmp_path / "site"
    folder.mkdir()
    archive = folder / "clausula-0.0.9.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in sorted(old.rglob("*")):
            if path.is_file():
                file.write(path, Path("clausula-0.0.9") / path.relative_to(old))
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}/clausula-0.0.9.zip"
    entry = {"url": url, "sha256": hashlib.sha256(archive.read_bytes()).hexdigest(), "doi": "10.5072/known"}
    registry = tmp_path / "releases.json"
    registry.write_text(json.dumps({"releases": {"0.0.9": entry}}), encoding="utf-8")
    monkeypatch.setattr(fetch, "REGISTRY", registry)
    monkeypatch.setenv(CACHE, str(tmp_path / "cache"))
    yield server, archive
    server.shutdown()
    server.server_close()


def test_release_is_downloaded_once_and_states_its_version(
    served: tuple[ThreadingHTTPServer, Path], tmp_path: Path
) -> None:
    data = clausula.open("0.0.9")
    assert (data.version, len(data.load("provisions"))) == ("0.0.9", 9)
    assert data.load("provisions").attrs == {
        "table": "provisions",
        "data_version": "0.0.9",
        "model_version": clausula.data_version,
    }
    assert "version 0.0.9" in data.cite()
    served[0].shutdown()
    served[0].server_close()
    served[1].unlink()
    again = clausula.open("doi:10.5072/known", as_released=True)
    assert (type(again), again.version) == (Dataset, "0.0.9")
    assert sorted(p.name for p in (tmp_path / "cache").iterdir()) == ["archives", "unpacked"]


def test_release_that_another_process_unpacks_first_is_used(
    served: tuple[ThreadingHTTPServer, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unzip_twice(archive: Path, staging: Path) -> Path:
        target = staging.parent / hashlib.sha256(served[1].read_bytes()).hexdigest()
        unzip(archive, tmp_path / "faster").replace(target)
        return unzip(archive, staging)

    monkeypatch.setattr(fetch, "unzip", unzip_twice)
    assert clausula.open("0.0.9", as_released=True).version == "0.0.9"
    assert len(list((tmp_path / "cache/unpacked").iterdir())) == 1


@pytest.mark.usefixtures("served")
def test_published_version_can_be_compared(old: Path) -> None:
    from clausula.versions.diff import diff

    found = diff("0.0.9", str(old), root=old)
    assert (found.old_version, found.changed_tables) == ("0.0.9", [])


def test_shipped_release_needs_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "_download", lambda name: pytest.fail(f"{name} was downloaded"))
    assert clausula.open(clausula.data_version) is clausula.open()


def test_file_with_wrong_checksum_is_never_opened(served: tuple[ThreadingHTTPServer, Path], tmp_path: Path) -> None:
    served[1].write_bytes(served[1].read_bytes() + b"x")
    with pytest.raises(CouldNotRun, match="could not be downloaded"):
        clausula.open("0.0.9")
    assert not (tmp_path / "cache/unpacked").exists()
    assert not list((tmp_path / "cache/archives").glob("*.zip"))


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize(
    ("name", "message"), [("7.7.7", "release 7.7.7 does not exist"), ("doi:nothing", "is not a valid DOI")]
)
def test_unknown_release_is_refused(name: str, message: str) -> None:
    with pytest.raises(CouldNotRun, match=message):
        clausula.open(name)


def test_unregistered_dois_with_archives_of_one_name_are_opened_separately(
    served: tuple[ThreadingHTTPServer, Path], old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their folders in the cache would collide too: one DOI has a slash where another has an underscore."""
    server, archive = served
    folders = {"10.5072/a/b": archive.parent / "one", "10.5072/a_b": archive.parent / "two"}
    for doi, folder in folders.items():
        folder.mkdir()
        with zipfile.ZipFile(archive) as source, zipfile.ZipFile(folder / archive.name, "w") as target:
            for entry in source.infolist():
                content = source.read(entry)
                target.writestr(entry, content.replace(b'"title": "', f'"title": "{doi} '.encode(), 1))

    class Repository:
        """A stand-in for the repository that pooch resolves a DOI to, on the local server."""

        def __init__(self, doi: str) -> None:
            self.folder = folders[doi.rstrip("/")]

        def populate_registry(self, downloader: Any) -> None:
            content = (self.folder / archive.name).read_bytes()
            downloader.registry = {archive.name: f"md5:{hashlib.md5(content, usedforsecurity=False).hexdigest()}"}

        def download_url(self, name: str) -> str:
            return f"http://127.0.0.1:{server.server_address[1]}/{self.folder.name}/{name}"

    for module in ("pooch.core", "pooch.downloaders"):
        monkeypatch.setattr(f"{module}.doi_to_repository", lambda doi, **_: Repository(doi))
    for doi in [*folders, *folders]:
        data = clausula.open(f"doi:{doi}", as_released=True)
        assert (data.version, data.model.metadata["title"].split()[0]) == ("0.0.9", doi)
    assert clausula.open("0.0.9", as_released=True).model.metadata["title"].startswith("Clausula")


def _newer_package(old: Path, target: Path, changes: list[dict[str, Any]]) -> Path:
    """Create version 0.1.0 of the package with the given migrations."""
    shutil.copytree(old, target)
    path = target / "schemas/package.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"0.0.9"', '"0.1.0"'), encoding="utf-8")
    written = {
        "migrations": [{"to": "9.0.0", "changes": [{"table": "x", "drop": ["y"]}]}, {"to": "0.1.0", "changes": changes}]
    }
    (target / MIGRATIONS).write_text(json.dumps(written), encoding="utf-8")
    return target


def _edit(root: Path, table: str, old: str, new: str) -> None:
    path = root / f"schemas/{table}.schema.json"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_migrations_convert_to_the_newest_schemas(old: Path, tmp_path: Path) -> None:
    changes = [
        {
            "table": "provisions",
            "rename": {"place": "locus"},
            "values": {"modality": {"obligation": "duty"}},
            "drop": ["note"],
        },
        {"table": "provisions", "fill": {"reading": "plain"}},
        {"table": "places", "renamed_to": "localities"},
    ]
    newest = _newer_package(old, tmp_path / "newest", changes)
    _edit(newest, "provisions", '"name": "place"', '"name": "locus"')
    _edit(newest, "provisions", '"value": "obligation"', '"value": "duty"')
    path = newest / "schemas/provisions.schema.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    schema["fields"] = [f for f in schema["fields"] if f.get("$ref") != "note" and f.get("name") != "note"]
    for name, needed in (("reading", True), ("remark", False)):
        schema["fields"].append(
            {"name": name, "type": "string", "description": "New.", "example": "x", "constraints": {"required": needed}}
        )
    path.write_text(json.dumps(schema), encoding="utf-8")
    data = MigratedDataset(Dataset(old), Dataset(newest))
    frame, before = data.load("provisions"), Dataset(old).load("provisions")
    assert frame["locus"].tolist() == before["place"].tolist()
    assert set(frame["modality"].dropna()) == {"duty" if m == "obligation" else m for m in before["modality"]}
    assert set(frame["reading"]) == {"plain"}
    assert frame["remark"].isna().all()
    assert "note" not in frame
    assert str(frame["strength"].dtype) == "Int64"
    assert data.tables().loc["provisions", "rows"] == len(before)


@pytest.mark.parametrize(
    ("old_text", "new_text", "message"),
    [
        ('"name": "place"', '"name": "locus"', "the field place was removed"),
        ('"value": "obligation"', '"value": "duty"', "'obligation' is no longer a valid value of modality"),
    ],
)
def test_missing_migration_is_reported(old: Path, tmp_path: Path, old_text: str, new_text: str, message: str) -> None:
    newest = _newer_package(old, tmp_path / "newest", [])
    _edit(newest, "provisions", old_text, new_text)
    data = MigratedDataset(Dataset(old), Dataset(newest))
    with pytest.raises(CouldNotRun, match=message):
        data.load("provisions")
    assert len(data.load("reactions")) == len(Dataset(old).load("reactions"))


def test_table_missing_in_the_old_release_has_no_rows(old: Path, tmp_path: Path) -> None:
    newest = _newer_package(old, tmp_path / "newest", [])
    path = old / "schemas/package.json"
    metadata = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(
        json.dumps({**metadata, "tables": [t for t in metadata["tables"] if t != "agreement"]}), encoding="utf-8"
    )
    frame = MigratedDataset(Dataset(old), Dataset(newest)).load("agreement")
    assert (len(frame), str(frame["variable"].dtype)) == (0, "str")
    assert isinstance(frame, pd.DataFrame)


@pytest.mark.exhaustive
def test_pinned_pipeline_reproduces_its_numbers(tmp_path: Path) -> None:
    folder = tmp_path / "pipeline"
    shutil.copytree(ROOT / "examples/pipeline", folder, ignore=shutil.ignore_patterns("results", "first"))
    assert f"VERSION = {clausula.data_version}\n" in (folder / "Makefile").read_text(encoding="utf-8")
    run = subprocess.run(
        ["make", "again", f"PYTHON={sys.executable}"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert (run.returncode, "the results are identical" in run.stdout) == (0, True), run.stderr
    duties = pd.read_csv(folder / "results/duties.csv").set_index("instrument_id")
    modality = clausula.load("provisions").groupby("instrument_id")["modality"]
    expected = modality.apply(lambda m: m.isin(["obligation", "prohibition"]).sum())
    assert duties["duties"].to_dict() == {k: v for k, v in expected.to_dict().items() if v}


@pytest.fixture(scope="module")
def release_0_2(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a release folder with the package as it was in 0.2.0, from the history of this checkout."""
    if not has_commit(ROOT):
        pytest.skip("the history of this checkout does not reach back to 0.2.0")
    folder = tmp_path_factory.mktemp("release")
    command = ["git", "-C", str(ROOT), "archive", "--format=zip", "--prefix=clausula-0.2.0/", LAST_RELEASE[1]]
    made = subprocess.run(command, check=True, capture_output=True).stdout
    (folder / "clausula-0.2.0.zip").write_bytes(made)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        (folder / "datapackage.json").write_bytes(archive.read("clausula-0.2.0/datapackage.json"))
    return folder


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CACHE, str(tmp_path / "cache"))


def test_every_table_of_0_2_is_read_with_the_schemas_of_0_3(release_0_2: Path) -> None:
    data, now = clausula.open(release_0_2), clausula.open()
    assert isinstance(data, MigratedDataset)
    assert (data.version, data.model_version) == ("0.2.0", clausula.data_version)
    assert type(clausula.open(release_0_2, as_released=True)) is Dataset
    sizes = data.tables()["rows"]
    for table in now.model.tables:
        frame = data.load(table)
        assert list(frame.columns) == list(now.load(table).columns)
        assert dict(frame.dtypes.astype(str)) == dict(now.load(table).dtypes.astype(str)), table
        assert sizes[table] == len(frame)


def test_what_0_2_says_is_kept(release_0_2: Path) -> None:
    data = clausula.open(release_0_2)
    assert data.load("coders").empty
    assert set(data.load("coding_passes")["coder_id"]) == {"not-recorded"}
    assert not data.load("agreement")["codebook_frozen"].any()
    assert data.load("agreement")["proportion"].between(0, 1).all()
    assert set(data.load("topics")["since"]) == set(data.load("absences")["codebook_version"]) == {"0.2.0"}
    amounts = data.load("provision_quantities").query("measure == 'amount'")
    assert set(zip(amounts["unit"].astype(str), amounts["currency"], strict=True)) == {("currency", "USD")}
    assert data.load("provision_quantities").query("measure != 'amount'")["currency"].isna().all()
    (dependency,) = data.load("provision_dependencies").to_dict("records")
    assert (dependency["provision_id"], dependency["depends_on_provision_id"]) == (
        "minsk-package-2015.p14",
        "minsk-package-2015.p17",
    )
    assert (dependency["relation"], dependency["basis"]) == ("condition", "stated")
    topics = data.load("reaction_targets")["topic_id"].notna()
    assert topics.sum() == 77, "a topic of 0.2.0 has no direction and stays a topic"
    assert data.load("reaction_targets")["proposition_id"].isna().all()
    assert data.network()["target_kind"].eq("topic").sum() > 0
    assert data.wide().loc["minsk-protocol-2014"].notna().all()


def test_a_new_required_field_without_a_migration_is_refused(mini: Path) -> None:
    newest = Dataset(mini)
    assert newest.model["agreement"].required(newest.model["agreement"]["coder_kinds"])
    old = MigratedDataset(newest, newest)
    frame = newest.load("agreement").drop(columns="coder_kinds").astype("object")
    with pytest.raises(CouldNotRun, match="coder_kinds is new and required"):
        old._typed(frame, newest.model["agreement"])
