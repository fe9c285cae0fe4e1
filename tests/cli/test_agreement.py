"""Agreement and the resolving of conflicts, run as an editor runs them: on a terminal, through a pipe, by workbook."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.cli.test_commands import digest
from tests.command import clausula
from tests.poisoned.tables import Tables

SOURCE = "river-accord-2031"
STRENGTH = {"source_id": SOURCE, "resolution_no": "1"}
UNIT = {"source_id": SOURCE, "resolution_no": "2"}


@pytest.fixture
def unresolved(mini: Path) -> Path:
    """The small package with its two conflicts open."""
    Tables(mini).apply([{"table": "resolutions", "where": {"source_id": SOURCE}, "delete": True}])
    return mini


def resolve(root: Path, *args: str, answers: str = "", source: str = SOURCE) -> subprocess.CompletedProcess[str]:
    return clausula("code", "resolve", source, "--package", str(root), *args, answers=answers)


def row_of(root: Path, table: str, **where: str) -> dict[str, str]:
    (row,) = [r for r in Tables(root)[table] if all(r[k] == v for k, v in where.items())]
    return row


def test_help_shows_examples() -> None:
    for args in (("agreement",), ("code", "resolve")):
        run = clausula(*args, "--help")
        assert run.returncode == 0
        assert f"  clausula {' '.join(args)}" in run.stdout


def test_the_table_says_what_there_is(mini: Path) -> None:
    run = clausula("agreement", str(mini))
    assert run.returncode == 0
    lines = {
        tuple(line.split()[1:3]): line.split() for line in run.stdout.splitlines() if line.strip().startswith("1 ")
    }
    assert lines["provisions", "f_units"][3:] == ["5", "2", "0.800", "0.000", "1.000"]
    assert lines["provisions.strength", "alpha_ordinal"][3:] == ["2", "2", "0.500", "0.000"]
    assert lines["provisions.modality", "alpha_nominal"][3:] == ["2", "2", "1.000", "undefined"]
    assert "river-accord-2031: p003 in pass a only, at 279-313" in run.stdout
    assert "provisions: 2 matched, of 3 units of pass a and 2 of pass b (0.667, 1.000)" in run.stdout
    assert "2 source(s) in two passes, 2 conflicts, 0 open; below 0.80: provisions.strength" in run.stdout


def test_json_gives_all_of_it(unresolved: Path) -> None:
    run = clausula("agreement", str(unresolved), "--source", SOURCE, "--conflicts", "--json")
    assert run.returncode == 1
    told = json.loads(run.stdout)
    (unit,) = [f for f in told["figures"] if f["variable"] == "provisions" and f["statistic"] == "f_units"]
    assert (unit["scope"], unit["units"], unit["n"], unit["value"]) == (SOURCE, 5, 2, 0.8)
    assert [(c["variable"], c["unit_a"], c["unit_b"]) for c in told["open"]] == [
        ("unit", "p003", ""),
        ("provisions.strength", "p002", "p002"),
    ]
    assert told["unmatched"][0]["inside"] == []


def test_conflicts_are_listed_with_their_places(unresolved: Path) -> None:
    run = clausula("agreement", str(unresolved), "--conflicts")
    assert run.returncode == 1
    assert "river-accord-2031.p02 provisions.strength: a p002 at 177-277 '3', b p002 at 177-277 '2'" in run.stdout
    assert "2 conflicts, 2 open" in run.stdout


def test_confusion(mini: Path) -> None:
    lines = clausula("agreement", str(mini), "--confusion", "provisions.strength").stdout.splitlines()
    assert lines[1:3] == ["    1  ≠  3 / 2", "    1  =  3 / 3"]


@pytest.mark.parametrize("args", [["--source", "nowhere"], ["--variable", "nothing"], ["--workbook", "x.xlsx"]])
def test_what_is_not_there_is_told(mini: Path, args: list[str]) -> None:
    run = clausula("agreement", str(mini), *args)
    assert run.returncode == 2
    assert "    -> " in run.stderr


def test_a_value_outside_its_scale_is_told(mini: Path) -> None:
    where = {"pass_id": f"{SOURCE}.a", "unit": "p001", "variable": "strength"}
    Tables(mini).apply([{"table": "codings", "where": where, "set": {"value": "very"}}])
    run = clausula("agreement", str(mini))
    assert run.returncode == 2
    assert "'very' is no value of provisions.strength" in run.stderr


def test_a_changed_coding_makes_the_figures_stale_until_they_are_written(mini: Path) -> None:
    where = {"pass_id": f"{SOURCE}.b", "unit": "p002", "variable": "strength"}
    Tables(mini).apply([{"table": "codings", "where": where, "set": {"value": "1"}}])
    stale = clausula("validate", str(mini), "--layer", "agreement")
    assert stale.returncode == 1
    assert "data/agreement.csv: error stale-file" not in stale.stdout  # the ranks are the same: 3 against another
    assert "data/conflicts.csv: error stale-file" in stale.stdout
    assert "clausula agreement --write" in stale.stdout
    written = clausula("agreement", str(mini), "--write")
    assert "written: data/conflicts.csv; now run clausula build" in written.stdout
    assert clausula("validate", str(mini), "--layer", "agreement").returncode == 0
    before = digest(mini)
    assert "all was up to date" in clausula("agreement", str(mini), "--write").stdout
    assert digest(mini) == before


def test_figures_by_hand_are_stale(mini: Path) -> None:
    where = {"scope": "all", "variable": "provisions.modality"}
    Tables(mini).apply([{"table": "agreement", "where": where, "set": {"value": "1"}}])
    run = clausula("validate", str(mini), "--layer", "agreement")
    assert run.returncode == 1
    assert "data/agreement.csv: error stale-file" in run.stdout


def test_a_decision_that_the_record_does_not_follow_is_found(mini: Path) -> None:
    Tables(mini).apply([{"table": "provisions", "where": {"place": "point 2"}, "set": {"strength": "2"}}])
    run = clausula("validate", str(mini), "--layer", "agreement")
    assert run.returncode == 1
    assert "river-accord-2031.p02 has '2' and the decision was '3'" in run.stdout


def test_a_record_that_departs_from_both_passes_is_told(mini: Path) -> None:
    Tables(mini).apply([{"table": "provisions", "where": {"place": "point 1"}, "set": {"modality": "prohibition"}}])
    run = clausula("validate", str(mini), "--layer", "agreement")
    assert run.returncode == 0
    assert "info departs-from-both-passes" in run.stdout


def test_three_passes_are_told(mini: Path) -> None:
    passes = {"table": "coding_passes", "where": {"pass_id": f"{SOURCE}.b"}, "add": {"pass_id": f"{SOURCE}.c"}}
    Tables(mini).apply([passes])
    assert f"{SOURCE} has 3 pass(es)" in clausula("agreement", str(mini)).stderr


def test_rounds_stand_beside_each_other(mini: Path) -> None:
    """A second pair of passes with a later codebook is a round of its own; the first figures stay."""
    tables = Tables(mini)
    for table in ("coding_passes", "coding_units", "codings"):
        for old, new in (("a", "c"), ("b", "d")):
            for row in [r for r in tables[table] if r["pass_id"] == f"{SOURCE}.{old}"]:
                later = {"codebook_version": "0.10.0"} if table == "coding_passes" else {}
                tables[table].append({**row, "pass_id": f"{SOURCE}.{new}", **later})
    tables.apply([])
    for table in ("coding_passes", "coding_units", "codings"):
        tables.write(table)
    first = Tables(mini)["agreement"]
    assert clausula("agreement", str(mini), "--write").returncode == 0
    rows = Tables(mini)["agreement"]
    assert rows[: len(first)] == first
    assert {(r["round"], r["codebook_version"]) for r in rows} == {("1", "0.1.0"), ("2", "0.10.0")}
    assert clausula("build", str(mini)).returncode == 0
    page = (mini / "docs/codebook/strength.md").read_text(encoding="utf-8")
    rounds = [
        line.split(" | ")[2:4] for line in page.splitlines() if line.startswith("| `provisions.strength` | `alpha")
    ]
    assert rounds == [["1", "0.1.0"], ["2", "0.10.0"]]


def test_resolving_through_a_pipe_writes_both_sides(unresolved: Path) -> None:
    run = resolve(unresolved, answers="b\njudgement\n\nb\n5\nno duty of its own\nb\n1\n\n")
    assert run.returncode == 0, run.stdout
    assert "a judgement needs a note" in run.stdout
    assert "How exactly does the provision bind?" not in run.stderr
    assert "Changed: data/provisions.csv." in run.stdout
    assert "2 decision(s) recorded, 0 open" in run.stdout
    unit, strength = Tables(unresolved)["resolutions"]
    assert (unit["variable"], unit["value"], unit["agrees_with"]) == ("unit", "absent", "b")
    assert unit["note"] == "no duty of its own"
    assert (strength["value"], strength["agrees_with"], strength["reason"]) == ("2", "b", "codebook_rule")
    assert row_of(unresolved, "provisions", provision_id=f"{SOURCE}.p02")["strength"] == "2"
    again = resolve(unresolved, answers="")
    assert again.returncode == 0
    assert "0 decision(s) recorded, 0 open" in again.stdout
    assert clausula("build", str(unresolved)).returncode == 0
    assert clausula("validate", str(unresolved), "--layer", "agreement").returncode == 0


def test_quitting_midway_keeps_what_was_resolved(unresolved: Path) -> None:
    run = resolve(unresolved, answers="b\n4\n\nq\n")
    assert run.returncode == 1
    assert "1 decision(s) recorded, 1 open" in run.stdout
    assert [r["variable"] for r in Tables(unresolved)["resolutions"]] == ["unit"]
    assert "[1 of 1]" in resolve(unresolved, answers="s\n").stdout


def test_a_value_that_the_scale_has_not_is_asked_again(unresolved: Path) -> None:
    run = resolve(unresolved, "--json", answers="s\no\n7\n1\n\no\n1\n2\n\n")
    assert "it is none of 1, 2, 3" in run.stderr
    assert json.loads(run.stdout)["recorded"] == 1
    row = row_of(unresolved, "resolutions", variable="provisions.strength")
    assert (row["value"], row["agrees_with"], row["reason"]) == ("1", "neither", "new_rule")


def test_the_words_are_shown_to_who_holds_them(unresolved: Path) -> None:
    texts = Path(__file__).parents[1] / "mini" / "texts"
    told = resolve(unresolved, "--texts", str(texts), answers="s\ns\n").stdout
    assert "at least 12 kilometres" in told
    assert "(Substantive)" in told or "2 (" in told


def test_decisions_that_only_stand_together_are_written_together(mini: Path) -> None:
    one = {"pass_id": "delta-report-2032.a", "unit": "r001.t2"}
    Tables(mini).apply(
        [
            {"table": "codings", "where": {**one, "variable": "position"}, "set": {"value": "expressed"}},
            {"table": "codings", "where": {**one, "variable": "stance"}, "set": {"value": "-2"}},
        ]
    )
    run = resolve(mini, answers="a\n1\n\na\n1\n\n", source="delta-report-2032")
    assert "stance-position-mismatch" in run.stdout
    assert "Not written yet" in run.stdout
    assert "2 decision(s) recorded, 0 open" in run.stdout
    row = row_of(mini, "reaction_targets", provision_id="delta-draft-2032.p02")
    assert (row["position"], row["stance"]) == ("expressed", "-2")


def test_what_breaks_a_rule_is_not_written(mini: Path) -> None:
    one = {"pass_id": "delta-report-2032.a", "unit": "r001.t2", "variable": "position"}
    Tables(mini).apply([{"table": "codings", "where": one, "set": {"value": "expressed"}}])
    before = digest(mini / "data")
    run = resolve(mini, answers="a\n1\n\n", source="delta-report-2032")
    assert run.returncode == 1
    assert "0 decision(s) recorded, 1 decided and not written, 1 open" in run.stdout
    assert digest(mini / "data") == before


def test_rows_come_and_go_with_a_set(mini: Path) -> None:
    tables = Tables(mini)
    base = {"pass_id": f"{SOURCE}.b", "unit": "p002", "variable": "provision_actors.basis"}
    changes = [
        {"table": "codings", "where": {**base, "item": "namibia monitor"}, "set": {"item": "arland monitor"}},
    ]
    tables.apply(changes)
    answers = "b\n3\n\n"
    run = resolve(mini, answers=answers)
    assert "1 decision(s) recorded, 0 open" in run.stdout, run.stdout
    rows = [r for r in Tables(mini)["provision_actors"] if r["provision_id"] == f"{SOURCE}.p02"]
    assert {(r["actor_id"], r["role"]) for r in rows} == {("both-sides", "obligor"), ("arland", "monitor")}
    unknown = resolve(mini, answers="")
    assert unknown.returncode == 0


def test_a_row_that_no_pass_has_is_left_to_the_hand(mini: Path) -> None:
    base = {"pass_id": f"{SOURCE}.b", "unit": "p002", "item": "namibia monitor"}
    Tables(mini).apply([{"table": "codings", "where": base, "delete": True}])
    run = resolve(mini, answers="o\nborland\n3\n\n")
    assert "no pass has the row 'borland' of provision_actors" in run.stdout
    assert "the conflict stays open" in run.stdout
    assert run.returncode == 1


def test_on_a_real_terminal(unresolved: Path) -> None:
    main, end = pty.openpty()
    command = [sys.executable, "-m", "clausula", "code", "resolve", SOURCE, "--package", str(unresolved)]
    with subprocess.Popen(command, stdin=end, stdout=end, stderr=end, close_fds=True) as run:
        os.close(end)
        os.write(main, b"b\n4\n\na\n1\n\n")
        told = b""
        while True:
            try:
                told += os.read(main, 4096)
            except OSError:
                break
        assert run.wait() == 0
    os.close(main)
    assert b"[2 of 2]" in told
    assert b"2 decision(s) recorded, 0 open" in told
    assert row_of(unresolved, "resolutions", variable="unit")["reason"] == "slip"


def test_a_source_without_passes_is_told(mini: Path) -> None:
    run = resolve(mini, source="nowhere")
    assert run.returncode == 2
    assert "no source 'nowhere' has two passes" in run.stderr


def filled(path: Path, **cells: str | int) -> None:
    book = load_workbook(path)
    for place, value in cells.items():
        book["conflicts"][place] = value
    book.save(path)


@pytest.fixture
def workbook(unresolved: Path, tmp_path: Path) -> Path:
    path = tmp_path / "conflicts.xlsx"
    run = resolve(unresolved, "--workbook", str(path))
    assert (run.returncode, "2 open conflict(s)" in run.stdout) == (0, True)
    return path


def test_the_workbook_says_what_is_asked(workbook: Path) -> None:
    sheet = load_workbook(workbook)["conflicts"]
    header = {cell.value: cell.column_letter for cell in sheet[1]}
    assert sheet[f"{header['variable']}2"].value == "unit"
    assert sheet[f"{header['value_b']}3"].value.startswith("2 (")
    assert sheet[f"{header['words_a']}3"].value == "177-277"
    lists = {str(v.sqref).split(":", maxsplit=1)[0][0]: v.formula1 for v in sheet.data_validations.dataValidation}
    assert lists[header["take"]] == '"a,b,other"'
    assert "codebook_rule" in lists[header["reason"]]


def test_decisions_come_back_from_the_workbook_once(unresolved: Path, workbook: Path) -> None:
    filled(workbook, M2="b", O2="slip", M3="other", N3=1, O3="new_rule", P3="A rule was written.")
    run = resolve(unresolved, "--ingest", str(workbook))
    assert run.returncode == 0, run.stdout
    assert "2 decision(s) recorded, 0 recorded before, 0 open" in run.stdout
    assert row_of(unresolved, "provisions", provision_id=f"{SOURCE}.p02")["strength"] == "1"
    before = digest(unresolved)
    again = resolve(unresolved, "--ingest", str(workbook), "--json")
    assert (again.returncode, json.loads(again.stdout)["checked"]["recorded_before"]) == (0, 2)
    assert digest(unresolved) == before
    filled(workbook, M3="a")
    changed = resolve(unresolved, "--ingest", str(workbook))
    assert changed.returncode == 1
    assert "conflicts.xlsx conflicts!M3: error already-resolved" in changed.stdout


@pytest.mark.parametrize(
    ("cells", "place"),
    [
        ({"M3": "both", "O3": "slip"}, "M3: error bad-decision"),
        ({"M3": "a", "O3": "because"}, "O3: error bad-decision"),
        ({"M3": "a"}, "O3: error bad-decision"),
        ({"M3": "a", "O3": "judgement"}, "P3: error bad-decision"),
        ({"M3": "other", "N3": "9", "O3": "slip"}, "N3: error bad-decision"),
        ({"M3": "a", "O3": "slip", "P3": "=1+1"}, "P3: error formula"),
        ({"M3": "a", "O3": "slip", "C3": "p009"}, "C3: error no-such-conflict"),
        ({"M1": "choice"}, "error missing-column"),
    ],
)
def test_what_is_wrong_is_told_by_its_cell_and_nothing_is_written(
    unresolved: Path, workbook: Path, cells: dict[str, str], place: str
) -> None:
    filled(workbook, M2="b", O2="slip")
    filled(workbook, **cells)
    before = digest(unresolved)
    run = resolve(unresolved, "--ingest", str(workbook))
    assert run.returncode == 1
    assert f"conflicts!{place}" in run.stdout or place in run.stdout
    assert "nothing was written" in run.stdout
    assert digest(unresolved) == before


def test_no_workbook_is_overwritten_and_no_other_file_is_read(unresolved: Path, workbook: Path, tmp_path: Path) -> None:
    before = workbook.read_bytes()
    assert resolve(unresolved, "--workbook", str(workbook)).returncode == 2
    assert workbook.read_bytes() == before
    bad = tmp_path / "bad.xlsx"
    bad.write_text("no workbook")
    run = resolve(unresolved, "--ingest", str(bad))
    assert (run.returncode, "unreadable-workbook" in run.stderr) == (2, True)


def test_agreement_writes_the_same_workbook(unresolved: Path, tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    args = ("--conflicts", "--source", SOURCE, "--workbook", str(path))
    assert clausula("agreement", str(unresolved), *args).returncode == 1
    assert load_workbook(path)["conflicts"].max_row == 3
