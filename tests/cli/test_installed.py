"""The installed wheel: it has all files of the release, and no command ever changes them."""

from __future__ import annotations

import json
import re
import site
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

import pytest

from clausula.commands.main import main
from clausula.core.package import csv_path, parquet_path
from clausula.core.schemas import load_model
from scripts.matrix import build_wheel
from tests.cli.test_grammar import RUN as ALL
from tests.conftest import ROOT

MODEL = load_model(ROOT / "schemas")
SOURCE = "minsk-package-2015"
REFUSED = "error read-only-package:"
WRITES: dict[str, list[str]] = {
    "clausula build": ["--no-expectations"],
    "clausula agreement": ["--write"],
    "clausula code new": ["{tmp}/text.txt", "--source-id", "my-text"],
    "clausula code workbook": [SOURCE, "--pass", "a"],
    "clausula code ingest": ["{tmp}/none.xlsx"],
    "clausula code web": [SOURCE, "--pass", "a", "--no-browser"],
    "clausula code pack": [SOURCE, "--pass", "a", "--texts", "{tmp}"],
    "clausula code submit": ["{tmp}/none.json", "--texts", "{tmp}"],
    "clausula code import": ["{tmp}/none.csv", SOURCE, "--format", "dna", "--pass", "a"],
    "clausula code resolve": [SOURCE],
    "clausula code revise": ["--coder", "codebook-editor"],
    "clausula format": [],
    "clausula release": ["0.3.0", "--without-texts"],
    "clausula deposit": ["status"],
}
"""Commands that change a package, with their other arguments."""

WRITES_HERE: dict[str, list[str]] = {
    "clausula export": ["jsonl", "--table", "places"],
    "clausula site": ["--no-validation", "--out", "site"],
    "clausula init": ["new", "--title", "T", "--author", "A"],
    "clausula import": ["pax", "{tmp}/pax.csv", "--out", "pax"],
    "clausula validate": ["--fast", "--report", "report.html"],
    "clausula diff": ["{tmp}/copy", "{tmp}/copy", "--html", "diff.html"],
}
"""Commands that write an output into the current folder."""

READS: dict[str, list[str]] = {
    "clausula verify": ["--texts", "{tmp}"],
    "clausula show": ["ukraine"],
    "clausula compare": ["minsk-package-2015", "us-ru-draft-plan-2025"],
    "clausula align": ["minsk-protocol-2014", "minsk-package-2015", "--texts", "{tmp}"],
    "clausula validity": ["--against", "{tmp}/pax.csv"],
    "clausula cite": [],
    "clausula code pending": [SOURCE],
    "clausula merge": ["{tmp}/pax.csv", "{tmp}/pax.csv", "{tmp}/pax.csv", "data/manifest.json"],
    "clausula completion": ["bash"],
}

