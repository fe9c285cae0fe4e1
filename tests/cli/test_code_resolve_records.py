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
    "topic_id": "water",
    "modality": "declaration",
    "strength": "1",
    "conditionality": "conditional",
    "condition": "The guns are back.",
    "commitment_verb": "states",
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
    ("provision_actors.basis", "both-sides declarant", "named"),
    ("provision_topics.topic_id", "amnesty", "amnesty"),
    ("provision_dependencies.depends_on_provision_id", "1", "p002"),
    ("provision_dependencies.relation", "1", "condition"),
    ("provision_dependencies.condition_kind", "1", "security"),
    ("provision_dependencies.basis", "1", "stated"),
    ("provision_triggers.trigger", "1", "breach"),
    ("provision_reservations.reservation", "funds", "funds"),
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
    later = {"provision_id": f"{SOURCE}.p07", "dependency_no": "2", "relation": "after", "basis": "inferred"}
    Tables(extra).apply([{"table": "provision_dependencies", "add": later | {"depends_on_provision_id": removed}}])
    run = resolve(extra, answers="b\n4\n\nsummary_of_others\n")
    assert run.returncode == 0, run.stdout
    tables = Tables(extra)
    named = ("provisions", "provision_actors", "provision_dependencies", "evidence", "coding_units", "conflicts")
    assert [name for name in named if rows_with(extra, name, removed)] == []
    assert f"{removed}.e1" not in {row["evidence_id"] for row in tables["evidence"]}
    ordinals = [row["ordinal"] for row in tables["provisions"] if row["instrument_id"] == SOURCE]
    assert ordinals == ["1", "2", "3", "4", "5", "6"]
    absent = {row["topic_id"]: row["codebook_version"] for row in tables["absences"]}
    assert absent == {"alliances": "0.1.0", "amnesty": "0.2.0"}
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
    assert (row["ordinal"], row["due_from"], row["commitment_verb"]) == ("1", "2031-05-03", "states")
    dependency = row_of(missing, "provision_dependencies", provision_id=new)
    assert (dependency["dependency_no"], dependency["depends_on_provision_id"]) == ("1", f"{SOURCE}.p02")
    for table in ("provision_topics", "provision_triggers", "provision_reservations"):
        assert row_of(missing, table, provision_id=new)
    assert row_of(missing, "provisions", provision_id=f"{SOURCE}.p07")["ordinal"] == "8"
    anchor = row_of(missing, "evidence", evidence_id=f"{new}.e1")
    assert (anchor["start"], anchor["end"], anchor["fingerprint"][:3]) == ("21", "121", "79-")
    assert row_of(missing, "provision_actors", provision_id=new, role="beneficiary")["actor_id"] == "arland"
    assert row_of(missing, "provision_places", provision_id=new)["place_id"] == "river"
    assert row_of(missing, "provision_quantities", provision_id=new)["quantity_no"] == "1"
    assert row_of(missing, "coding_units", unit="p008")["provision_id"] == new
    assert row_of(missing, "conflicts", unit_b="p008")["provision_id"] == new
    assert row_of(missing, "resolutions", unit_b="p008")["provision_id"] == new
    assert Tables(missing)["absences"] == []
    assert "21" not in {r["start"] for r in Tables(missing)["coding_log"] if r["source_id"] == SOURCE}
    assert clausula("agreement", "--package", str(missing), "--write").returncode == 0
    assert clausula("build", "--package", str(missing)).returncode == 0
    checked = clausula("validate", "--package", str(missing), "--layer", "agreement")
    assert checked.returncode == 0, checked.stdout


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


def add_dependency(root: Path, letter: str, unit: str, **values: str) -> None:
    """Add a dependency to a unit of a pass; the passes follow a codebook that has dependencies."""
    tables = Tables(root)
    for one in tables["coding_passes"]:
        one["codebook_version"] = "0.3.0"
    tables.write("coding_passes")
    for name, value in (values | {"basis": "stated"}).items():
        row = {"pass_id": f"{SOURCE}.{letter}", "unit": unit, "variable": f"provision_dependencies.{name}"}
        tables["codings"].append(row | {"item": "1", "value": value})
    tables.write("codings")


