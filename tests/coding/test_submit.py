"""A first submission: quotes, IDs, findings, and complete or partial import."""

from __future__ import annotations

import copy
from collections import Counter
from pathlib import Path

from clausula import data_version
from clausula.coding.checks import COMPLETENESS_CODES
from clausula.coding.submit import Mode, submit
from clausula.validation.evidence_layer import verify
from tests.coding.practice import (
    NORTH,
    RAW,
    SOURCE,
    SOUTH,
    coding,
    state,
    submission,
    table,
    validation_findings,
    without,
)
from tests.coding.projects import as_shown, edit, errors, rows_by_table, shown
from tests.conftest import ROOT


def test_a_clean_submission_gives_a_clean_package(coded: Path) -> None:
    assert validation_findings(coded) == []
    assert Counter(row["pass_id"] for row in table(coded, "coding_units")) == {f"{SOURCE}.a": 10}
    assert [row["ordinal"] for row in table(coded, "provisions")] == [str(n) for n in range(1, 10)]
    assert table(coded, "provisions")[0]["due_to"] == "2033-04-10"
    assert [
        (row["provision_id"][-2:], row["dependency_no"], row["depends_on_provision_id"])
        for row in table(coded, "provision_dependencies")
    ] == [("04", "1", f"{SOURCE}.p01"), ("05", "1", f"{SOURCE}.p01"), ("08", "1", f"{SOURCE}.p02"), ("08", "2", "")]
    assert [row["trigger_no"] for row in table(coded, "provision_triggers")] == ["1"]
    assert [row["since"] for row in table(coded, "propositions")] == [data_version]
    assert {row["codebook_version"] for row in table(coded, "absences")} == {data_version}
    assert [row["quantity_no"] for row in table(coded, "provision_quantities")] == list("1231211")
    assert table(coded, "coding_passes") == [
        {
            "pass_id": f"{SOURCE}.a",
            "source_id": SOURCE,
            "coder_id": "bank-clerk",
            "date": "2033-05-01",
            "date_from": "2033-05-01",
            "date_to": "2033-05-01",
            "codebook_version": data_version,
            "codebook_frozen": "false",
            "blind": "true",
            "independent": "true",
            "saw": "",
            "units_given": "",
            "coder_version": "",
            "minutes": "",
            "tokens": "",
            "cost": "",
            "suggestions": "",
            "note": "",
        }
    ]


def test_every_anchor_is_verified_and_every_sentence_is_covered(coded: Path, tmp_path: Path) -> None:
    (tmp_path / f"{SOURCE}.txt").write_bytes(RAW.encode())
    report = verify(coded, tmp_path)
    assert report.findings == []
    counts = report.checked["sources"][SOURCE]
    assert (counts["verified"], counts["moved"], counts["broken"]) == (12, 0, 0)


def test_no_text_is_stored_in_the_tables(coded: Path) -> None:
    words = "takes its guns of more than 80 mm back by at least"
    assert words in RAW
    assert all(words.encode() not in content for content in state(coded).values())


def test_all_problems_are_reported_at_once_and_nothing_is_imported(fresh: Path) -> None:
    rows = coding()
    rows["provisions"][0]["modality"] = "obligaton"
    rows["provisions"][1]["summary"] = ""
    rows["provisions"][2]["instrument_id"] = "no-such-accord"
    rows["provision_actors"][0]["actor_id"] = "Council of the North Banks"
    rows["provision_actors"][3]["provision_id"] = "p077"
    rows["provision_quantities"][0]["unit"] = "km"
    rows["provisions"][0]["due"] = "10 April"
    rows["evidence"][3]["quote"] = "Neither side lays any new mines."
    rows["evidence"][8]["record"] = ""
    rows["instruments"][0]["date_basis"] = "inferred"
    before = state(fresh)
    outcome = submit(fresh, submission(rows), RAW)
    assert not outcome.imported
    assert state(fresh) == before
    assert {
        ("provisions!1.modality", "enum"),
        ("provisions!1.due", "pattern"),
        ("provisions!2.summary", "required"),
        ("provisions!3.instrument_id", "foreign-key"),
        ("provision_actors!1.actor_id", "pattern"),
        ("provision_actors!4.provision_id", "unknown-local-name"),
        ("provision_quantities!1.unit", "unit-measure-mismatch"),
        ("evidence!4.quote", "quote-mismatch"),
        ("evidence!9.record", "missing-parent"),
        ("instruments!1.date_basis", "date-basis-mismatch"),
    } <= errors(outcome)
    hints = {f.cell: f.hint for f in outcome.report.findings}
    assert hints["provisions!1.modality"].endswith("Did you mean obligation?")
    assert f"Did you mean {NORTH} (Council of the North Bank)" in hints["provision_actors!1.actor_id"]


def test_a_finding_names_its_cell_before_the_table(fresh: Path) -> None:
    rows = coding()
    rows["provisions"][0]["modality"] = "duty"
    outcome = submit(fresh, submission(rows), RAW)
    found = [f for f in outcome.report.findings if f.code == "enum"]
    assert [(f.place, f.value, f.table, f.field) for f in found] == [
        ("provisions!1.modality", "duty", "provisions", "modality")
    ]
    assert found[0].hint.startswith("Use one of obligation,")


def test_an_uncoded_sentence_is_reported_at_its_paragraph(fresh: Path) -> None:
    rows = without(coding(), "coding_log", [1, 2, 4, 5, 6, 7])
    outcome = submit(fresh, submission(rows), RAW)
    assert errors(outcome) == {("Text!B5", "uncoded-sentence")}
    assert "They therefore agree as follows." in outcome.report.findings[0].message


