"""The `code` commands as a coder runs them: registration, workbooks, import, the tutorial, interruptions."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import textwrap
from contextlib import suppress
from pathlib import Path

import openpyxl
import pytest

from clausula.coding.workbook_format import header
from tests.cli.test_commands import digest
from tests.coding.practice import RAW, SOURCE, TEXT, Rows, coding, leaves, project, state, table
from tests.coding.workbooks import FORM, columns, fill
from tests.command import clausula
from tests.conftest import ROOT
from tests.pairs import chosen
from tests.shared import once

METADATA = [
    *(
        "--title",
        "Accord of the Salt Road",
        "--kind",
        "official_text",
        "--date",
        "2033-04-04",
        "--date-basis",
        "stated",
    ),
    *("--language", "en", "--locator", "Written for the tests of clausula", "--completeness", "complete"),
]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return once(tmp_path_factory, "commands", lambda folder: project(folder / "project", with_source=False)) / "project"


@pytest.fixture
def place(empty: Path, tmp_path: Path) -> Path:
    root = Path(shutil.copytree(empty, tmp_path / "project"))
    shutil.copy(TEXT, root / f"{SOURCE}.txt")
    return root


@pytest.fixture(scope="module")
def book(empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A filled workbook of pass a."""

    def make(folder: Path) -> None:
        root = Path(shutil.copytree(empty, folder / "project"))
        shutil.copy(TEXT, root / f"{SOURCE}.txt")
        assert clausula("code", "new", f"{SOURCE}.txt", *METADATA, cwd=root).returncode == 0
        assert clausula("code", "workbook", SOURCE, "--pass", "a", cwd=root).returncode == 0
        fill(root / f"{SOURCE}.a.xlsx", coding())

    return once(tmp_path_factory, "book", make) / "project" / f"{SOURCE}.a.xlsx"


@pytest.fixture
def ready(book: Path, tmp_path: Path) -> Path:
    """A project with the registered source and the filled workbook."""
    return Path(shutil.copytree(book.parent, tmp_path / "ready"))


@pytest.mark.parametrize("part", ["new", "workbook", "ingest", "web", "pack", "submit", "import", "pending"])
def test_every_subcommand_has_help_with_an_example(part: str) -> None:
    run = clausula("code", part, "--help")
    assert run.returncode == 0
    assert f"  clausula code {part}" in run.stdout
    assert "--json" in run.stdout


def test_the_workbook_asks_for_the_coder(ready: Path) -> None:
    sheet = openpyxl.load_workbook(ready / f"{SOURCE}.a.xlsx")["coding_passes"]
    titles = [cell.value for cell in sheet[1]]
    assert {"Coder *", "Codebook frozen *", "Blind *", "Independent *", "Pass seen"} <= set(titles)
    empty = clausula("code", "workbook", SOURCE, "--pass", "c", "--out", "c.xlsx", cwd=ready)
    assert empty.returncode == 0, empty.stderr
    sheet = openpyxl.load_workbook(ready / "c.xlsx")["coding_passes"]
    assert sheet.cell(2, titles.index("Coder *") + 1).value is None


def add_coder(root: Path) -> None:
    with (root / "data/coders.csv").open("a", encoding="utf-8") as file:
        file.write("bank-clerk,person,Coded the practice text.\n")


def test_a_known_coder_is_filled_in(ready: Path) -> None:
    add_coder(ready)
    run = clausula("code", "workbook", SOURCE, "--pass", "c", "--coder", "bank-clerk", "--out", "c.xlsx", cwd=ready)
    assert run.returncode == 0, run.stderr
    sheet = openpyxl.load_workbook(ready / "c.xlsx")["coding_passes"]
    cells = {head.value: cell.value for head, cell in zip(sheet[1], sheet[2], strict=True)}
    assert cells["Coder *"].startswith("bank-clerk")


@pytest.mark.parametrize("part", ["workbook", "web"])
def test_an_unknown_coder_is_refused(ready: Path, part: str) -> None:
    add_coder(ready)
    more = ["--out", "c.xlsx"] if part == "workbook" else ["--no-browser"]
    run = clausula("code", part, SOURCE, "--pass", "c", "--coder", "nobody", *more, cwd=ready)
    assert (run.returncode, "unknown-coder" in run.stderr) == (2, True)
    assert "bank-clerk" in run.stderr
    assert not (ready / "c.xlsx").exists()


