"""Every example of every help text does what it promises, in a folder that has the files which it names."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest

from clausula.analysis.dataset import Dataset
from clausula.coding.submit import submit
from clausula.export.run import export
from clausula.validation.run import FAST, validate
from tests.checkout import VERSION, commit, create_checkout
from tests.cli.test_grammar import ALL, GROUPS, lines_of
from tests.coding.answers import answer, write_answer
from tests.coding.practice import RAW, SOURCE, SOURCE_ROW, coding, project, submission
from tests.coding.test_interchange import example, statement, write_dna_list
from tests.coding.workbooks import fill
from tests.command import clausula
from tests.conftest import MINI, ROOT
from tests.deposit.server import TOKEN, Record, Zenodo, serve
from tests.importers.test_files import write_workbook
from tests.importers.test_importers import CLEAN
from tests.poisoned.tables import Tables
from tests.shared import once

RUN_ELSEWHERE = {
    "clausula validate --engine spark": "tests/poisoned/test_engines.py",
    "clausula show minsk-package-2015.p02 --texts my/texts": "tests/cli/test_commands.py",
    **{
        f"clausula align uk-ua-security-agreement-2024 fr-ua-security-agreement-2024 --texts my/texts{more}": (
            "tests/cli/test_align.py"
        )
        for more in ("", " --least 80", " --out pairs.csv")
    },
}
"""Examples that need much time or the texts of the sources, and the tests that run them."""

ON_A_PACKAGE = ("build", "validate", "verify", "diff", "site", "cite", "export", "format")
ON_THE_DATA = ("show", "compare", "agreement", "code resolve", "code pending", "code revise")
SLOW = ("validate", "site", "agreement")
STEPS = ("new", "workbook", "ingest", "web", "pack", "submit", "import")


def command_of(line: str) -> list[str]:
    """Return the arguments of an example, without its explanation, and without what a shell does with the output."""
    return shlex.split(re.split(r"\s{2,}|\s[|>]\s", line)[0])[1:]


def examples(name: str) -> list[list[str]]:
    """Return the examples of a command; those of a group are the examples of its subcommands in a row."""
    lines = lines_of(str(ALL[name].epilog))
    return [command_of(line) for line in lines if shlex.join(["clausula", *command_of(line)]) not in RUN_ELSEWHERE]


def set_metadata(root: Path, **more: str) -> None:
    path = root / "schemas/package.json"
    metadata = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**metadata, **more}, indent=2), encoding="utf-8")


def make_package(built: Path, folder: Path) -> None:
    """Make a checkout of the small package with two versions, and all the files that examples name."""
    root = Path(shutil.copytree(built, folder / "package"))
    set_metadata(root, version="0.0.1")
    create_checkout(root)
    shutil.copytree(root, folder / "old", ignore=shutil.ignore_patterns(".git"))
    (root / ".git/info/exclude").write_text(
        "my/\nother/\ntable.csv\nschema.json\n*.zip\n*.xlsx\nbuild/\npublic/\n*.html\ndist/\n", encoding="utf-8"
    )
    set_metadata(root, version=VERSION)
    Tables(root).apply([{"table": "provisions", "where": {"place": "point 1"}, "set": {"note": "Now with a note."}}])
    changelog = f"# Changelog\n\n## {VERSION}\n\n- `provisions`: a note.\n\n## 0.0.1\n\nThe first version.\n"
    (root / "CHANGELOG.md").write_text(changelog, encoding="utf-8")
    assert clausula("build", "--no-expectations", cwd=root).returncode == 0
    commit(root, "second")
    shutil.copytree(MINI / "texts", root / "my/texts")
    shutil.copytree(built, root / "my/project")
    (root / "other").mkdir()
    shutil.make_archive(str(root / "other/package"), "zip", built)
    (root / "table.csv").write_text("id,signed\n1,2031-05-02\n", encoding="utf-8")
    fields = [{"name": "id", "type": "integer"}, {"name": "signed", "type": "date"}]
    (root / "schema.json").write_text(json.dumps({"fields": fields}), encoding="utf-8")
    shutil.copytree(root, folder / "new", ignore=shutil.ignore_patterns(".git", "my"))
    for name in ("old", "new"):
        shutil.make_archive(str(root / name), "zip", folder / name)
    (root / ".git/info/exclude").open("a", encoding="utf-8").write("pax_v*.csv\n")
    for name in ("pax_v9.csv", "pax_v10.csv"):
        (root / name).write_text(CLEAN["pax"], encoding="utf-8")


@pytest.fixture
def small_package(built: Path, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Path:
    """Return a copy of this checkout, which is made once; an example may change it."""
    made = once(tmp_path_factory, "examples", lambda folder: make_package(built, folder))
    return Path(shutil.copytree(made, tmp_path / "examples", symlinks=True)) / "package"


@pytest.fixture
def zenodo(monkeypatch: pytest.MonkeyPatch) -> Iterator[Zenodo]:
    """The server of the tests, in place of the sandbox, with a published record."""
    monkeypatch.setenv("CLAUSULA_ZENODO_TOKEN", TOKEN)
    with serve() as server:
        monkeypatch.setattr("clausula.versions.deposit.client.SANDBOX", f"{server.address}/api")
        server.records["12345"] = Record({"metadata": {"title": "An earlier version"}}, "12345", published=True)
        yield server


def run(arguments: list[str], cwd: Path, status: int = 0) -> None:
    done = clausula(*arguments, cwd=cwd)
    assert done.returncode == status, (arguments, done.stdout, done.stderr)
    assert done.stdout, arguments


def marked(names: tuple[str, ...]) -> list[Any]:
    return [pytest.param(name, marks=[pytest.mark.exhaustive] if name in SLOW else []) for name in names]


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", marked(ON_A_PACKAGE))
def test_examples_on_a_package(small_package: Path, name: str) -> None:
    for arguments in examples(f"clausula {name}"):
        run(arguments, small_package)


@pytest.mark.exhaustive
def test_examples_of_a_release_and_its_deposit(
    small_package: Path, zenodo: Zenodo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The version in the examples is the one of the data."""
    root = small_package
    reserve, next_version, upload, publish, status = examples("clausula deposit")
    run(next_version, root)
    shutil.rmtree(root / "dist")
    run(reserve, root)
    (doi,) = (one.doi for one in zenodo.records.values() if one.doi and one.parent != "12345")
    set_metadata(root, doi=doi)
    Tables(root).apply([{"table": "places", "add": {"place_id": "moon", "name": "Moon", "kind": "region"}}])
    assert clausula("build", "--no-expectations", cwd=root).returncode == 0
    commit(root, "moon")

    monkeypatch.setattr("clausula.versions.release.checks.validate", partial(validate, layers=FAST))
    with_texts, without_texts, accepting, as_json = examples("clausula release")
    run(accepting, root, status=1)  # a release is made from a commit, which must have the acceptance
    commit(root, "accepted")
    for arguments in (with_texts, without_texts, as_json):
        shutil.rmtree(root / f"dist/clausula-{VERSION}", ignore_errors=True)
        run(arguments, root)
    with mock.patch("clausula.commands.deposit._confirmed", lambda api: True):
        for arguments in (upload, publish, status):
            run(arguments, root)
    assert sum(record.published for record in zenodo.records.values()) == 2