def test_the_sentence_of_a_wrong_quote_is_not_reported_as_uncoded(fresh: Path) -> None:
    rows = without(coding(), "coding_log", [1, 2, 4, 5, 6, 7])
    rows["evidence"][3]["quote"] = "Neither side lays any new mines."
    for mode in (Mode(), Mode(partial=True)):
        outcome = submit(fresh, submission(rows), RAW, mode)
        found = errors(outcome) - {("instruments!1.coverage", "uncoded-topic")}  # p003 is left out with its topic
        assert found == {("evidence!4.quote", "quote-mismatch"), ("Text!B5", "uncoded-sentence")}


def test_the_sentence_of_a_quote_with_a_wrong_occurrence_is_not_reported_as_uncoded(fresh: Path) -> None:
    for occurrence, code in (("9", "invalid-occurrence"), ("", "ambiguous-quote")):
        rows = coding()
        rows["evidence"][3] |= {"quote": "side", "occurrence": occurrence}
        codes = {code for _, code in errors(submit(fresh, submission(rows), RAW))}
        assert code in codes and "uncoded-sentence" not in codes


def test_a_partial_import_leaves_out_units_with_errors(fresh: Path) -> None:
    rows = coding()
    rows["provision_actors"][1]["basis"] = "guessed"  # of p001, on which p004 and p005 depend
    rows["evidence"][3]["quote"] = "Neither side lays any new mines."  # of p003
    outcome = submit(fresh, submission(rows), RAW, Mode(partial=True))
    assert outcome.imported
    assert {row["summary"][:9] for row in table(fresh, "provisions")} == {
        "Each side",
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
    ]
    codes = {f.code for f in outcome.report.findings}
    assert {"enum", "quote-mismatch", "uncoded-topic", "uncoded-sentence"} <= codes
    assert "provisions!1" in outcome.report.checked["left_out"]
    found = {f.code: f.key for f in validation_findings(fresh)}
    assert set(found) == {"uncoded-topic", "unused-actor"}
    assert found["unused-actor"] == "actor_id=salt-road-drivers"


def test_a_withheld_unit_keeps_its_values_and_its_place(coded: Path) -> None:
    rows = rows_by_table(shown(coded))
    rows["provisions"][2]["strength"] = ""
    rows["provisions"][8]["summary"] = "Both call the road a heritage."
    outcome = submit(coded, as_shown(coded, rows), RAW, Mode(partial=True))
    left = {place.partition("!")[0] for place in outcome.report.checked["left_out"]}
    assert (outcome.imported, left) == (True, {"provisions", "provision_actors", "evidence"})
    held = table(coded, "provisions")
    assert (held[2]["strength"], held[8]["summary"]) == ("2", "Both call the road a heritage.")
    assert [row["ordinal"] for row in held] == [str(n) for n in range(1, 10)]


def test_the_completeness_codes_exist() -> None:
    assert (ROOT / "validation" / "rules" / f"{COMPLETENESS_CODES[0]}.sql").is_file()
    assert COMPLETENESS_CODES[1] == "uncoded-sentence"


def test_duplicate_rows_are_reported(fresh: Path) -> None:
    rows = coding()
    rows["provision_actors"].append(dict(rows["provision_actors"][0]))
    rows["provisions"][8]["id"] = "p001"
    rows["events"][0]["id"] = "7"
    outcome = submit(fresh, submission(rows), RAW)
    assert {
        (f"provision_actors!{len(rows['provision_actors'])}", "duplicate-row"),
        ("provisions!9.id", "duplicate-row"),
        ("events!1.id", "invalid-local-name"),
    } <= errors(outcome)


def test_a_report_with_voices_reactions_and_targets(fresh: Path) -> None:
    edit(fresh, "sources", "official_text", "news_report")
    edit(fresh, "sources", ",complete,", ",report,")
    edit(fresh, "sources", "Accord of the Salt Road,news_report,,,", "Accord of the Salt Road,news_report,,Una Pell,")
    rows = coding()
    rows["absences"] = []
    rows["instruments"][0] |= {"coverage": "reported", "legal_status": ""}
    for row in rows["provisions"]:
        row["commitment_verb"] = "reported"
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
        {"reaction_id": "r001", "provision_id": "p006", "position": "expressed", "stance": "2", "conditional": "false"},
        {
            "reaction_id": "r001",
            "proposition_id": "bridge-is-open",
            "position": "expressed",
            "stance": "1",
            "conditional": "false",
        },
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
    assert (outcome.report.findings, outcome.imported) == ([], True)
    assert validation_findings(fresh) == []
    assert table(fresh, "reaction_targets")[0]["provision_id"] == f"{SOURCE}.p06"
    assert table(fresh, "attributions")[0]["evidence_id"] == f"{SOURCE}.p01.e1"
    assert [row["unit"] for row in table(fresh, "coding_units")][9:12] == ["r001", "r001.t1", "r001.t2"]
    targets = [row for row in table(fresh, "codings") if ".t" in row["unit"] and row["variable"].endswith("_id")]
    assert [(row["unit"], row["variable"], row["value"]) for row in targets] == [
        ("r001.t1", "provision_id", f"{SOURCE}.p06"),
        ("r001.t2", "proposition_id", "bridge-is-open"),
    ]
    voices = [
        row for row in table(fresh, "codings") if row["variable"] == "attributions.voice_id" and row["unit"] == "p001"
    ]
    assert [(row["item"], row["value"]) for row in voices] == [("1 1", ""), ("1 2", "una-pell")]
    before = state(fresh)
    assert submit(fresh, as_shown(fresh), RAW).files == []
    assert state(fresh) == before


def test_the_practice_coding_has_both_councils() -> None:
    assert {NORTH, SOUTH} <= {row["actor_id"] for row in coding()["actors"]}
    assert copy.deepcopy(coding()) == coding()