DRIVER = """
import contextlib, io, json, os, sys
from clausula.commands.main import main
from clausula.core.package import SHIPPED
results = []
for folder, arguments in json.loads(sys.argv[1]):
    os.chdir(folder)
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        try:
            status = main(arguments)
        except SystemExit as ended:
            status = ended.code
    results.append([status, out.buffer.getvalue().decode()])
print(json.dumps([str(SHIPPED), results]))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a new environment in which the wheel is installed; other libraries are those of the tests."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder / "venv", with_pip=False, symlinks=True)
    python = folder / "venv/bin/python"
    (packages,) = (folder / "venv/lib").glob("python*/site-packages")
    (packages / "others.pth").write_text(f"{site.getsitepackages()[0]}\n")
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "-qq", "--no-deps", "--no-index", "--no-compile"]
    subprocess.run([*pip, "--disable-pip-version-check", build_wheel(folder / "dist")], check=True)
    return python


def package_of(python: Path) -> Path:
    (found,) = python.parent.parent.glob("lib/python*/site-packages/clausula/_package")
    return found


def state(folder: Path) -> dict[str, tuple[int, bytes]]:
    """The time of the last change of every file and folder, and the content of every file."""
    return {
        str(path): (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else b"")
        for path in (folder, *sorted(folder.rglob("*")))
    }


def run(python: Path, commands: list[tuple[Path, list[str]]]) -> list[tuple[int, str]]:
    """Run commands in one process, each in its folder, and return their exit statuses and outputs."""
    listed = json.dumps([(str(folder), arguments) for folder, arguments in commands])
    code = ["-IB", "-c", DRIVER, listed]
    done = subprocess.run([python, *code], capture_output=True, text=True, check=False, cwd=python.parent)
    assert done.returncode == 0, done.stderr
    shipped, results = json.loads(done.stdout)
    assert shipped == str(package_of(python))
    return [(status, output) for status, output in results]


def filled(arguments: list[str], tmp: Path) -> list[str]:
    return [argument.format(tmp=tmp) for argument in arguments]


def words(command: str) -> list[str]:
    return command.split()[1:]


def test_every_command_is_listed_here() -> None:
    assert sorted([*WRITES, *WRITES_HERE, *READS]) == ALL


def test_the_release_is_complete_as_csv_and_parquet(installed: Path) -> None:
    shipped = package_of(installed)
    for table in MODEL:
        for path in (csv_path(table.name), parquet_path(table.name)):
            assert (shipped / path).read_bytes() == (ROOT / path).read_bytes(), path
    assert (shipped / "datapackage.json").is_file()


def test_no_command_changes_the_installed_release(installed: Path, tmp_path: Path) -> None:
    """Each command that writes into a package refuses, wherever it is started; nothing in the release is touched."""
    shipped, outside = package_of(installed), tmp_path / "outside"
    outside.mkdir()
    (tmp_path / "text.txt").write_text("Article 1. The parties agree.\n")
    link = tmp_path / "link"
    link.symlink_to(shipped)
    before = state(shipped.parent)
    commands: list[tuple[Path, list[str]]] = []
    expected: list[tuple[int, str]] = []
    for command, more in WRITES.items():
        arguments = [*words(command), *filled(more, tmp_path)]
        for root in (shipped, shipped / "datapackage.json", link):
            commands.append((outside, [*arguments, "--package", str(root)]))
            expected.append((2, REFUSED))
        commands += [(shipped, arguments), (shipped / "data", arguments), (outside, arguments)]
        expected += [(2, REFUSED), (2, REFUSED), (2, "error package-not-found:")]
    for (_, arguments), done, (status, text) in zip(commands, run(installed, commands), expected, strict=True):
        assert (done[0], text in done[1]) == (status, True), (arguments, done)
    assert state(shipped.parent) == before
    assert not list(outside.iterdir())


def test_no_output_is_written_into_the_installed_release(installed: Path, tmp_path: Path) -> None:
    shipped = package_of(installed)
    for name, content in (("copy", None), ("pax.csv", "AgtId,Agt,Dat,CeProv\n1363,Accord,2034-05-02,1\n")):
        if content is None:
            subprocess.run(["cp", "-r", shipped, tmp_path / name], check=True)
        else:
            (tmp_path / name).write_text(content)
    before = state(shipped.parent)
    commands = [(shipped, [*words(c), *filled(more, tmp_path)]) for c, more in WRITES_HERE.items()]
    for (_, arguments), (status, output) in zip(commands, run(installed, commands), strict=True):
        assert status == 2, (arguments, output)
        assert re.search(r"error (read-only-package|output-inside-package):", output), (arguments, output)
    assert state(shipped.parent) == before
    for source in (SOURCE, "minsk-protocol-2014"):
        (tmp_path / f"{source}.txt").write_text("Another text.\n")
    commands = [(shipped, [*words(c), *filled(more, tmp_path)]) for c, more in READS.items()]
    for (_, arguments), (status, output) in zip(commands, run(installed, commands), strict=True):
        assert status in (0, 1), (arguments, output)
    assert state(shipped.parent) == before


def test_the_python_interface_refuses_as_well(installed: Path) -> None:
    code = """
from clausula.agreement.report import measure_agreement
from clausula.core.findings import CouldNotRun
from clausula.core.package import SHIPPED
from clausula.versions.build import build
again = SHIPPED / "../_package"
for call in (lambda: build(SHIPPED), lambda: build(again), lambda: measure_agreement(SHIPPED).write()):
    try:
        print(call())
    except CouldNotRun as error:
        print(error.finding.code)
"""
    before = state(package_of(installed).parent)
    done = subprocess.run([installed, "-IB", "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["read-only-package"] * 3, done.stderr
    assert state(package_of(installed).parent) == before


def test_a_copy_of_the_installed_release_can_be_built(installed: Path, tmp_path: Path) -> None:
    subprocess.run(["cp", "-r", package_of(installed), tmp_path / "mine"], check=True)
    arguments = ["build", "--no-expectations", "--package", str(tmp_path / "mine")]
    ((status, output),) = run(installed, [(tmp_path, arguments)])
    assert status == 0, output


def test_a_checkout_can_still_be_written(mini: Path, capsys: Any) -> None:
    assert main(["build", "--no-expectations", "--package", str(mini)]) == 0, capsys.readouterr()
