"""Conflicts over whole units, and fields that change together, settled as an editor settles them."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.cli.test_agreement import SOURCE, resolve, row_of
from tests.cli.test_commands import digest
from tests.command import clausula
from tests.poisoned.tables import Tables

TEXTS = ("--texts", str(Path(__file__).parents[1] / "mini" / "texts"))
NONE = {"provision_id": "", "reaction_id": "", "target_no": "", "event_id": ""}
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
BELOW = (
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


def unit_of(  # noqa: PLR0917
    root: Path, letter: str, unit: str, start: int, end: int, record: str = ""
) -> None:
    """Give a pass one more unit."""
    tables = Tables(root)
    own = NONE | {"pass_id": f"{SOURCE}.{letter}", "unit": unit, "start": str(start), "end": str(end)}
    tables["coding_units"].append(own | {"provision_id": record})
    tables.write("coding_units")


def values_of(root: Path, unit: str = "p008") -> None:
    """Give a unit of pass b the values of a whole record."""
    tables = Tables(root)
    own = [(name, "1", value) for name, value in VALUES.items()] + list(BELOW)
    tables["codings"].extend(
        {"pass_id": f"{SOURCE}.b", "unit": unit, "variable": name, "item": item, "value": value}
        for name, item, value in own
    )
    tables.write("codings")


@pytest.fixture
def open_only(mini: Path) -> Path:
    """The small package, where the only open conflicts are those that a test brings."""
    return mini


@pytest.fixture
def extra(open_only: Path) -> Path:
    """Pass a has the last but two provision alone."""
    unit_of(open_only, "a", "p005", 493, 541, f"{SOURCE}.p05")
    return open_only


def ids(root: Path, table: str, record: str) -> list[dict[str, str]]:
    return [row for row in Tables(root)[table] if record in row.values()]


def test_absent_removes_the_record_with_everything_below_it(extra: Path) -> None:
    gone = f"{SOURCE}.p05"
    set_ = {"condition_provision_id": gone}
    Tables(extra).apply([{"table": "provisions", "where": {"provision_id": f"{SOURCE}.p03"}, "set": set_}])
    run = resolve(extra, answers="b\n4\n\nsummary_of_others\n")
    assert run.returncode == 0, run.stdout
    tables = Tables(extra)
    named = ("provisions", "provision_actors", "evidence", "coding_units", "conflicts")
    assert [name for name in named if ids(extra, name, gone)] == []
    assert f"{gone}.e1" not in {row["evidence_id"] for row in tables["evidence"]}
    assert row_of(extra, "provisions", provision_id=f"{SOURCE}.p03")["condition_provision_id"] == ""
    ordinals = [row["ordinal"] for row in tables["provisions"] if row["instrument_id"] == SOURCE]
    assert ordinals == ["1", "2", "3", "4", "5", "6"]
    assert {row["topic_id"] for row in tables["absences"]} == {"alliances", "amnesty"}
    line = row_of(extra, "coding_log", start="493")
    assert (line["end"], line["reason"], line["fingerprint"][:3]) == ("541", "summary_of_others", "41-")
    assert row_of(extra, "resolutions", unit_a="p005")["note"] == f"{gone} was removed."
    assert clausula("agreement", str(extra), "--write").returncode == 0
    assert clausula("build", str(extra)).returncode == 0
    assert clausula("validate", str(extra), "--layer", "agreement").returncode == 0


def test_words_are_not_left_without_a_reason(extra: Path) -> None:
    before = digest(extra / "data")
    run = resolve(extra, *TEXTS, answers="b\n4\n\n\n")
    assert "would be left without a reason" in run.stdout
    assert "493-541 (Neither side joins" in run.stdout
    assert digest(extra / "data") == before


def test_covered_words_need_no_reason(extra: Path) -> None:
    tables = Tables(extra)
    other = row_of(extra, "evidence", evidence_id=f"{SOURCE}.p05.e1")
    new = {"evidence_id": f"{SOURCE}.p06.e2", "provision_id": f"{SOURCE}.p06", "bearing": "qualifies"}
    tables["evidence"].append({**other, **new})
    tables.write("evidence")
    assert resolve(extra, answers="b\n4\n\n\n").returncode == 0
    assert "493" not in {row["start"] for row in Tables(extra)["coding_log"]}


def test_what_people_named_elsewhere_is_not_removed(open_only: Path) -> None:
    unit_of(open_only, "a", "p009", 319, 413, f"{SOURCE}.p03")
    before = digest(open_only / "data")
    run = resolve(open_only, answers="b\n4\n\nbackground\n")
    assert f"{SOURCE}.p03 is named in provision_links (delta-draft-2032.p01" in run.stdout
    assert digest(open_only / "data") == before


@pytest.fixture
def lacking(open_only: Path) -> Path:
    """Pass b has a unit of which no record came."""
    unit_of(open_only, "b", "p008", 21, 121)
    values_of(open_only)
    return open_only


def test_present_makes_the_record_from_the_values_of_the_pass(lacking: Path) -> None:
    run = resolve(lacking, *TEXTS, answers="b\n4\n\n")
    assert run.returncode == 0, run.stdout
    new = f"{SOURCE}.p08"
    row = row_of(lacking, "provisions", provision_id=new)
    assert (row["ordinal"], row["due_from"], row["condition_provision_id"]) == ("1", "2031-05-03", f"{SOURCE}.p02")
    assert row_of(lacking, "provisions", provision_id=f"{SOURCE}.p07")["ordinal"] == "8"
    anchor = row_of(lacking, "evidence", evidence_id=f"{new}.e1")
    assert (anchor["start"], anchor["end"], anchor["fingerprint"][:3]) == ("21", "121", "79-")
    assert row_of(lacking, "provision_actors", provision_id=new)["actor_id"] == "arland"
    assert row_of(lacking, "provision_places", provision_id=new)["place_id"] == "river"
    assert row_of(lacking, "provision_quantities", provision_id=new)["quantity_no"] == "1"
    assert row_of(lacking, "coding_units", unit="p008")["provision_id"] == new
    assert row_of(lacking, "conflicts", unit_b="p008")["provision_id"] == new
    assert row_of(lacking, "resolutions", unit_b="p008")["provision_id"] == new
    assert Tables(lacking)["absences"] == []
    assert "21" not in {r["start"] for r in Tables(lacking)["coding_log"] if r["source_id"] == SOURCE}
    assert clausula("agreement", str(lacking), "--write").returncode == 0
    assert clausula("build", str(lacking)).returncode == 0
    assert clausula("validate", str(lacking), "--layer", "agreement").returncode == 0


def test_a_record_needs_the_text(lacking: Path) -> None:
    before = digest(lacking / "data")
    run = resolve(lacking, answers="b\n4\n\n")
    assert "give the text with --texts" in run.stdout
    assert digest(lacking / "data") == before


def test_an_id_is_never_given_again(lacking: Path) -> None:
    unit_of(lacking, "a", "p007", 611, 681, f"{SOURCE}.p07")
    run = resolve(lacking, *TEXTS, answers="b\n4\n\nbackground\nb\n4\n\n")
    assert run.returncode == 0, run.stdout
    assert [row["unit"] for row in ids(lacking, "coding_units", f"{SOURCE}.p08")] == ["p008"]


def coded(root: Path, **values: tuple[str, str]) -> None:
    """Let the passes differ on fields of a provision."""
    tables = Tables(root)
    for name, both in values.items():
        for letter, value in zip("ab", both, strict=True):
            own = {"pass_id": f"{SOURCE}.{letter}", "unit": "p001", "variable": name, "item": "1"}
            tables["codings"].append(own | {"value": value})
    tables.write("codings")


def test_a_condition_comes_with_its_conditionality(mini: Path) -> None:
    both = ("unconditional", "conditional")
    coded(mini, conditionality=both, condition=("", "All agree."), condition_provision_id=("", "p002"))
    assert resolve(mini, answers="b\n4\n\n").returncode == 0
    row = row_of(mini, "provisions", provision_id=f"{SOURCE}.p01")
    assert (row["condition"], row["condition_provision_id"]) == ("All agree.", f"{SOURCE}.p02")


def test_a_due_date_comes_with_its_timing_once_it_is_left_open(mini: Path) -> None:
    coded(mini, timing=("start", "unspecified"), due=("2031-05-10", ""))
    run = resolve(mini, answers="b\n4\n\ns\n")
    assert "1 decision(s) recorded" in run.stdout, run.stdout
    row = row_of(mini, "provisions", provision_id=f"{SOURCE}.p01")
    assert (row["timing"], row["due"], row["due_from"]) == ("unspecified", "", "")


def test_a_stance_comes_with_its_position(mini: Path) -> None:
    one = {"pass_id": "delta-report-2032.a", "unit": "r001.t2"}
    changes = (("position", "expressed"), ("stance", "-2"))
    Tables(mini).apply([{"table": "codings", "where": {**one, "variable": n}, "set": {"value": v}} for n, v in changes])
    run = resolve(mini, answers="a\n1\n\ns\n", source="delta-report-2032")
    assert "1 decision(s) recorded" in run.stdout, run.stdout
    assert row_of(mini, "reaction_targets", provision_id="delta-draft-2032.p02")["stance"] == "-2"


def test_absences_follow_topics(mini: Path) -> None:
    coded(mini, topic_id=("ceasefire", "amnesty"))
    assert resolve(mini, answers="b\n4\n\n").returncode == 0
    assert [row["topic_id"] for row in Tables(mini)["absences"]] == ["ceasefire"]


@pytest.fixture
def twins(open_only: Path) -> Path:
    """One provision that the passes anchored at other words."""
    unit_of(open_only, "a", "p005", 493, 520, f"{SOURCE}.p05")
    unit_of(open_only, "b", "p008", 525, 541)
    return open_only


def check_twins(root: Path) -> None:
    one, two = row_of(root, "resolutions", unit_a="p005"), row_of(root, "resolutions", unit_b="p008")
    assert {(row["value"], row["provision_id"]) for row in (one, two)} == {("present", f"{SOURCE}.p05")}
    assert (one["note"], two["note"]) == ("The same unit as p008 of pass b.", "The same unit as p005 of pass a.")
    assert row_of(root, "coding_units", unit="p008")["provision_id"] == f"{SOURCE}.p05"


def test_same_unit_on_the_terminal(twins: Path) -> None:
    run = resolve(twins, answers="o\nsame:p077\n4\n\no\nsame:p008\n4\n\n")
    assert "no such unit of the other pass" in run.stdout
    assert "1 decision(s) recorded, 0 open" in run.stdout, run.stdout
    check_twins(twins)


def test_same_unit_by_workbook(twins: Path, tmp_path: Path) -> None:
    path = tmp_path / "conflicts.xlsx"
    assert resolve(twins, "--workbook", str(path)).returncode == 0
    book = load_workbook(path)
    assert book["conflicts"]["Q1"].value == "log_reason"
    for cell, value in {"M2": "other", "N2": "same:p008", "O2": "slip"}.items():
        book["conflicts"][cell] = value
    book.save(path)
    run = resolve(twins, "--ingest", str(path))
    assert run.returncode == 0, run.stdout
    check_twins(twins)
    before = digest(twins)
    assert resolve(twins, "--ingest", str(path)).returncode == 0
    assert digest(twins) == before