def code_differently(root: Path, unit: str = "p001", **values: tuple[str, str]) -> None:
    """Give the passes different values on fields of a provision."""
    tables = Tables(root)
    for name, both in values.items():
        for letter, value in zip("ab", both, strict=True):
            row = {"pass_id": f"{SOURCE}.{letter}", "unit": unit, "variable": name, "item": "1"}
            tables["codings"].append(row | {"value": value})
    tables.write("codings")


def test_condition_follows_conditionality(mini: Path) -> None:
    both = ("unconditional", "conditional")
    code_differently(mini, conditionality=both, condition=("", "All agree."))
    add_dependency(mini, "b", "p001", depends_on_provision_id="p002", relation="condition", condition_kind="event")
    run = resolve(mini, answers="b\n4\n\ns\n")
    assert "1 decision recorded, 1 open" in run.stdout, run.stdout
    assert row_of(mini, "provisions", provision_id=f"{SOURCE}.p01")["condition"] == "All agree."
    row = row_of(mini, "provision_dependencies", provision_id=f"{SOURCE}.p01")
    assert (row["dependency_no"], row["depends_on_provision_id"], row["condition_kind"]) == (
        "1",
        f"{SOURCE}.p02",
        "event",
    )


def code_p003(root: Path, dependency: bool) -> None:
    """Give both passes the provision p03, which only pass b codes as unconditional."""
    for letter in "ab":
        add_unit(root, letter, "p030", 319, 413, f"{SOURCE}.p03")
    code_differently(root, "p030", conditionality=("conditional", "unconditional"), condition=("It is so.", ""))
    if dependency:
        add_dependency(root, "a", "p030", event="It is so.", relation="condition", condition_kind="event")


def test_conditions_and_triggers_go_with_conditionality(mini: Path) -> None:
    code_p003(mini, dependency=False)
    later = {"provision_id": f"{SOURCE}.p03", "dependency_no": "2", "relation": "after", "basis": "inferred"}
    Tables(mini).apply([{"table": "provision_dependencies", "add": later | {"event": "The accord has been signed."}}])
    run = resolve(mini, answers="b\n4\n\n")
    assert run.returncode == 0, run.stdout
    assert row_of(mini, "provisions", provision_id=f"{SOURCE}.p03")["condition"] == ""
    assert row_of(mini, "provision_dependencies", provision_id=f"{SOURCE}.p03")["dependency_no"] == "2"
    assert Tables(mini)["provision_triggers"] == []


def test_conditions_stay_if_the_chosen_pass_could_not_code_them(mini: Path) -> None:
    code_p003(mini, dependency=False)
    run = resolve(mini, answers="a\n4\n\n")
    assert run.returncode == 0, run.stdout
    assert row_of(mini, "provision_dependencies", provision_id=f"{SOURCE}.p03")["relation"] == "condition"
    assert row_of(mini, "provision_triggers", provision_id=f"{SOURCE}.p03")["trigger"] == "breach"


def test_conditions_are_those_of_the_chosen_pass(mini: Path) -> None:
    code_p003(mini, dependency=True)
    run = resolve(mini, answers="a\n4\n\na\n4\n\n")
    assert "2 decisions recorded, 0 open" in run.stdout, run.stdout
    row = row_of(mini, "provision_dependencies", provision_id=f"{SOURCE}.p03")
    assert (row["event"], row["depends_on_provision_id"]) == ("It is so.", "")


def test_provision_that_is_a_condition_is_not_removed(mini: Path) -> None:
    Tables(mini).apply(
        [
            {
                "table": "provision_dependencies",
                "where": {"provision_id": f"{SOURCE}.p03"},
                "set": {"depends_on_provision_id": f"{SOURCE}.p05"},
            }
        ]
    )
    add_unit(mini, "a", "p005", 493, 541, f"{SOURCE}.p05")
    before = digest(mini / "data")
    run = resolve(mini, answers="b\n4\n\nsummary_of_others\n")
    assert f"provision_dependencies ({SOURCE}.p03, 1)" in run.stdout, run.stdout
    assert digest(mini / "data") == before


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
    assert book["conflicts"]["U1"].value == "log_reason"
    for cell, value in {"Q2": "other", "R2": "same:p008", "S2": "slip"}.items():
        book["conflicts"][cell] = value
    book.save(path)
    run = resolve(same_unit, "--ingest", str(path))
    assert run.returncode == 0, run.stdout
    assert_same_record(same_unit)
    before = digest(same_unit)
    assert resolve(same_unit, "--ingest", str(path)).returncode == 0
    assert digest(same_unit) == before
