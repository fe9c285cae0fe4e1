"""Decisions that create or remove records, and fields that change together."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.cli.resolving import SOURCE, resolve, row_of
from tests.cli.test_commands import digest
from tests.command import clausula
from tests.poisoned.tables import Tables

TEXTS = ("--texts", str(Path(__file__).parents[1] / "mini" / "texts"))
NO_RECORD = {"provision_id": "", "reaction_id": "", "target_no": "", "event_id": ""}
VALUES = {
    "instrument_id": SOURCE,
    "ordinal": "1",
    "place": "preamble",
    "summary": "The two have met.",
    "topic_id": "amnesty",
    "modality": "declaration",
    "strength": "1",
    "conditionality": "conditional",
    "condition": "The guns are back.",
    "condition_provision_id": "p002",
    "timing": "start",
    "due": "2031-05-03",
    "enforcement": "none",
    "note": "",
}
CHILD_VALUES = (
    ("evidence.bearing", "1", "states"),
    ("evidence.start", "1", "21"),
    ("evidence.end", "1", "121"),
    ("provision_actors.basis", "arland beneficiary", "named"),
    ("provision_places.relation", "river object", "object"),
    ("provision_quantities.measure", "1", "deadline"),
    ("provision_quantities.value", "1", "5"),
    ("provision_quantities.unit", "1", "day"),
    ("provision_quantities.qualifier", "1", "at_most"),
    ("provision_quantities.item", "1", "meeting"),
)


def add_unit(  # noqa: PLR0917
    root: Path, letter: str, unit: str, start: int, end: int, record: str = ""
) -> None:
    """Add a unit to a pass."""
    tables = Tables(root)
    row = NO_RECORD | {"pass_id": f"{SOURCE}.{letter}", "unit": unit, "start": str(start), "end": str(end)}
    tables["coding_units"].append(row | {"provision_id": record})
    tables.write("coding_units")


def add_values(root: Path, unit: str = "p008") -> None:
    """Add the values of a complete record to a unit of pass b."""
    tables = Tables(root)
    values = [(name, "1", value) for name, value in VALUES.items()] + list(CHILD_VALUES)
    tables["codings"].extend(
        {"pass_id": f"{SOURCE}.b", "unit": unit, "variable": name, "item": item, "value": value}
        for name, item, value in values
    )
    tables.write("codings")


@pytest.fixture
def extra(mini: Path) -> Path:
    """Return a package in which only pass a has the provision p05."""
    add_unit(mini, "a", "p005", 493, 541, f"{SOURCE}.p05")
    return mini


def rows_with(root: Path, table: str, record: str) -> list[dict[str, str]]:
    return [row for row in Tables(root)[table] if record in row.values()]


def test_absent_removes_the_record_and_its_child_rows(extra: Path) -> None:
    removed = f"{SOURCE}.p05"
    set_ = {"condition_provision_id": removed}
    Tables(extra).apply([{"table": "provisions", "where": {"provision_id": f"{SOURCE}.p03"}, "set": set_}])
    run = resolve(extra, answers="b\n4\n\nsummary_of_others\n")
    assert run.returncode == 0, run.stdout
    tables = Tables(extra)
    named = ("provisions", "provision_actors", "evidence", "coding_units", "conflicts")
    assert [name for name in named if rows_with(extra, name, removed)] == []
    assert f"{removed}.e1" not in {row["evidence_id"] for row in tables["evidence"]}
    assert row_of(extra, "provisions", provision_id=f"{SOURCE}.p03")["condition_provision_id"] == ""
    ordinals = [row["ordinal"] for row in tables["provisions"] if row["instrument_id"] == SOURCE]
    assert ordinals == ["1", "2", "3", "4", "5", "6"]
    assert {row["topic_id"] for row in tables["absences"]} == {"alliances", "amnesty"}
    line = row_of(extra, "coding_log", start="493")
    assert (line["end"], line["reason"], line["fingerprint"][:3]) == ("541", "summary_of_others", "41-")
    assert row_of(extra, "resolutions", unit_a="p005")["note"] == f"{removed} was removed."
    assert clausula("agreement", "--package", str(extra), "--write").returncode == 0
    assert clausula("build", "--package", str(extra)).returncode == 0
    assert clausula("validate", "--package", str(extra), "--layer", "agreement").returncode == 0


def test_text_without_a_record_needs_a_logged_reason(extra: Path) -> None:
    before = digest(extra / "data")
    run = resolve(extra, *TEXTS, answers="b\n4\n\n\n")
    assert "would have neither a record nor a logged reason" in run.stdout
    assert "493-541 (Neither side joins" in run.stdout
    assert digest(extra / "data") == before


def test_text_covered_by_another_anchor_needs_no_reason(extra: Path) -> None:
    tables = Tables(extra)
    other = row_of(extra, "evidence", evidence_id=f"{SOURCE}.p05.e1")
    new = {"evidence_id": f"{SOURCE}.p06.e2", "provision_id": f"{SOURCE}.p06", "bearing": "qualifies"}
    tables["evidence"].append({**other, **new})
    tables.write("evidence")
    assert resolve(extra, answers="b\n4\n\n\n").returncode == 0
    assert "493" not in {row["start"] for row in Tables(extra)["coding_log"]}


def test_record_that_other_rows_refer_to_is_not_removed(mini: Path) -> None:
    add_unit(mini, "a", "p009", 319, 413, f"{SOURCE}.p03")
    before = digest(mini / "data")
    run = resolve(mini, answers="b\n4\n\nbackground\n")
    assert "provision_links (delta-draft-2032.p01" in run.stdout
    assert digest(mini / "data") == before


@pytest.fixture
def missing(mini: Path) -> Path:
    """Return a package in which pass b has a unit without a record."""
    add_unit(mini, "b", "p008", 21, 121)
    add_values(mini)
    return mini


def test_present_creates_the_record_from_the_values_of_the_pass(missing: Path) -> None:
    run = resolve(missing, *TEXTS, answers="b\n4\n\n")
    assert run.returncode == 0, run.stdout
    new = f"{SOURCE}.p08"
    row = row_of(missing, "provisions", provision_id=new)
    assert (row["ordinal"], row["due_from"], row["condition_provision_id"]) == ("1", "2031-05-03", f"{SOURCE}.p02")
    assert row_of(missing, "provisions", provision_id=f"{SOURCE}.p07")["ordinal"] == "8"
    anchor = row_of(missing, "evidence", evidence_id=f"{new}.e1")
    assert (anchor["start"], anchor["end"], anchor["fingerprint"][:3]) == ("21", "121", "79-")
    assert row_of(missing, "provision_actors", provision_id=new)["actor_id"] == "arland"
    assert row_of(missing, "provision_places", provision_id=new)["place_id"] == "river"
    assert row_of(missing, "provision_quantities", provision_id=new)["quantity_no"] == "1"
    assert row_of(missing, "coding_units", unit="p008")["provision_id"] == new
    assert row_of(missing, "conflicts", unit_b="p008")["provision_id"] == new
    assert row_of(missing, "resolutions", unit_b="p008")["provision_id"] == new
    assert Tables(missing)["absences"] == []
    assert "21" not in {r["start"] for r in Tables(missing)["coding_log"] if r["source_id"] == SOURCE}
    assert clausula("agreement", "--package", str(missing), "--write").returncode == 0
    assert clausula("build", "--package", str(missing)).returncode == 0
    assert clausula("validate", "--package", str(missing), "--layer", "agreement").returncode == 0


def test_creating_a_record_needs_the_text(missing: Path) -> None:
    before = digest(missing / "data")
    run = resolve(missing, answers="b\n4\n\n")
    assert "pass --texts DIR" in run.stdout
    assert digest(missing / "data") == before


@pytest.mark.exhaustive
def test_id_is_never_reused(missing: Path) -> None:
    add_unit(missing, "a", "p007", 611, 681, f"{SOURCE}.p07")
    run = resolve(missing, *TEXTS, answers="b\n4\n\nbackground\nb\n4\n\n")
    assert run.returncode == 0, run.stdout
    assert [row["unit"] for row in rows_with(missing, "coding_units", f"{SOURCE}.p08")] == ["p008"]


def code_differently(root: Path, **values: tuple[str, str]) -> None:
    """Give the passes different values on fields of a provision."""
    tables = Tables(root)
    for name, both in values.items():
        for letter, value in zip("ab", both, strict=True):
            row = {"pass_id": f"{SOURCE}.{letter}", "unit": "p001", "variable": name, "item": "1"}
            tables["codings"].append(row | {"value": value})
    tables.write("codings")


def test_condition_follows_conditionality(mini: Path) -> None:
    both = ("unconditional", "conditional")
    code_differently(mini, conditionality=both, condition=("", "All agree."), condition_provision_id=("", "p002"))
    assert resolve(mini, answers="b\n4\n\n").returncode == 0
    row = row_of(mini, "provisions", provision_id=f"{SOURCE}.p01")
    assert (row["condition"], row["condition_provision_id"]) == ("All agree.", f"{SOURCE}.p02")


@pytest.mark.exhaustive
def test_due_date_follows_timing_if_it_is_left_open(mini: Path) -> None:
    code_differently(mini, timing=("start", "unspecified"), due=("2031-05-10", ""))
    run = resolve(mini, answers="b\n4\n\ns\n")
    assert "1 decision recorded" in run.stdout, run.stdout
    row = row_of(mini, "provisions", provision_id=f"{SOURCE}.p01")
    assert (row["timing"], row["due"], row["due_from"]) == ("unspecified", "", "")


@pytest.mark.exhaustive
def test_stance_follows_position(mini: Path) -> None:
    one = {"pass_id": "delta-report-2032.a", "unit": "r001.t2"}
    changes = (("position", "expressed"), ("stance", "-2"))
    Tables(mini).apply([{"table": "codings", "where": {**one, "variable": n}, "set": {"value": v}} for n, v in changes])
    run = resolve(mini, answers="a\n1\n\ns\n", source="delta-report-2032")
    assert "1 decision recorded" in run.stdout, run.stdout
    assert row_of(mini, "reaction_targets", provision_id="delta-draft-2032.p02")["stance"] == "-2"


@pytest.mark.exhaustive
def test_absences_follow_topics(mini: Path) -> None:
    code_differently(mini, topic_id=("ceasefire", "amnesty"))
    assert resolve(mini, answers="b\n4\n\n").returncode == 0
    assert [row["topic_id"] for row in Tables(mini)["absences"]] == ["ceasefire"]


@pytest.fixture
def same_unit(mini: Path) -> Path:
    """Return a package in which the passes anchored one provision at different spans."""
    add_unit(mini, "a", "p005", 493, 520, f"{SOURCE}.p05")
    add_unit(mini, "b", "p008", 525, 541)
    return mini


def assert_same_record(root: Path) -> None:
    one, two = row_of(root, "resolutions", unit_a="p005"), row_of(root, "resolutions", unit_b="p008")
    assert {(row["value"], row["provision_id"]) for row in (one, two)} == {("present", f"{SOURCE}.p05")}
    assert (one["note"], two["note"]) == ("The same unit as p008 of pass b.", "The same unit as p005 of pass a.")
    assert row_of(root, "coding_units", unit="p008")["provision_id"] == f"{SOURCE}.p05"


def test_same_unit_in_the_terminal(same_unit: Path) -> None:
    run = resolve(same_unit, answers="o\nsame:p077\n4\n\no\nsame:p008\n4\n\n")
    assert "the other pass has no such unmatched unit" in run.stdout
    assert "1 decision recorded, 0 open" in run.stdout, run.stdout
    assert_same_record(same_unit)


def test_same_unit_in_a_workbook(same_unit: Path, tmp_path: Path) -> None:
    path = tmp_path / "conflicts.xlsx"
    assert resolve(same_unit, "--out", str(path)).returncode == 0
    book = load_workbook(path)
    assert book["conflicts"]["Q1"].value == "log_reason"
    for cell, value in {"M2": "other", "N2": "same:p008", "O2": "slip"}.items():
        book["conflicts"][cell] = value
    book.save(path)
    run = resolve(same_unit, "--ingest", str(path))
    assert run.returncode == 0, run.stdout
    assert_same_record(same_unit)
    before = digest(same_unit)
    assert resolve(same_unit, "--ingest", str(path)).returncode == 0
    assert digest(same_unit) == before
