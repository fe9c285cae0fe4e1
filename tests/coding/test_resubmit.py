"""Repeated submissions: unchanged cells stay, and changes by others are kept or reported as conflicts."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausula import data_version
from clausula.coding.form import Form
from clausula.coding.passes import Pass, shown_rows
from clausula.coding.submission import FormRow, Submission
from clausula.coding.submit import Mode, submit
from clausula.core.package import open_package
from clausula.core.tables import read_tables
from clausula.evidence.text import Text
from tests.coding.practice import (
    NORTH,
    RAW,
    SOURCE,
    coding,
    state,
    submission,
    table,
    validation_findings,
)
from tests.coding.projects import as_shown, edit, errors, rows_by_table, shown
from tests.conftest import ROOT


def test_submitting_twice_changes_nothing(coded: Path) -> None:
    before = state(coded)
    outcome = submit(coded, submission(coding()), RAW)
    assert (outcome.imported, outcome.files, outcome.report.findings) == (True, [], [])
    assert state(coded) == before


def test_submitting_the_shown_rows_changes_nothing(coded: Path) -> None:
    before = state(coded)
    outcome = submit(coded, as_shown(coded), RAW)
    assert (outcome.report.findings, outcome.files) == ([], [])
    assert state(coded) == before
    quotes = {row["quote"] for row in shown(coded) if row.table == "evidence"}
    assert "Neither side lays new mines." in quotes


@pytest.mark.texts
@pytest.mark.parametrize(
    "source", ["minsk-package-2015", pytest.param("us-russia-draft-plan-report-2025", marks=pytest.mark.exhaustive)]
)
def test_submitting_the_shown_rows_of_a_coded_source_changes_nothing(source: str) -> None:
    raw = (ROOT.parent / "shared" / "sources" / f"{source}.txt").read_bytes().decode("utf-8")
    tables = read_tables(open_package(ROOT))
    rows = shown_rows(Pass(tables, Form(tables.package.model), source, "a"), Text(raw))
    outcome = submit(ROOT, Submission(source, "a", rows, rows), raw, Mode(dry_run=True))
    assert (outcome.report.findings, outcome.files) == ([], [])


@pytest.mark.exhaustive
def test_the_rest_can_be_imported_after_a_partial_import(fresh: Path) -> None:
    rows = coding()
    rows["provision_actors"][1]["basis"] = "guessed"
    submit(fresh, submission(rows), RAW, Mode(partial=True))
    outcome = submit(fresh, submission(coding()), RAW)
    assert outcome.imported
    assert outcome.report.findings == []
    assert validation_findings(fresh) == []
    assert len(table(fresh, "provisions")) == 9


def test_a_coder_can_continue_in_the_same_form(coded: Path) -> None:
    rows = coding()
    rows["provisions"][2]["strength"] = "1"
    rows["actors"][2]["name"] = "League of the Coast"
    rows["provision_actors"][8]["actor_id"] = NORTH  # the monitor is another one
    rows["evidence"][3]["quote"] = "Neither side lays new mines"
    outcome = submit(coded, submission(rows), RAW)
    assert (outcome.imported, outcome.report.findings) == (True, [])
    assert table(coded, "provisions")[2]["strength"] == "1"
    assert any(row["name"] == "League of the Coast" for row in table(coded, "actors"))
    assert [row["actor_id"] for row in table(coded, "provision_actors") if row["role"] == "monitor"] == [NORTH]


def test_cells_that_the_coder_did_not_change_keep_their_new_values(coded: Path) -> None:
    edit(coded, "provisions", "The two sides lay no further mines.", "No further mines are laid.")
    rows = coding()
    rows["provisions"][3]["strength"] = "2"
    outcome = submit(coded, submission(rows), RAW)
    assert (outcome.imported, outcome.report.findings) == (True, [])
    held = table(coded, "provisions")
    assert (held[2]["summary"], held[3]["strength"]) == ("No further mines are laid.", "2")


def test_a_cell_changed_on_both_sides_is_a_conflict(coded: Path) -> None:
    edit(coded, "provisions", "The two sides lay no further mines.", "No further mines are laid.")
    rows = coding()
    rows["provisions"][2]["summary"] = "Mines are no longer laid."
    before = state(coded)
    outcome = submit(coded, submission(rows), RAW)
    assert errors(outcome) == {("provisions!3.summary", "merge-conflict")}
    assert "'No further mines are laid.'" in outcome.report.findings[0].message
    assert state(coded) == before


@pytest.mark.exhaustive
def test_values_of_other_forms_are_never_overwritten(coded: Path) -> None:
    rows = coding()
    rows["actors"][0]["name"] = "Some other council"
    outcome = submit(coded, submission(rows, origin="a form that imported nothing"), RAW)
    assert errors(outcome) == {("actors!1.name", "merge-conflict")}


def test_a_shown_row_that_is_not_submitted_is_removed(coded: Path) -> None:
    rows = rows_by_table(shown(coded))
    for name, column in (("provisions", "id"), ("provision_actors", "provision_id"), ("evidence", "record")):
        rows[name] = [row for row in rows[name] if row[column] != "p009"]
    rows["absences"].append({"instrument_id": SOURCE, "topic_id": "cross-border-cooperation"})
    rows["coding_log"].append(
        {"reason": "preamble", "quote": "The two Councils recognise the Salt Road as their common heritage."}
    )
    outcome = submit(coded, as_shown(coded, rows), RAW)
    assert (outcome.imported, outcome.report.findings) == (True, [])
    assert len(table(coded, "provisions")) == 8
    assert not any(row["unit"] == "p009" for row in table(coded, "codings"))


@pytest.mark.exhaustive
def test_a_row_changed_by_others_is_not_removed(coded: Path) -> None:
    old = as_shown(coded)
    edit(coded, "provisions", "The road is called a common heritage.", "Both call the road a heritage.")
    rows = [row for row in old.rows if not (row.table == "provisions" and row["id"] == "p009")]
    outcome = submit(coded, Submission(SOURCE, "a", rows, old.shown, origin="new"), RAW)
    assert ("provisions", "merge-conflict") in errors(outcome)
    assert not outcome.imported


def test_rows_that_the_form_never_showed_are_kept(coded: Path) -> None:
    before = state(coded)
    rows = coding()
    rows["provision_places"] = []
    outcome = submit(coded, submission(rows, origin="another"), RAW)
    assert {f.code for f in outcome.report.findings} == {"row-not-submitted"}
    assert outcome.report.exit_status() == 0
    assert state(coded) == before


@pytest.mark.exhaustive
def test_changing_a_row_that_others_removed_is_a_conflict(coded: Path) -> None:
    was = as_shown(coded)
    path = coded / "data" / "coding_log.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if ",connective," not in line), encoding="utf-8")
    rows = [
        FormRow(row.table, {**row.cells, "note": "Changed."}, row.place, row.where)
        if row["reason"] == "connective"
        else row
        for row in was.rows
    ]
    outcome = submit(coded, Submission(SOURCE, "a", rows, was.shown, origin="new"), RAW)
    assert "merge-conflict" in {code for _, code in errors(outcome)}


def versions(root: Path) -> dict[str, str]:
    return {row["topic_id"]: row["codebook_version"] for row in table(root, "absences")}


@pytest.mark.parametrize("origin", ["book", "new", "another"])
def test_a_later_reading_of_an_absence_stays(coded: Path, origin: str) -> None:
    """A new submission by a pass with an older codebook does not lower the version that a later reading entered."""
    edit(
        coded, "absences", f"{SOURCE},amnesty,{SOURCE},{data_version},", f"{SOURCE},amnesty,{SOURCE},0.10.0,Read again."
    )
    rows = coding() if origin != "new" else rows_by_table(shown(coded))
    was = shown(coded) if origin == "new" else []
    rows["absences"] = [
        row | {"note": "Read again."} if row["topic_id"] == "amnesty" else row for row in rows["absences"]
    ]
    before = state(coded)["absences.csv"]
    outcome = submit(coded, submission(rows, origin=origin, shown=was), RAW)
    assert (outcome.imported, errors(outcome)) == (True, set())
    assert state(coded)["absences.csv"] == before


def test_an_older_reading_of_an_absence_is_raised(coded: Path) -> None:
    edit(coded, "absences", f"{SOURCE},amnesty,{SOURCE},{data_version},", f"{SOURCE},amnesty,{SOURCE},0.1.0,")
    outcome = submit(coded, submission(coding(), origin="another"), RAW)
    assert (outcome.imported, errors(outcome)) == (True, set())
    assert versions(coded)["amnesty"] == data_version


def test_a_proposition_that_exists_keeps_its_version(coded: Path) -> None:
    edit(coded, "propositions", f",{data_version},", ",0.1.0,")
    outcome = submit(coded, submission(coding(), origin="another"), RAW)
    assert (outcome.imported, errors(outcome)) == (True, set())
    assert [row["since"] for row in table(coded, "propositions")] == ["0.1.0"]


def test_a_pass_with_an_older_codebook_has_no_values_of_younger_fields(coded: Path) -> None:
    """The tables of the leading pass are filled, but the values do not count as coded by that pass."""
    edit(coded, "coding_passes", f",{data_version},", ",0.2.0,")
    new = ("topics", "propositions", "dependencies", "triggers", "reservations", "quantities.currency")
    young = ("commitment_verb", *(f"provision_{name}" for name in new))
    path = coded / "data" / "codings.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not any(name in line for name in young)]
    kept.insert(1, f"{SOURCE}.a,p001,condition_provision_id,1,\n")
    path.write_text("".join(kept), encoding="utf-8")
    rows = rows_by_table(shown(coded))
    rows["provision_dependencies"][0]["note"] = "Counted from the end of the shooting."
    rows["provisions"][3]["commitment_verb"] = "commits"
    outcome = submit(coded, as_shown(coded, rows), RAW)
    assert (outcome.imported, outcome.report.findings) == (True, [])
    assert table(coded, "provisions")[3]["commitment_verb"] == "commits"
    assert table(coded, "provision_dependencies")[0]["note"].startswith("Counted")
    variables = {row["variable"] for row in table(coded, "codings")}
    assert "condition_provision_id" in variables
    assert not [v for v in variables if v.startswith(young)]
