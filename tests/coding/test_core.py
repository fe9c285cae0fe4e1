"""From a submission to the tables: found, named, judged, merged and taken over, whatever the form."""

from __future__ import annotations

import copy
import shutil
from collections import Counter
from pathlib import Path

import pytest

from clausula import data_version
from clausula.core.findings import CouldNotRun, Finding
from clausula.core.package import open_package
from clausula.core.publish import Moved, publish
from clausula.core.text import Text
from clausula.features.coding import submit as handing_in
from clausula.features.coding.form import Form
from clausula.features.coding.judge import EDITORS, WHOLENESS, check_tables
from clausula.features.coding.passes import Pass, shown_rows
from clausula.features.coding.submission import Row, Submission
from clausula.features.coding.submit import Mode, Outcome, submit
from clausula.features.coding.tables import read_tables
from clausula.features.verify import verify
from tests.coding.practice import (
    NORTH,
    RAW,
    SOURCE,
    SOUTH,
    Rows,
    beside,
    coding,
    faults,
    project,
    state,
    submission,
    table,
    without,
)
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return project(tmp_path_factory.mktemp("empty") / "project")


@pytest.fixture(scope="module")
def ingested(empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = Path(shutil.copytree(empty, tmp_path_factory.mktemp("ingested") / "project"))
    assert submit(root, submission(coding()), RAW).taken
    return root


@pytest.fixture
def fresh(empty: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(empty, tmp_path / "project"))


@pytest.fixture
def coded(ingested: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(ingested, tmp_path / "project"))


def told(outcome: Outcome) -> set[tuple[str | None, str]]:
    return {(f.cell, f.code) for f in outcome.report.findings if f.severity == "error"}


def edit(root: Path, name: str, old: str, new: str) -> None:
    path = root / "data" / f"{name}.csv"
    content = path.read_text(encoding="utf-8")
    assert content.count(old) == 1, (name, old, content.count(old))
    path.write_text(content.replace(old, new), encoding="utf-8")


def shown(root: Path, letter: str = "a") -> list[Row]:
    tables = read_tables(open_package(root))
    return shown_rows(Pass(tables, Form(tables.package.model, letter == "a"), SOURCE, letter), Text(RAW))


def as_shown(root: Path, rows: Rows | None = None) -> Submission:
    """What a form made now hands in, with its cells changed as wanted."""
    was = shown(root)
    return submission(rows if rows is not None else by_table(was), origin="new", shown=was)


def by_table(rows: list[Row]) -> Rows:
    found: Rows = {}
    for row in rows:
        found.setdefault(row.table, []).append(dict(row.cells))
    return found


def test_a_clean_submission_becomes_a_clean_package(coded: Path) -> None:
    assert faults(coded) == []
    assert Counter(row["pass_id"] for row in table(coded, "coding_units")) == {f"{SOURCE}.a": 10}
    assert [row["ordinal"] for row in table(coded, "provisions")] == [str(n) for n in range(1, 10)]
    assert table(coded, "provisions")[0]["due_to"] == "2033-04-10"
    assert table(coded, "provisions")[7]["condition_provision_id"] == f"{SOURCE}.p02"
    assert [row["quantity_no"] for row in table(coded, "provision_quantities")] == list("1231211")
    assert table(coded, "coding_passes") == [
        {
            "pass_id": f"{SOURCE}.a",
            "source_id": SOURCE,
            "date": "2033-05-01",
            "date_from": "2033-05-01",
            "date_to": "2033-05-01",
            "codebook_version": data_version,
            "blind": "true",
            "note": "",
        }
    ]


def test_every_anchor_and_every_sentence_stands(coded: Path, tmp_path: Path) -> None:
    (tmp_path / f"{SOURCE}.txt").write_bytes(RAW.encode())
    report = verify(coded, tmp_path)
    assert report.findings == []
    told = report.checked["sources"][SOURCE]
    assert (told["verified"], told["moved"], told["broken"]) == (12, 0, 0)


def test_no_words_of_the_text_are_taken_over(coded: Path) -> None:
    words = "takes its guns of more than 80 mm back by at least"
    assert words in RAW
    assert all(words.encode() not in content for content in state(coded).values())


def test_handing_in_twice_changes_no_byte(coded: Path) -> None:
    before = state(coded)
    outcome = submit(coded, submission(coding()), RAW)
    assert (outcome.taken, outcome.files, outcome.report.findings) == (True, [], [])
    assert state(coded) == before


def test_what_is_shown_hands_in_as_it_was(coded: Path) -> None:
    before = state(coded)
    outcome = submit(coded, as_shown(coded), RAW)
    assert (outcome.report.findings, outcome.files) == ([], [])
    assert state(coded) == before
    quotes = {row["quote"] for row in shown(coded) if row.table == "evidence"}
    assert "Neither side lays new mines." in quotes


@pytest.mark.texts
@pytest.mark.parametrize("source", ["minsk-package-2015", "us-russia-draft-plan-report-2025"])
def test_a_coded_source_of_the_package_is_shown_and_handed_in_unchanged(source: str) -> None:
    raw = (ROOT.parent / "shared" / "sources" / f"{source}.txt").read_bytes().decode("utf-8")
    tables = read_tables(open_package(ROOT))
    rows = shown_rows(Pass(tables, Form(tables.package.model), source, "a"), Text(raw))
    outcome = submit(ROOT, Submission(source, "a", rows, rows), raw, Mode(dry_run=True))
    assert (outcome.report.findings, outcome.files) == ([], [])


def test_everything_wrong_is_told_at_once_and_nothing_is_taken(fresh: Path) -> None:
    rows = coding()
    rows["provisions"][0]["modality"] = "duty"
    rows["provisions"][1]["summary"] = ""
    rows["provisions"][2]["instrument_id"] = "no-such-accord"
    rows["provision_actors"][0]["actor_id"] = "nobody"
    rows["provision_actors"][3]["provision_id"] = "p077"
    rows["provision_quantities"][0]["unit"] = "km"
    rows["provisions"][0]["due"] = "10 April"
    rows["evidence"][3]["quote"] = "Neither side lays any new mines."
    rows["evidence"][8]["record"] = ""
    rows["instruments"][0]["date_basis"] = "inferred"
    before = state(fresh)
    outcome = submit(fresh, submission(rows), RAW)
    assert not outcome.taken
    assert state(fresh) == before
    assert {
        ("provisions!1.modality", "enum"),
        ("provisions!1.due", "pattern"),
        ("provisions!2.summary", "required"),
        ("provisions!3.instrument_id", "foreign-key"),
        ("provision_actors!1.actor_id", "foreign-key"),
        ("provision_actors!4.provision_id", "unknown-local-name"),
        ("provision_quantities!1.unit", "unit-fits-measure"),
        ("evidence!4.quote", "quote-differs"),
        ("evidence!9.record", "required"),
        ("instruments!1.date_basis", "basis-of-dates"),
    } <= told(outcome)


def test_a_finding_names_its_cell_before_the_table(fresh: Path) -> None:
    rows = coding()
    rows["provisions"][0]["modality"] = "duty"
    outcome = submit(fresh, submission(rows), RAW)
    found = [f for f in outcome.report.findings if f.code == "enum"]
    assert [(f.place, f.value, f.table, f.field) for f in found] == [
        ("provisions!1.modality", "duty", "provisions", "modality")
    ]
    assert found[0].hint.startswith("Use one of obligation,")


def test_a_sentence_without_record_or_reason_is_told_by_its_paragraph(fresh: Path) -> None:
    rows = without(coding(), "coding_log", [1, 2, 4, 5, 6, 7])
    outcome = submit(fresh, submission(rows), RAW)
    assert told(outcome) == {("Text!B5", "sentence-uncovered")}
    assert "They therefore agree as follows." in outcome.report.findings[0].message


def test_the_clean_part_is_taken_with_all_that_hangs_on_it(fresh: Path) -> None:
    rows = coding()
    rows["provision_actors"][1]["basis"] = "guessed"  # of p001
    rows["evidence"][3]["quote"] = "Neither side lays any new mines."  # of p003
    outcome = submit(fresh, submission(rows), RAW, Mode(partial=True))
    assert outcome.taken
    assert {row["summary"][:9] for row in table(fresh, "provisions")} == {
        "Each side",
        "The north",
        "The south",
        "Families ",
        "A board t",
        "The road ",
    }
    assert [row["provision_id"][-3:] for row in table(fresh, "provisions")] == [
        "p01",
        "p02",
        "p03",
        "p04",
        "p05",
        "p06",
        "p07",
    ]
    codes = {f.code for f in outcome.report.findings}
    assert {"enum", "quote-differs", "every-topic-accounted-for", "sentence-uncovered"} <= codes
    assert "provisions!1" in outcome.report.checked["left_out"]
    assert {f.code for f in faults(fresh)} == {"every-topic-accounted-for"}


def test_after_a_part_the_whole_comes_in(fresh: Path) -> None:
    rows = coding()
    rows["provision_actors"][1]["basis"] = "guessed"
    submit(fresh, submission(rows), RAW, Mode(partial=True))
    outcome = submit(fresh, submission(coding()), RAW)
    assert outcome.taken
    assert outcome.report.findings == []
    assert faults(fresh) == []
    assert len(table(fresh, "provisions")) == 9


def test_a_unit_that_is_left_out_stays_in_its_place(coded: Path) -> None:
    rows = by_table(shown(coded))
    rows["provisions"][2]["strength"] = ""
    rows["provisions"][8]["summary"] = "Both call the road a heritage."
    outcome = submit(coded, as_shown(coded, rows), RAW, Mode(partial=True))
    left = {place.partition("!")[0] for place in outcome.report.checked["left_out"]}
    assert (outcome.taken, left) == (True, {"provisions", "provision_actors", "evidence"})
    held = table(coded, "provisions")
    assert (held[2]["strength"], held[8]["summary"]) == ("2", "Both call the road a heritage.")
    assert [row["ordinal"] for row in held] == [str(n) for n in range(1, 10)]


def test_the_codes_of_wholeness_exist() -> None:
    assert (ROOT / "validation" / "rules" / f"{WHOLENESS[0]}.sql").is_file()
    assert WHOLENESS[1] == "sentence-uncovered"


def test_a_coder_may_go_on_in_the_same_form(coded: Path) -> None:
    rows = coding()
    rows["provisions"][2]["strength"] = "1"
    rows["actors"][2]["name"] = "League of the Coast"
    rows["provision_actors"][8]["actor_id"] = NORTH  # the monitor is another one
    rows["evidence"][3]["quote"] = "Neither side lays new mines"
    outcome = submit(coded, submission(rows), RAW)
    assert (outcome.taken, outcome.report.findings) == (True, [])
    assert table(coded, "provisions")[2]["strength"] == "1"
    assert any(row["name"] == "League of the Coast" for row in table(coded, "actors"))
    assert [row["actor_id"] for row in table(coded, "provision_actors") if row["role"] == "monitor"] == [NORTH]


def test_tables_that_moved_on_keep_what_the_coder_did_not_touch(coded: Path) -> None:
    edit(coded, "provisions", "The two sides lay no further mines.", "No further mines are laid.")
    rows = coding()
    rows["provisions"][3]["strength"] = "2"
    outcome = submit(coded, submission(rows), RAW)
    assert (outcome.taken, outcome.report.findings) == (True, [])
    held = table(coded, "provisions")
    assert (held[2]["summary"], held[3]["strength"]) == ("No further mines are laid.", "2")


def test_a_cell_that_both_changed_is_a_conflict_and_nothing_is_written(coded: Path) -> None:
    edit(coded, "provisions", "The two sides lay no further mines.", "No further mines are laid.")
    rows = coding()
    rows["provisions"][2]["summary"] = "Mines are no longer laid."
    before = state(coded)
    outcome = submit(coded, submission(rows), RAW)
    assert told(outcome) == {("provisions!3.summary", "conflict")}
    assert "'No further mines are laid.'" in outcome.report.findings[0].message
    assert state(coded) == before


def test_a_record_of_others_is_never_overwritten(coded: Path) -> None:
    rows = coding()
    rows["actors"][0]["name"] = "Some other council"
    outcome = submit(coded, submission(rows, origin="a form that put nothing in"), RAW)
    assert told(outcome) == {("actors!1.name", "conflict")}


def test_a_row_that_was_shown_and_is_gone_goes(coded: Path) -> None:
    rows = by_table(shown(coded))
    for name, column in (("provisions", "id"), ("provision_actors", "provision_id"), ("evidence", "record")):
        rows[name] = [row for row in rows[name] if row[column] != "p009"]
    rows["absences"].append({"instrument_id": SOURCE, "topic_id": "cross-border-cooperation"})
    rows["coding_log"].append(
        {"reason": "preamble", "quote": "The two Councils recognise the Salt Road as their common heritage."}
    )
    outcome = submit(coded, as_shown(coded, rows), RAW)
    assert (outcome.taken, outcome.report.findings) == (True, [])
    assert len(table(coded, "provisions")) == 8
    assert not any(row["unit"] == "p009" for row in table(coded, "codings"))


def test_a_row_that_others_changed_is_not_removed(coded: Path) -> None:
    old = as_shown(coded)
    edit(coded, "provisions", "The road is called a common heritage.", "Both call the road a heritage.")
    rows = [row for row in old.rows if not (row.table == "provisions" and row["id"] == "p009")]
    outcome = submit(coded, Submission(SOURCE, "a", rows, old.shown, origin="new"), RAW)
    assert ("provisions", "conflict") in told(outcome)
    assert not outcome.taken


def test_what_a_form_never_showed_and_does_not_hand_in_stays(coded: Path) -> None:
    before = state(coded)
    rows = coding()
    rows["provision_places"] = []
    outcome = submit(coded, submission(rows, origin="another"), RAW)
    assert {f.code for f in outcome.report.findings} == {"not-handed-in"}
    assert outcome.report.exit_status() == 0
    assert state(coded) == before


def test_a_record_that_was_removed_meanwhile_is_a_conflict_if_it_was_changed(coded: Path) -> None:
    was = as_shown(coded)
    path = coded / "data" / "coding_log.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if ",connective," not in line), encoding="utf-8")
    rows = [
        Row(row.table, {**row.cells, "note": "Changed."}, row.place, row.where)
        if row["reason"] == "connective"
        else row
        for row in was.rows
    ]
    outcome = submit(coded, Submission(SOURCE, "a", rows, was.shown, origin="new"), RAW)
    assert "conflict" in {code for _, code in told(outcome)}


def test_two_rows_with_one_key_are_told(fresh: Path) -> None:
    rows = coding()
    rows["provision_actors"].append(dict(rows["provision_actors"][0]))
    rows["provisions"][8]["id"] = "p001"
    rows["events"][0]["id"] = "7"
    outcome = submit(fresh, submission(rows), RAW)
    assert {
        (f"provision_actors!{len(rows['provision_actors'])}", "stands-twice"),
        ("provisions!9.id", "stands-twice"),
        ("events!1.id", "bad-local-name"),
    } <= told(outcome)


def test_another_pass_writes_its_values_and_nothing_else(coded: Path) -> None:
    before = state(coded)
    rows = beside(coding())
    rows["actors"], rows["places"] = [], []
    rows["provisions"][0]["strength"] = "2"
    outcome = submit(coded, submission(rows, "b"), RAW)
    assert (outcome.taken, outcome.report.findings) == (True, [])
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
    assert faults(coded) == []
    again = state(coded)
    assert submit(coded, submission(rows, "b"), RAW).files == []
    assert state(coded) == again


def test_another_pass_is_judged_by_itself(coded: Path) -> None:
    rows = beside(coding())
    rows["provisions"][2]["modality"] = ""
    rows["provisions"] = rows["provisions"][:4]
    outcome = submit(coded, submission(rows, "b"), RAW)
    assert ("provisions!3.modality", "required") in told(outcome)
    assert {cell.split("!")[0] for cell, _ in told(outcome) if cell} <= {
        "provisions",
        "evidence",
        "provision_actors",
        "provision_quantities",
    }
    assert not any("absence" in f.code or f.code in WHOLENESS for f in outcome.report.findings)


def test_another_pass_is_shown_nothing_of_the_first(coded: Path) -> None:
    assert shown(coded, "b") == []
    submit(coded, submission(beside(coding()), "b"), RAW)
    again = by_table(shown(coded, "b"))
    assert [row["id"] for row in again["provisions"]] == [f"p{n:03d}" for n in range(1, 10)]
    assert again["provisions"][7]["condition_provision_id"] == "p002"


def test_a_pass_that_was_compared_stays_as_it_was_made(coded: Path) -> None:
    with (coded / "data" / "resolutions.csv").open("a", encoding="utf-8") as file:
        file.write(f"{SOURCE},1,1,p001,p001,{SOURCE}.p01,,,provisions.strength,,3,a,slip,\n")
    rows = coding()
    assert submit(coded, submission(rows), RAW).report.findings == []
    rows["provisions"][0]["strength"] = "2"
    outcome = submit(coded, submission(rows), RAW)
    assert told(outcome) == {("provisions!1.strength", "pass-closed")}


def test_findings_of_others_are_not_the_coders(coded: Path) -> None:
    with (coded / "data" / "actors.csv").open("a", encoding="utf-8") as file:
        file.write("idle-actor,Idle actor,person,false,,,,,,,\nbad-actor,Bad actor,wizard,false,,,,,,,\n")
    assert {f.code for f in check_tables(read_tables(open_package(coded)))} == {"enum", "every-actor-is-used", *EDITORS}
    assert submit(coded, submission(coding()), RAW).report.findings == []


def test_a_finding_that_the_submission_causes_elsewhere_is_told(coded: Path) -> None:
    with (coded / "data" / "provision_links.csv").open("a", encoding="utf-8") as file:
        file.write(f"{SOURCE}.p09,{SOURCE}.p01,restates,stated,\n")
    rows = by_table(shown(coded))
    rows["provision_links"] = []
    for name, column in (("provisions", "id"), ("provision_actors", "provision_id"), ("evidence", "record")):
        rows[name] = [row for row in rows[name] if row[column] != "p009"]
    kept = as_shown(coded, rows)
    quiet = Submission(
        SOURCE, "a", kept.rows, [row for row in kept.shown if row.table != "provision_links"], origin="new"
    )
    found = [f for f in submit(coded, quiet, RAW).report.findings if f.table == "provision_links"]
    assert [(f.code, f.cell, f.file, f.line) for f in found if f.code == "foreign-key"] == [
        ("foreign-key", None, "data/provision_links.csv", 2)
    ]


def test_another_edition_is_refused(fresh: Path) -> None:
    with pytest.raises(CouldNotRun) as caught:
        submit(fresh, submission(coding()), RAW + "\nOne more line.")
    assert caught.value.finding.code == "other-edition"


def test_an_unknown_source_is_refused(fresh: Path) -> None:
    with pytest.raises(CouldNotRun) as caught:
        submit(fresh, Submission("no-such-source", "a", []), RAW)
    assert caught.value.finding.code == "unknown-source"


def test_a_table_that_cannot_be_read_stops_it(fresh: Path) -> None:
    (fresh / "data" / "actors.csv").write_text("actor_id,name\nx\n", encoding="utf-8")
    with pytest.raises(CouldNotRun) as caught:
        submit(fresh, submission(coding()), RAW)
    assert (caught.value.finding.code, caught.value.finding.file) == ("unreadable-table", "data/actors.csv")


def test_a_table_that_changed_while_it_was_checked_is_not_overwritten(
    fresh: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge = handing_in.judge

    def meanwhile(*args: object) -> list[Finding]:
        with (fresh / "data" / "places.csv").open("a", encoding="utf-8") as file:
            file.write("elsewhere,Elsewhere,region,,,\n")
        return judge(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(handing_in, "judge", meanwhile)
    with pytest.raises(CouldNotRun) as caught:
        submit(fresh, submission(coding()), RAW)
    assert caught.value.finding.code == "tables-moved"
    assert table(fresh, "provisions") == []


def test_publish_checks_what_it_expects(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1")
    with pytest.raises(Moved):
        publish(tmp_path, {"b": b"2"}, {"a": b"0"})
    assert not (tmp_path / "b").exists()
    assert publish(tmp_path, {"b": b"2"}, {"a": b"1"}) == ["b"]


def test_a_report_brings_voices_reactions_and_targets(fresh: Path) -> None:
    edit(fresh, "sources", "official_text", "news_report")
    edit(fresh, "sources", ",complete,", ",report,")
    edit(fresh, "sources", "Accord of the Salt Road,news_report,,,", "Accord of the Salt Road,news_report,,Una Pell,")
    rows = coding()
    rows["absences"] = []
    rows["instruments"][0] |= {"coverage": "reported"}
    rows["actors"].append({"actor_id": "una-pell", "name": "Una Pell", "kind": "person", "unnamed": "false"})
    rows["reactions"] = [
        {
            "id": "r001",
            "claimant_id": NORTH,
            "speaker_id": "astrid-holm",
            "form": "spoken_statement",
            "date": "2033-04-04",
            "date_basis": "stated",
            "summary": "Nobody is to be asked about the war.",
        }
    ]
    rows["reaction_targets"] = [
        {"reaction_id": "r001", "provision_id": "p006", "position": "expressed", "stance": "2", "conditional": "false"}
    ]
    rows["evidence"][7]["record"] = "r001"
    rows["evidence"][7]["bearing"] = "states"
    rows["attributions"] = []
    for anchor in rows["evidence"]:
        first = {"voice_id": "astrid-holm", "naming": "named"} if anchor["record"] == "r001" else {"naming": "absent"}
        rows["attributions"] += [
            {"evidence_id": anchor["id"], "role": "origin", "rendering": "paraphrase", "scope": "stated", **first},
            {
                "evidence_id": anchor["id"],
                "voice_id": "una-pell",
                "role": "author",
                "naming": "named",
                "rendering": "own",
                "scope": "frame",
            },
        ]
    outcome = submit(fresh, submission(rows), RAW)
    assert (outcome.report.findings, outcome.taken) == ([], True)
    assert faults(fresh) == []
    assert table(fresh, "reaction_targets")[0]["provision_id"] == f"{SOURCE}.p06"
    assert table(fresh, "attributions")[0]["evidence_id"] == f"{SOURCE}.p01.e1"
    assert [row["unit"] for row in table(fresh, "coding_units")][9:11] == ["r001", "r001.t1"]
    voices = [
        row for row in table(fresh, "codings") if row["variable"] == "attributions.voice_id" and row["unit"] == "p001"
    ]
    assert [(row["item"], row["value"]) for row in voices] == [("1 1", ""), ("1 2", "una-pell")]
    before = state(fresh)
    assert submit(fresh, as_shown(fresh), RAW).files == []
    assert state(fresh) == before


def test_the_coding_of_the_tests_is_one_of_two_sides() -> None:
    assert {NORTH, SOUTH} <= {row["actor_id"] for row in coding()["actors"]}
    assert copy.deepcopy(coding()) == coding()
