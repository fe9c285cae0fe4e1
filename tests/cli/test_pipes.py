"""Output through pipes: other encodings, closed pipes, and what is imported to print a version or a help text."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from clausula import data_version
from tests.cli.resolving import SOURCE
from tests.command import clausula
from tests.conftest import ROOT
from tests.pairs import chosen, pairs
from tests.poisoned.tables import Tables

NAME = "Łódź – 中😀é"
"""Characters that are not in ASCII, not in cp1252, and outside the Basic Multilingual Plane."""

TEXTS = str(ROOT / "tests" / "mini" / "texts")
COMMANDS = {
    "build": ("build",),
    "validate": ("validate", "--fast"),
    "verify": ("verify", "--texts", TEXTS),
    "agreement": ("agreement", "--conflicts"),
    "diff": ("diff", "{built}", "{root}"),
    "show": ("show", "river-accord-2031.p01"),
    "show, suggestion": ("show", f"{NAME}-2031"),
    "cite": ("cite",),
    "export": ("export", "jsonl", "--out", f"{{out}}/{NAME}"),
    "site": ("site", "--no-validation", "--since", NAME, "--out", f"{{out}}/{NAME}"),
    "import": ("import", "pax", f"{{out}}/{NAME}.csv"),
    "code new": ("code", "new", f"{{out}}/{NAME}.txt", "--title", NAME),
    "code workbook": ("code", "workbook", SOURCE, "--pass", "c", "--out", f"{{out}}/{NAME}.xlsx", "--text", "{text}"),
    "code ingest": ("code", "ingest", f"{{out}}/{NAME}.xlsx"),
    "code pack": ("code", "pack", SOURCE, "--pass", "c", "--out", f"{{out}}/{NAME}.md", "--texts", TEXTS),
    "code submit": ("code", "submit", f"{{out}}/{NAME}.json", "--texts", TEXTS),
    "code import": ("code", "import", f"{{out}}/{NAME}.csv", SOURCE, "--format", "dna", "--pass", "a"),
    "code resolve": ("code", "resolve", SOURCE),
    "code pending": ("code", "pending", NAME),
    "release": ("release", NAME, "--without-texts"),
    "deposit": ("deposit", "status"),
    "init": ("init", f"{{out}}/{NAME}", "--title", NAME, "--author", NAME, "--topics", "empty"),
    "merge": ("merge", "{text}", "{text}", f"{{out}}/{NAME}.txt", f"data/{NAME}.csv"),
    "completion": ("completion", "bash"),
    "usage": (NAME,),
}
WITHOUT_PACKAGE = ("init", "diff", "merge", "import", "completion", "usage")


@pytest.fixture
def foreign(unresolved: Path, tmp_path: Path) -> Path:
    """Return a package whose folder, title and records have names that few encodings can represent."""
    root = unresolved.rename(tmp_path / NAME)
    Tables(root).apply(
        [
            {"table": "provisions", "where": {"provision_id": "river-accord-2031.p01"}, "set": {"summary": NAME}},
            {"table": "provisions", "where": {"provision_id": "river-accord-2031.p02"}, "set": {"modality": NAME}},
        ]
    )
    path = root / "schemas/package.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"title": "', f'"title": "{NAME} ', 1), encoding="utf-8")
    return root


@pytest.mark.parametrize(("name", "encoding"), pairs(COMMANDS, ["cp1252", "ascii"]))
def test_every_command_prints_in_any_encoding(
    foreign: Path, built: Path, tmp_path: Path, name: str, encoding: str
) -> None:
    """Failed before with a UnicodeEncodeError in `diff`, `show` and usage errors. Text is in cp1252, JSON in ASCII."""
    form = ["--json"] if encoding == "ascii" else []
    out = tmp_path / "out"
    out.mkdir()
    (out / f"{NAME}.txt").write_text(f"A text about {NAME}.", encoding="utf-8")
    values = {"root": str(foreign), "built": str(built), "out": str(out), "text": f"{TEXTS}/{SOURCE}.txt"}
    arguments = [part.format(**values) for part in COMMANDS[name]]
    package = [] if name in WITHOUT_PACKAGE else ["--package", str(foreign)]
    run = clausula(*arguments, *package, *form, encoding=encoding, answers="s\ns\n")
    assert run.returncode in (0, 1, 2)
    assert run.stdout + run.stderr
    if form and run.stdout and name != "usage":
        json.loads(run.stdout)


def test_json_holds_the_same_value_in_every_encoding(foreign: Path, tmp_path: Path) -> None:
    built = ("build", "--package", str(foreign))
    Tables(foreign).apply([{"table": "provisions", "where": {"modality": NAME}, "set": {"modality": "obligation"}}])
    assert clausula(*built).returncode == 0
    show = ("show", "river-accord-2031.p01", "--package", str(foreign), "--json")
    records = [json.loads(clausula(*show, encoding=one).stdout)["record"] for one in ("utf-8", "cp1252", "ascii")]
    assert [record["summary"] for record in records] == [NAME] * 3
    assert NAME in clausula(*show, encoding="utf-8").stdout


def test_encoding_of_a_real_pipe(foreign: Path, built: Path) -> None:
    for encoding, summary in (("cp1252", b"\\u0141\xf3d\\u017a \x96 \\u4e2d\\U0001f600\xe9"), ("utf-8", NAME.encode())):
        command = [sys.executable, "-m", "clausula", "diff", str(built), str(foreign)]
        env = {**os.environ, "PYTHONIOENCODING": encoding}
        run = subprocess.run(command, capture_output=True, check=False, env=env)
        assert run.returncode in (0, 1) and b"Traceback" not in run.stderr
        assert summary in run.stdout


def test_answer_in_another_encoding_is_a_finding(unresolved: Path) -> None:
    command = [sys.executable, "-m", "clausula", "code", "resolve", SOURCE, "--package", str(unresolved)]
    env = {**os.environ, "PYTHONIOENCODING": "ascii"}
    run = subprocess.run(command, input="ł\n".encode(), capture_output=True, check=False, env=env)
    assert run.returncode == 2
    assert b"error encoding: the input is not valid ascii" in run.stderr and b"Traceback" not in run.stderr


@pytest.mark.parametrize(
    "command",
    chosen(
        ["--help", "--version", "validate --help", "diff {mini} {mini}", "cite --package {mini}"],
        ["--version", "cite --package {mini}"],
    ),
)
def test_closed_pipe_ends_quietly(mini: Path, command: str) -> None:
    """Failed before for short outputs, which were only written when the interpreter exited."""
    reader, writer = os.pipe()
    os.close(reader)
    arguments = [sys.executable, "-m", "clausula", *command.format(mini=mini).split()]
    env = {**os.environ, "PYTHONUNBUFFERED": ""}
    run = subprocess.run(arguments, stdout=writer, stderr=subprocess.PIPE, text=True, check=False, env=env)
    os.close(writer)
    assert (run.returncode, run.stderr) == (2, "")


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["validate", "--help"], []])
def test_version_and_help_import_no_large_library(arguments: list[str]) -> None:
    """Failed before for `--version`, which imported pandas and pyarrow."""
    code = (
        "import clausula, contextlib, sys\nfrom clausula.commands.main import main\n"
        f"with contextlib.suppress(SystemExit): main({arguments!r})\n"
        "print([name for name in ('pandas', 'pyarrow', 'duckdb', 'openpyxl', 'numpy') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.endswith("[]\n")
    assert arguments != ["--version"] or run.stdout == f"clausula {data_version}\n[]\n"
