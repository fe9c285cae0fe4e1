"""The command `clausula code resolve`: in a terminal, through a pipe, and with a workbook."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.cli.resolving import SOURCE, resolve, row_of
from tests.cli.test_commands import digest
from tests.command import clausula
from tests.poisoned.tables import Tables

TEXTS = Path(__file__).parents[1] / "mini" / "texts"


def test_decisions_through_a_pipe_change_resolutions_and_records(unresolved: Path) -> None:
    run = resolve(unresolved, answers="b\njudgement\n\nb\n5\nno duty of its own\nb\n1\n\n")
    assert run.returncode == 0, run.stdout
    assert "a judgement requires a note" in run.stdout
    assert "How exactly does the provision bind?" not in run.stderr
    assert "Changed: data/provisions.csv." in run.stdout
    assert "2 decisions recorded, 0 open" in run.stdout
    unit, strength = Tables(unresolved)["resolutions"]
    assert (unit["variable"], unit["value"], unit["agrees_with"]) == ("unit", "absent", "b")
    assert unit["note"] == "no duty of its own"
    assert (strength["value"], strength["agrees_with"], strength["reason"]) == ("2", "b", "codebook_rule")
    assert row_of(unresolved, "provisions", provision_id=f"{SOURCE}.p02")["strength"] == "2"
    again = resolve(unresolved, answers="")
    assert again.returncode == 0
    assert "0 decisions recorded, 0 open" in again.stdout
    assert clausula("build", "--package", str(unresolved)).returncode == 0
    assert clausula("validate", "--package", str(unresolved), "--layer", "agreement").returncode == 0


def test_quitting_keeps_recorded_decisions(unresolved: Path) -> None:
    run = resolve(unresolved, answers="b\n4\n\nq\n")
    assert run.returncode == 1
    assert "1 decision recorded, 1 open" in run.stdout
    assert [r["variable"] for r in Tables(unresolved)["resolutions"]] == ["unit"]
    assert "[1 of 1]" in resolve(unresolved, answers="s\n").stdout


def test_invalid_value_is_asked_for_again(unresolved: Path) -> None:
    run = resolve(unresolved, "--json", answers="s\no\n7\n1\n\no\n1\n2\n\n")
    assert "'7' is not one of 1, 2, 3" in run.stderr
    assert json.loads(run.stdout)["recorded"] == 1
    row = row_of(unresolved, "resolutions", variable="provisions.strength")
    assert (row["value"], row["agrees_with"], row["reason"]) == ("1", "neither", "new_rule")


def test_spans_are_shown_if_texts_are_passed(unresolved: Path) -> None:
    for given in (("--texts", str(TEXTS)), ("--text", str(TEXTS / f"{SOURCE}.txt"))):
        output = resolve(unresolved, *given, answers="s\ns\n").stdout
        assert "at least 12 kilometres" in output
        assert "2 (" in output


def test_decisions_that_are_only_valid_together_are_recorded_together(mini: Path) -> None:
    one = {"pass_id": "delta-report-2032.a", "unit": "r001.t2"}
    Tables(mini).apply(
        [
            {"table": "codings", "where": {**one, "variable": "position"}, "set": {"value": "expressed"}},
            {"table": "codings", "where": {**one, "variable": "stance"}, "set": {"value": "-2"}},
        ]
    )
    run = resolve(mini, answers="a\n1\n\na\n1\n\n", source="delta-report-2032")
    assert "stance-position-mismatch" in run.stdout
    assert "Not recorded yet" in run.stdout
    assert "2 decisions recorded, 0 open" in run.stdout
    row = row_of(mini, "reaction_targets", provision_id="delta-draft-2032.p02")
    assert (row["position"], row["stance"]) == ("expressed", "-2")


def test_decision_that_violates_a_rule_is_not_recorded(mini: Path) -> None:
    one = {"pass_id": "delta-report-2032.a", "unit": "r001.t2", "variable": "position"}
    Tables(mini).apply([{"table": "codings", "where": one, "set": {"value": "expressed"}}])
    before = digest(mini / "data")
    run = resolve(mini, answers="a\n1\n\n", source="delta-report-2032")
    assert run.returncode == 1
    assert "0 decisions recorded, 1 decided but not recorded, 1 open" in run.stdout
    assert digest(mini / "data") == before


def test_decision_on_a_set_adds_and_removes_rows(mini: Path) -> None:
    tables = Tables(mini)
    base = {"pass_id": f"{SOURCE}.b", "unit": "p002", "variable": "provision_actors.basis"}
    changes = [
        {"table": "codings", "where": {**base, "item": "namibia monitor"}, "set": {"item": "arland monitor"}},
    ]
    tables.apply(changes)
    answers = "b\n3\n\n"
    run = resolve(mini, answers=answers)
    assert "1 decision recorded, 0 open" in run.stdout, run.stdout
    rows = [r for r in Tables(mini)["provision_actors"] if r["provision_id"] == f"{SOURCE}.p02"]
    assert {(r["actor_id"], r["role"]) for r in rows} == {("both-sides", "obligor"), ("arland", "monitor")}
    unknown = resolve(mini, answers="")
    assert unknown.returncode == 0


def test_row_that_neither_pass_has_is_not_added(mini: Path) -> None:
    base = {"pass_id": f"{SOURCE}.b", "unit": "p002", "item": "namibia monitor"}
    Tables(mini).apply([{"table": "codings", "where": base, "delete": True}])
    run = resolve(mini, answers="o\nborland\n3\n\n")
    assert "neither pass has the row 'borland' in provision_actors" in run.stdout
    assert "the conflict stays open" in run.stdout
    assert run.returncode == 1


def test_decisions_in_a_terminal(unresolved: Path) -> None:
    main, end = pty.openpty()
    command = [sys.executable, "-m", "clausula", "code", "resolve", SOURCE, "--package", str(unresolved)]
    with subprocess.Popen(command, stdin=end, stdout=end, stderr=end, close_fds=True) as run:
        os.close(end)
        os.write(main, b"b\n4\n\na\n1\n\n")
        output = b""
        while True:
            try:
                output += os.read(main, 4096)
            except OSError:
                break
        assert run.wait() == 0
    os.close(main)
    assert b"[2 of 2]" in output
    assert b"2 decisions recorded, 0 open" in output
    assert row_of(unresolved, "resolutions", variable="unit")["reason"] == "slip"


def test_source_without_passes_is_reported(mini: Path) -> None:
    run = resolve(mini, source="nowhere")
    assert run.returncode == 2
    assert "source 'nowhere' was not found or does not have two passes" in run.stderr


def fill(path: Path, **cells: str | int) -> None:
    book = load_workbook(path)
    for place, value in cells.items():
        book["conflicts"][place] = value
    book.save(path)


@pytest.fixture
def workbook(unresolved: Path, tmp_path: Path) -> Path:
    path = tmp_path / "conflicts.xlsx"
    run = resolve(unresolved, "--out", str(path), "--texts", str(TEXTS))
    assert (run.returncode, "2 open conflicts" in run.stdout) == (0, True)
    assert f"--ingest {path} --texts {TEXTS}" in run.stdout.splitlines()[-1]
    return path


def test_workbook_shows_values_spans_and_choices(workbook: Path) -> None:
    sheet = load_workbook(workbook)["conflicts"]
    header = {cell.value: cell.column_letter for cell in sheet[1]}
    assert sheet[f"{header['variable']}2"].value == "unit"
    assert sheet[f"{header['value_b']}3"].value.startswith("2 (")
    assert sheet[f"{header['span_a']}3"].value == "177-277"
    lists = {str(v.sqref).split(":", maxsplit=1)[0][0]: v.formula1 for v in sheet.data_validations.dataValidation}
    assert lists[header["take"]] == '"a,b,other"'
    assert "codebook_rule" in lists[header["reason"]]
    assert all(sheet[f"{header[name]}1"].comment for name in ("take", "other_value", "reason", "log_reason"))
    words = [sheet[f"{header[name]}3"].value for name in ("summary_a", "text_a", "summary_b", "text_b")]
    assert all(words) and words[1].startswith("Each side moves guns")
    assert sheet[f"{header['text_a']}3"].alignment.wrap_text


def test_decisions_in_a_workbook_are_recorded_once(unresolved: Path, workbook: Path) -> None:
    fill(workbook, Q2="B", S2="Slip", Q3="other", R3=1, S3="new_rule", T3="A rule was written.")
    run = resolve(unresolved, "--ingest", str(workbook))
    assert run.returncode == 0, run.stdout
    assert "2 decisions recorded, 0 already recorded, 0 open" in run.stdout
    assert row_of(unresolved, "provisions", provision_id=f"{SOURCE}.p02")["strength"] == "1"
    before = digest(unresolved)
    again = resolve(unresolved, "--ingest", str(workbook), "--json")
    assert (again.returncode, json.loads(again.stdout)["checked"]["recorded_before"]) == (0, 2)
    assert digest(unresolved) == before
    fill(workbook, Q3="a")
    changed = resolve(unresolved, "--ingest", str(workbook))
    assert changed.returncode == 1
    assert "conflicts!Q3: error conflict-already-resolved" in changed.stdout


@pytest.mark.parametrize(
    ("cells", "place"),
    [
        ({"Q3": "both", "S3": "slip"}, "Q3: error invalid-decision"),
        ({"Q3": "a", "S3": "because"}, "S3: error invalid-decision"),
        ({"Q3": "a"}, "S3: error invalid-decision"),
        ({"Q3": "a", "S3": "judgement"}, "T3: error invalid-decision"),
        ({"Q3": "other", "R3": "9", "S3": "slip"}, "R3: error invalid-decision"),
        ({"Q3": "a", "S3": "slip", "T3": "=1+1"}, "T3: error formula"),
        ({"Q3": "a", "S3": "slip", "C3": "p009"}, "C3: error unknown-conflict"),
        ({"Q1": "choice"}, "error missing-column"),
    ],
)
def test_errors_name_their_cell_and_nothing_is_written(
    unresolved: Path, workbook: Path, cells: dict[str, str], place: str
) -> None:
    fill(workbook, Q2="b", S2="slip")
    fill(workbook, **cells)
    before = digest(unresolved)
    run = resolve(unresolved, "--ingest", str(workbook))
    assert run.returncode == 1
    assert f"conflicts!{place}" in run.stdout or place in run.stdout
    assert "nothing was written" in run.stdout
    assert digest(unresolved) == before


def test_workbook_is_not_overwritten_and_other_files_are_rejected(
    unresolved: Path, workbook: Path, tmp_path: Path
) -> None:
    before = workbook.read_bytes()
    assert resolve(unresolved, "--out", str(workbook)).returncode == 2
    assert workbook.read_bytes() == before
    bad = tmp_path / "bad.xlsx"
    bad.write_text("not a workbook")
    run = resolve(unresolved, "--ingest", str(bad))
    assert (run.returncode, "not-a-workbook" in run.stderr) == (2, True)
