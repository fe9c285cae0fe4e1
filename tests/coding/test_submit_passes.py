"""Other passes and records of others: a pass is checked by itself; an import that cannot be completed is refused."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from clausula.agreement.rebuild import rebuild_findings
from clausula.agreement.revise import Editor, current_revisions, revise
from clausula.coding import submit as submit_module
from clausula.coding.checks import COMPLETENESS_CODES, EDITOR_CODES, check_tables
from clausula.coding.form import UNIT_PARTS
from clausula.coding.submission import Submission
from clausula.coding.submit import submit
from clausula.core.commit import commit
from clausula.core.findings import CouldNotRun, Finding
from clausula.core.package import open_package
from clausula.core.store import Store
from clausula.core.tables import read_tables, write_tables
from tests.coding.practice import (
    RAW,
    SOURCE,
    coding,
    rows_of_other_pass,
    state,
    submission,
    table,
    validation_findings,
)
from tests.coding.projects import as_shown, errors, rows_by_table, shown


def test_another_pass_writes_only_its_values(coded: Path) -> None:
    before = state(coded)
    rows = rows_of_other_pass(coding())
    rows["actors"], rows["places"] = [], []
    rows["provisions"][0]["strength"] = "2"
    outcome = submit(coded, submission(rows, "b"), RAW)
    assert (outcome.imported, outcome.report.findings) == (True, [])
    assert outcome.files == ["data/coding_passes.csv", "data/coding_units.csv", "data/codings.csv"]
    assert {k: v for k, v in state(coded).items() if k not in {Path(n).name for n in outcome.files}} == {
        k: v for k, v in before.items() if k not in {Path(n).name for n in outcome.files}
    }
    values = {
        (r["pass_id"][-1], r["value"])
        for r in table(coded, "codings")
        if (r["unit"], r["variable"]) == ("p001", "strength")
    }
    assert values == {("a", "3"), ("b", "2")}
    assert all(not row["provision_id"] for row in table(coded, "coding_units") if row["pass_id"].endswith(".b"))
    assert validation_findings(coded) == []
    again = state(coded)
    assert submit(coded, submission(rows, "b"), RAW).files == []
    assert state(coded) == again


def test_another_pass_is_checked_by_itself(coded: Path) -> None:
    rows = rows_of_other_pass(coding())
    rows["provisions"][2]["modality"] = ""
    rows["provisions"] = rows["provisions"][:4]
    outcome = submit(coded, submission(rows, "b"), RAW)
    assert ("provisions!3.modality", "required") in errors(outcome)
    assert {cell.split("!")[0] for cell, _ in errors(outcome) if cell} <= {
        "provisions",
        "evidence",
        *(name for name in UNIT_PARTS if name.startswith("provision_")),
    }
    assert not any("absence" in f.code or f.code in COMPLETENESS_CODES for f in outcome.report.findings)


def test_another_pass_is_blind_to_the_first(coded: Path) -> None:
    assert shown(coded, "b") == []
    submit(coded, submission(rows_of_other_pass(coding()), "b"), RAW)
    again = rows_by_table(shown(coded, "b"))
    assert [row["id"] for row in again["provisions"]] == [f"p{n:03d}" for n in range(1, 10)]
    assert [row["depends_on_provision_id"] for row in again["provision_dependencies"]] == ["p001", "p001", "p002", ""]


def test_a_compared_pass_is_closed(coded: Path) -> None:
    with (coded / "data" / "resolutions.csv").open("a", encoding="utf-8") as file:
        file.write(f"{SOURCE},1,1,p001,p001,{SOURCE}.p01,,,provisions.strength,,3,a,slip,\n")
    rows = coding()
    assert submit(coded, submission(rows), RAW).report.findings == []
    rows["provisions"][0]["strength"] = "2"
    outcome = submit(coded, submission(rows), RAW)
    assert errors(outcome) == {("provisions!1.strength", "closed-pass")}


@pytest.mark.exhaustive
def test_findings_on_rows_of_others_are_not_reported(coded: Path) -> None:
    with (coded / "data" / "actors.csv").open("a", encoding="utf-8") as file:
        file.write("idle-actor,Idle actor,person,false,,,,,,,\nbad-actor,Bad actor,wizard,false,,,,,,,\n")
    assert {f.code for f in check_tables(read_tables(open_package(coded)))} == {"enum", "unused-actor", *EDITOR_CODES}
    assert submit(coded, submission(coding()), RAW).report.findings == []


def test_findings_that_the_submission_causes_elsewhere_are_reported(coded: Path) -> None:
    with (coded / "data" / "provision_links.csv").open("a", encoding="utf-8") as file:
        file.write(f"{SOURCE}.p09,{SOURCE}.p01,restates,stated,{'same,' * 6}\n")
    rows = rows_by_table(shown(coded))
    rows["provision_links"] = []
    for name, column in (("provisions", "id"), ("provision_actors", "provision_id"), ("evidence", "record")):
        rows[name] = [row for row in rows[name] if row[column] != "p009"]
    kept = as_shown(coded, rows)
    without_links = Submission(
        SOURCE, "a", kept.rows, [row for row in kept.shown if row.table != "provision_links"], origin="new"
    )
    found = [f for f in submit(coded, without_links, RAW).report.findings if f.table == "provision_links"]
    assert [(f.code, f.cell, f.file, f.line) for f in found if f.code == "foreign-key"] == [
        ("foreign-key", None, "data/provision_links.csv", 2)
    ]


def test_another_edition_is_refused(fresh: Path) -> None:
    with pytest.raises(CouldNotRun) as caught:
        submit(fresh, submission(coding()), RAW + "\nOne more line.")
    assert caught.value.finding.code == "different-edition"


def test_an_unknown_source_is_refused(fresh: Path) -> None:
    with pytest.raises(CouldNotRun) as caught:
        submit(fresh, Submission("no-such-source", "a", []), RAW)
    assert caught.value.finding.code == "unknown-source"


def test_an_unreadable_table_stops_the_import(fresh: Path) -> None:
    (fresh / "data" / "actors.csv").write_text("actor_id,name\nx\n", encoding="utf-8")
    with pytest.raises(CouldNotRun) as caught:
        submit(fresh, submission(coding()), RAW)
    assert (caught.value.finding.code, caught.value.finding.file) == ("unreadable-table", "data/actors.csv")


def test_a_table_changed_during_the_check_is_not_overwritten(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check_candidate = submit_module.check_candidate

    def check_after_change(*args: object) -> list[Finding]:
        with (fresh / "data" / "places.csv").open("a", encoding="utf-8") as file:
            file.write("elsewhere,Elsewhere,region,,,\n")
        return check_candidate(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(submit_module, "check_candidate", check_after_change)
    with pytest.raises(CouldNotRun) as caught:
        submit(fresh, submission(coding()), RAW)
    assert caught.value.finding.code == "concurrent-change"
    assert table(fresh, "provisions") == []


def test_publish_checks_the_expected_contents(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1")
    with pytest.raises(CouldNotRun):
        commit(tmp_path, {"b": b"2"}, {"a": sha256(b"0").hexdigest()})
    assert not (tmp_path / "b").exists()
    assert commit(tmp_path, {"b": b"2"}, {"a": sha256(b"1").hexdigest()}) == ["b"]


def test_revisions_of_changed_values_and_removed_records_go(coded: Path) -> None:
    """The pass states the value that was revised before, so that the revision would contradict it."""
    before = read_tables(open_package(coded))
    after = before.copy()
    after.rows["codings"] = [row for row in before["codings"] if row["variable"] != "commitment_verb"]
    after.rows["revisions"] = revise(after.store(), Editor("reader-one", "0.3.0")).rows
    write_tables(before, after)
    revised = [row["provision_id"] for row in after["revisions"]]
    assert len(set(revised)) == len(revised) == 9
    rows = rows_by_table(shown(coded))
    rows["provisions"][0]["commitment_verb"] = "will"
    outcome = submit(coded, as_shown(coded, rows), RAW)
    assert outcome.imported and not outcome.report.findings, outcome.report.findings
    left = [row for row in table(coded, "revisions") if row["provision_id"] != f"{SOURCE}.p01"]
    assert [row["provision_id"] for row in left] == revised[1:]
    assert table(coded, "revisions") == left
    assert rebuild_findings(Store(open_package(coded))) == []
    before = read_tables(open_package(coded))
    after = before.copy()
    after.rows["provisions"] = [row for row in before["provisions"] if row["provision_id"] != f"{SOURCE}.p09"]
    assert current_revisions(before.store(), after.store(), SOURCE) == left[:-1]
    assert current_revisions(before.store(), after.store(), "another-source") == left
