"""What a form does for its coder: hints with the value at hand, codes of states, and lists that new rows join."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest

from clausula.coding.state_codes import codes_of
from clausula.coding.submit import Mode, Outcome, submit
from tests.coding.practice import RAW, Rows, coding, submission, table
from tests.coding.workbooks import columns, fill, make


def checked(root: Path, rows: Rows) -> Outcome:
    return submit(root, submission(rows), RAW, Mode(dry_run=True))


def hint(root: Path, rows: Rows, name: str, field: str, value: str) -> str:
    found = [f for f in checked(root, rows).report.findings if (f.table, f.field, f.value) == (name, field, value)]
    assert len(found) == 1, found
    return found[0].hint


@pytest.mark.parametrize(
    ("name", "field", "value", "like"),
    [
        ("provisions", "due", "10 April 2033", "2033-04-10"),
        ("instruments", "date", "4/10/2033", "2033-04-10, 2033-10-04"),
        ("provision_actors", "actor_id", "Astrid Holm Teny", "astrid-holm (Astrid Holm)"),
        ("provision_actors", "actor_id", "coast-league-memberstates", "coast-league (Coast League)"),
        ("provisions", "topic_id", "prisoners", "prisoner-release (Release of prisoners)"),
        ("provisions", "modality", "obligatoin", "obligation"),
        ("provision_quantities", "unit", "days", "day"),
    ],
)
def test_a_hint_has_the_value_that_was_meant(empty: Path, name: str, field: str, value: str, like: str) -> None:
    rows = coding()
    rows[name][0][field] = value
    assert hint(empty, rows, name, field, value).endswith(f"Did you mean {like}?")


def test_brackets_in_a_quote_stand_for_what_is_left_out(empty: Path) -> None:
    rows = coding()
    rows["evidence"][1]["quote"] = "Within 14 days [...] from the Salt Road."
    assert checked(empty, rows).report.total() == 0


def test_a_warning_on_siblings_names_the_other_rows(empty: Path) -> None:
    rows = coding()
    rows["evidence"] += [
        {"id": f"e05{n}", "record": unit, "bearing": "qualifies", "quote": "They therefore agree as follows."}
        for n, unit in enumerate(("p003", "p004", "p008"))
    ]
    found = [f for f in checked(empty, rows).report.findings if f.code == "sibling-coded-apart"]
    assert len(found) == 1
    assert found[0].message.endswith("The others: p003 (provisions!3.id), p004 (provisions!4.id).")


def test_a_new_state_gets_the_codes_of_the_registries(fresh: Path) -> None:
    rows = coding()
    rows["actors"].append({"actor_id": "viet-nam", "name": "Viet Nam", "kind": "state", "unnamed": "false"})
    rows["instrument_actors"].append(
        {"instrument_id": rows["instruments"][0]["instrument_id"], "actor_id": "viet-nam", "role": "witness"}
    )
    for _ in range(2):  # and keeps them if the same form is submitted again
        outcome = submit(fresh, submission(rows), RAW)
        assert outcome.imported, outcome.report.findings
        assert [f.code for f in outcome.report.findings] == ["filled-registry-code"]
        stored = next(row for row in table(fresh, "actors") if row["actor_id"] == "viet-nam")
        assert (stored["iso2"], stored["iso3"], stored["cow_code"], stored["gw_code"]) == ("VN", "VNM", "816", "817")


def test_codes_are_those_of_the_state_that_is_meant() -> None:
    assert codes_of({"iso3": "FRA", "name": "The Republic"}) == {"iso2": "FR", "cow_code": "220", "gw_code": "220"}
    assert codes_of({"name": "France", "iso2": "XF"}) == {}, "a code that the coder gave counts"
    assert codes_of({"name": "Nowhere", "actor_id": "nowhere"}) == {}


@pytest.fixture
def with_new_actor(fresh: Path, tmp_path: Path) -> Path:
    rows: Rows = {"actors": [{"actor_id": "ada-marsh", "name": "Ada Marsh"}]}
    return fill(make(fresh, tmp_path / "blank.xlsx"), rows)


def test_new_rows_join_the_drop_downs(with_new_actor: Path) -> None:
    book = openpyxl.load_workbook(with_new_actor)
    page = book["provision_actors"]
    letter = page.cell(1, columns(page, "provision_actors")["actor_id"]).column_letter
    rules = [rule for rule in page.data_validations.dataValidation if str(rule.sqref).startswith(f"{letter}2:")]
    assert rules[0].formula1.startswith("OFFSET(Lists!")
    lists = {str(cell.value): cell.column for cell in book["Lists"][1]}
    assert book["Lists"].cell(2, lists["actors"]).value.startswith('=IF(INDEX(actors!$A:$A,2)="",""')


@pytest.mark.exhaustive
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_spreadsheet_program_shows_new_rows_in_the_lists(with_new_actor: Path, tmp_path: Path) -> None:
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/user", "--convert-to", "xlsx"]
    out = tmp_path / "saved"
    subprocess.run([*command, "--outdir", str(out), str(with_new_actor)], check=True, capture_output=True, timeout=300)
    lists = openpyxl.load_workbook(out / with_new_actor.name, data_only=True)["Lists"]
    column = next(cell.column for cell in lists[1] if cell.value == "actors")
    assert [value for n in range(2, 40) if (value := lists.cell(n, column).value)] == ["ada-marsh (Ada Marsh)"]