def test_examples_of_the_import_of_other_schemes(tmp_path: Path) -> None:
    root = tmp_path / "work"
    root.mkdir()
    (root / "pax_all_agreements.csv").write_text(CLEAN["pax"], encoding="utf-8")
    (root / "PAM.csv").write_text(CLEAN["pam"], encoding="utf-8")
    write_workbook(root / "ucdp-peace-agreements.xlsx", CLEAN["ucdp"])
    for arguments in examples("clausula import"):
        run(arguments, root)
    assert (tmp_path / "pax/agreements.csv").is_file()


def test_examples_of_validity(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "pax_all_agreements.csv").write_text(CLEAN["pax"], encoding="utf-8")
    for arguments in examples("clausula validity"):
        run(arguments, tmp_path)
    assert (tmp_path / "docs/validity.json").is_file()


def test_examples_of_completion(tmp_path: Path) -> None:
    for arguments in examples("clausula completion"):
        run(arguments, tmp_path)


@pytest.mark.exhaustive
def test_examples_of_a_new_package(tmp_path: Path) -> None:
    topics = "topic_id,parent_topic_id,label,definition\ntariffs,,Tariffs,Provisions on duties.\n"
    for number, arguments in enumerate(examples("clausula init")):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "topics.csv").write_text(topics, encoding="utf-8")
        run(arguments, folder)