def test_a_pass_without_a_coder_is_reported_at_its_cell(ready: Path) -> None:
    rows = coding()
    rows["coding_passes"][0]["coder_id"] = ""
    fill(ready / f"{SOURCE}.a.xlsx", rows)
    run = clausula("code", "ingest", f"{SOURCE}.a.xlsx", cwd=ready)
    assert run.returncode == 1
    assert "coding_passes!A2: error required" in run.stdout


def test_code_without_a_subcommand_lists_them() -> None:
    run = clausula("code")
    assert run.returncode == 2
    assert "SUBCOMMAND" in run.stderr


def test_a_text_is_registered_and_not_copied(place: Path) -> None:
    run = clausula("code", "new", f"{SOURCE}.txt", *METADATA, "--json", cwd=place)
    payload = json.loads(run.stdout)
    assert (run.returncode, payload["registered"]) == (0, True)
    assert payload["next"] == f"clausula code workbook {SOURCE} --pass a --text {SOURCE}.txt"
    row = table(place, "sources")[0]
    assert (row["source_id"], row["characters"], row["date_to"]) == (SOURCE, str(len(RAW)), "2033-04-04")
    assert all(b"Neither side lays new mines" not in content for content in state(place).values())


def test_a_text_cannot_be_registered_twice(ready: Path) -> None:
    before = state(ready)
    again = ready / "again.txt"
    again.write_text(RAW.replace("\n\n", "\n"), encoding="utf-8")
    run = clausula("code", "new", "again.txt", *METADATA, cwd=ready)
    assert run.returncode == 1
    assert f"already registered as {SOURCE}" in run.stdout
    again.write_text("Another text.", encoding="utf-8")
    run = clausula("code", "new", "again.txt", "--source-id", SOURCE, *METADATA, cwd=ready)
    assert run.returncode == 1
    assert "--source-id: error already-registered" in run.stdout
    assert state(ready) == before


def test_invalid_metadata_are_reported_by_option(place: Path) -> None:
    before = state(place)
    run = clausula("code", "new", f"{SOURCE}.txt", "--kind", "leaflet", "--date", "4 April", cwd=place)
    assert run.returncode == 1
    for option in ("--title", "--kind", "--date", "--date-basis", "--language", "--locator", "--completeness"):
        assert re.search(rf"^{option}: error ", run.stdout, re.MULTILINE), option
    assert state(place) == before


@pytest.mark.parametrize(
    ("content", "code"), [(b"\xff\xfe", "unreadable-text"), (b" \n", "empty-text"), (None, "unreadable-text")]
)
def test_an_unreadable_or_empty_text_is_refused(content: bytes | None, code: str, place: Path) -> None:
    if content is not None:
        (place / "bad.txt").write_bytes(content)
    run = clausula("code", "new", "bad.txt", *METADATA, cwd=place)
    assert run.returncode == 2
    assert code in run.stderr


def test_registering_outside_a_package_fails(tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_text("Words.", encoding="utf-8")
    run = clausula("code", "new", "t.txt", cwd=tmp_path)
    assert run.returncode == 2
    assert "package-not-found" in run.stderr


def test_a_terminal_asks_for_missing_values(place: Path) -> None:
    given = ["--title", "Accord of the Salt Road", "--date", "2033-04-04", "--date-basis", "stated", "--language", "en"]
    command = [sys.executable, "-m", "clausula", "code", "new", f"{SOURCE}.txt", *given]
    master, slave = pty.openpty()
    run = subprocess.Popen(command, cwd=place, stdin=slave, stdout=slave, stderr=slave)
    os.close(slave)
    os.write(master, b"leaflet\nofficial_text\nAn archive\ncomplete\n")
    output = b""
    while select.select([master], [], [], 60)[0]:
        try:
            chunk = os.read(master, 4096)
        except OSError:
            break
        if not chunk:
            break
        output += chunk
    os.close(master)
    assert run.wait(60) == 0, output.decode()
    assert b"official_text: The wording of an instrument" in output
    row = table(place, "sources")[0]
    assert (row["kind"], row["locator"], row["completeness"]) == ("official_text", "An archive", "complete")


def test_an_existing_workbook_is_not_overwritten(ready: Path) -> None:
    book = ready / f"{SOURCE}.a.xlsx"
    before = book.read_bytes()
    run = clausula("code", "workbook", SOURCE, "--pass", "a", cwd=ready)
    assert run.returncode == 2
    assert "file-exists" in run.stderr
    assert book.read_bytes() == before
    run = clausula("code", "workbook", SOURCE, "--pass", "a", "--out", "other.xlsx", "--json", cwd=ready)
    assert json.loads(run.stdout)["next"] == "clausula code ingest other.xlsx"
    assert clausula("code", "workbook", SOURCE, "--pass", "a", "--out", "other.xlsx", cwd=ready).returncode == 0
    assert clausula("code", "workbook", SOURCE, "--pass", "1", cwd=ready).returncode == 2
    assert "unknown-source" in clausula("code", "workbook", "nothing", "--pass", "a", cwd=ready).stderr


def test_ingest_imports_and_reports(ready: Path) -> None:
    run = clausula("code", "ingest", f"{SOURCE}.a.xlsx", "--dry-run", cwd=ready)
    rows = 328 + len(leaves())  # every topic has a provision or an absence
    assert run.returncode == 0, run.stdout
    assert f"no errors; the import would make these changes: {rows} rows added" in run.stdout
    assert table(ready, "provisions") == []
    run = clausula("code", "ingest", f"{SOURCE}.a.xlsx", cwd=ready)
    assert run.returncode == 0
    assert "next: clausula build" in run.stdout
    run = clausula("code", "ingest", f"{SOURCE}.a.xlsx", "--json", cwd=ready)
    payload = json.loads(run.stdout)
    assert (payload["errors"], payload["checked"]["imported"], payload["checked"]["files"]) == (0, True, [])
    assert clausula("build", cwd=ready).returncode == 0
    assert clausula("verify", "--texts", ".", cwd=ready).returncode == 0


@pytest.mark.exhaustive
@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGKILL], ids=lambda s: s.name)
def test_an_interrupted_ingest_imports_everything_or_nothing(ready: Path, sign: signal.Signals) -> None:
    before = digest(ready)
    for delay in (1.0, 3.0):
        command = [sys.executable, "-m", "clausula", "code", "ingest", f"{SOURCE}.a.xlsx"]
        ended = subprocess.Popen(command, cwd=ready, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        with suppress(subprocess.TimeoutExpired):
            ended.wait(timeout=delay)
        ended.send_signal(sign)
        ended.communicate(timeout=60)
    if digest(ready) == before:
        assert clausula("code", "ingest", f"{SOURCE}.a.xlsx", cwd=ready).returncode == 0
    payload = json.loads(clausula("code", "ingest", f"{SOURCE}.a.xlsx", "--json", cwd=ready).stdout)
    assert (payload["errors"], payload["checked"]["imported"], payload["checked"]["files"]) == (0, True, [])
    assert not list(ready.rglob(".clausula-staging*"))


def test_ingest_reports_and_marks_problems(ready: Path) -> None:
    rows = coding()
    rows["provisions"][0]["modality"] = "duty"
    fill(ready / f"{SOURCE}.a.xlsx", rows)
    before = state(ready)
    run = clausula("code", "ingest", f"{SOURCE}.a.xlsx", "--report", "marked.xlsx", cwd=ready)
    assert run.returncode == 1
    assert "provisions!G2: error enum: provisions.modality is not one of obligation," in run.stdout
    assert "nothing was imported" in run.stdout
    marked = openpyxl.load_workbook(ready / "marked.xlsx")
    assert marked["provisions"]["G2"].comment is not None
    assert f"{marked['Read me']['B1'].value}; nothing was imported" in run.stdout, "both count the same"
    assert state(ready) == before
    assert "same-file" in clausula("code", "ingest", "marked.xlsx", "--report", "marked.xlsx", cwd=ready).stderr
    run = clausula("code", "ingest", f"{SOURCE}.a.xlsx", "--partial", cwd=ready)
    assert run.returncode == 1
    assert re.search(r"^\d+ rows not imported$", run.stdout, re.MULTILINE)
    assert len(table(ready, "provisions")) == 6  # all but the first, and the two that depend on it


def test_a_file_that_is_not_a_workbook_is_a_finding(ready: Path) -> None:
    assert "not-a-workbook" in clausula("code", "ingest", f"{SOURCE}.txt", cwd=ready).stderr
    assert clausula("code", "ingest", "nowhere.xlsx", cwd=ready).returncode == 2
    (ready / f"{SOURCE}.txt").unlink()
    assert "text-not-found" in clausula("code", "ingest", f"{SOURCE}.a.xlsx", cwd=ready).stderr


KILLED = """
import os, signal, sys
from pathlib import Path
from clausula.core import commit
from clausula.commands.main import main

left = int(sys.argv[1])

def counted(work):
    def done(*args):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return work(*args)
    return done

commit._write = counted(commit._write)
Path.replace = counted(Path.replace)
main(["code", "ingest", sys.argv[2]])
"""


@pytest.mark.parametrize("steps", chosen([5, 25, 31], [31]))
def test_a_killed_ingest_imports_everything_or_nothing(steps: int, ready: Path) -> None:
    """Twenty-five files are staged (23 tables, the receipt, the plan), then one move commits, then each file moves."""
    before = state(ready)
    program = [sys.executable, "-c", textwrap.dedent(KILLED), str(steps), f"{SOURCE}.a.xlsx"]
    run = subprocess.run(program, cwd=ready, capture_output=True, check=False)
    assert run.returncode == -signal.SIGKILL
    committed = steps > 25
    if not committed:
        assert state(ready) == before
    run = clausula("code", "ingest", f"{SOURCE}.a.xlsx", "--json", cwd=ready)
    payload = json.loads(run.stdout)["checked"]
    assert payload["imported"]
    assert bool(payload["files"]) is not committed
    assert len(table(ready, "provisions")) == 9
    assert not (ready / ".clausula-staging").exists()


def tutorial() -> list[tuple[str, str]]:
    """Return the tutorial of CONTRIBUTING.md: commands, and tables with the sheet that they belong to."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.split("## Coding a text")[1].split("\n## ")[0]
    steps = re.findall(r"```sh\n(.*?)```|^`(\w+)`:|((?:^\|[^\n]*\|\n)+)", section, re.DOTALL | re.MULTILINE)
    found: list[tuple[str, str]] = []
    sheet = ""
    for commands, name, rows in steps:
        sheet = name or sheet
        if commands:
            found.append(("sh", commands))
        elif rows:
            found.append((sheet, rows))
    return found


def rows_of(sheet: str, lines: str) -> list[dict[str, str]]:
    """Return the rows of a table of the tutorial by the columns of the form."""
    head, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines.strip().splitlines()]
    names = {column.title: column.name for column in FORM[sheet].columns}
    return [{names[title]: cell for title, cell in zip(head, row, strict=True) if cell} for row in rows]


@pytest.mark.exhaustive
def test_the_tutorial_works(tmp_path: Path) -> None:
    checkout = tmp_path / "clausula"
    for part in ("schemas", "validation", "docs", "data", "tests/coding"):
        shutil.copytree(ROOT / part, checkout / part, ignore=shutil.ignore_patterns("__pycache__"))
    program = tmp_path / "bin" / "clausula"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m clausula "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    env = {**os.environ, "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}"}
    cwd, rows, output = checkout, Rows(), []
    for kind, content in tutorial():
        if kind != "sh":
            rows[kind] = rows_of(kind, content)
            continue
        if "code ingest" in content:
            coded = {row["topic_id"] for row in rows["provisions"]}
            rows["absences"] = [{"instrument_id": "ferry-note-2034", "topic_id": t} for t in leaves() if t not in coded]
            fill(cwd / "ferry-note-2034.a.xlsx", rows)
        run = subprocess.run(
            ["bash", "-e", "-c", f"{content}\npwd"], cwd=cwd, env=env, capture_output=True, text=True, check=False
        )
        assert run.returncode == 0, (content, run.stdout, run.stderr)
        *lines, last = run.stdout.splitlines()
        cwd = Path(last)
        output += lines
    assert set(rows) >= {"actors", "provisions", "evidence", "coding_log"}
    assert len([row for row in table(cwd, "provisions") if row["instrument_id"] == "ferry-note-2034"]) == 4
    assert any("The ferry runs again once the guards are gone." in line for line in output)
    assert any("4 verified" in line or re.search(r"ferry-note-2034 .* 4 +0 +0", line) for line in output), output[-40:]
    assert clausula("validate", "--fast", cwd=cwd).returncode == 0


def test_the_tutorial_uses_the_column_titles_of_the_workbook() -> None:
    for sheet, lines in tutorial():
        if sheet != "sh":
            assert rows_of(sheet, lines)
    titles = {header(column) for column in FORM["evidence"].columns}
    assert titles == {"Local name", "Record *", "Bearing *", "Quote *", "Occurrence"}
    assert columns is not None