def test_examples_of_merging(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    for name in ("base.csv", "ours.csv", "theirs.csv"):
        shutil.copy(ROOT / "data/actors.csv", tmp_path / name)
    for arguments in examples("clausula merge"):
        run(arguments, tmp_path)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer the questions of `code new`, and end the server of the page as soon as it is ready."""
    stdin = SimpleNamespace(isatty=lambda: True)
    monkeypatch.setattr("clausula.commands.code_new.sys", SimpleNamespace(stdin=stdin))
    answers = {**SOURCE_ROW, "date_basis": "unknown"}  # the date is optional, so it is not asked for
    monkeypatch.setattr("clausula.commands.code_new._ask", lambda field: answers[field.name])
    monkeypatch.setattr("clausula.coding.web.serve", lambda api, port, ready, files: ready(f"http://127.0.0.1:{port}/"))
    monkeypatch.setattr("webbrowser.open", lambda url: True)


@pytest.mark.exhaustive
@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize("name", marked(ON_THE_DATA))
def test_examples_with_records_of_the_data(excerpt: Path, tmp_path: Path, name: str) -> None:
    root = Path(shutil.copytree(excerpt, tmp_path / "package"))
    Tables(root).apply([{"table": "coders", "add": {"coder_id": "ada", "kind": "person", "description": "Reads."}}])
    for arguments in examples(f"clausula {name}"):
        run(arguments, root)


@pytest.fixture(scope="module")
def coding_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the text, a filled workbook, and the statements and annotations of the practice source."""
    folder = tmp_path_factory.mktemp("coding")
    root = project(folder / "project")
    (root / "texts").mkdir()
    (root / "texts" / f"{SOURCE}.txt").write_text(RAW, encoding="utf-8")
    assert clausula("code", "workbook", SOURCE, "--pass", "a", cwd=root).returncode == 0
    fill(root / f"{SOURCE}.a.xlsx", coding())
    write_answer(root, answer())
    added = ("spoken_statement", "Nobody is to be questioned about the war.")
    one = [
        ";".join([statement(concept="the Lowgate bridge is open to the North Bank.", document=document), *added])
        for document in ("12", "13")
    ]
    write_dna_list(root / "statements.csv", one[:1], ";form;summary")
    write_dna_list(root / "events.csv", one, ";form;summary")
    shutil.copy(root / "texts" / f"{SOURCE}.txt", root / "text.txt")
    coded = Path(shutil.copytree(root, folder / "coded"))
    assert submit(coded, submission(coding()), RAW).imported
    assert clausula("build", "--no-expectations", cwd=coded).returncode == 0
    export(Dataset(coded), "web-annotation", coded / "anchors.jsonld")
    (coded / "anchors.json").write_text(example("Web Annotations"), encoding="utf-8")
    return root


def unregistered(files: Path, folder: Path) -> Path:
    root = project(folder, with_source=False)
    for path in files.iterdir():
        if path.name == "texts":
            shutil.copytree(path, root / "texts")
        elif path.suffix not in ("", ".json") or path.name == "answer.json":
            shutil.copy(path, root)
    return root


@pytest.mark.exhaustive
@pytest.mark.usefixtures("terminal")
def test_examples_of_coding_are_a_session(coding_files: Path, tmp_path: Path) -> None:
    root = unregistered(coding_files, tmp_path / "package")
    *session, resolve, revise, pending = examples("clausula code")
    assert resolve[:2] == ["code", "resolve"]  # needs two passes; it is run on the data
    session += [revise, pending]
    for arguments in session:
        if arguments[1] == "workbook":
            (root / f"{SOURCE}.a.xlsx").unlink()
        run(arguments, root)
        if arguments[1] == "workbook":
            shutil.copy(coding_files / f"{SOURCE}.a.xlsx", root)


@pytest.mark.exhaustive
@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize("name", STEPS)
def test_examples_of_one_step_of_coding(coding_files: Path, tmp_path: Path, name: str) -> None:
    for number, arguments in enumerate(examples(f"clausula code {name}")):
        folder = tmp_path / str(number)
        files = coding_files.parent / "coded" if name == "import" else coding_files
        root = unregistered(files, folder) if name == "new" else Path(shutil.copytree(files, folder))
        if name == "workbook":
            (root / f"{SOURCE}.a.xlsx").unlink()
        run(arguments, root)


def test_the_examples_of_every_command_are_run() -> None:
    steps = [f"code {name}" for name in STEPS]
    others = [
        "align",
        "init",
        "merge",
        "release",
        "deposit",
        "import",
        "validity",
        "completion",
    ]
    tested = [*ON_A_PACKAGE, *ON_THE_DATA, *steps, *others]
    assert sorted(f"clausula {name}" for name in tested) == sorted(ALL.keys() - GROUPS)
    assert all((ROOT / path).is_file() for path in RUN_ELSEWHERE.values())
