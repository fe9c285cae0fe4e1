"""Packs and answers: what a coder of any kind is given, and how its answer is checked and imported."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from clausula.coding.answer_submit import ReadAnswer, submit_answer
from clausula.coding.pack import PackRequest, make_pack
from clausula.coding.pack_markdown import example, pack_markdown
from clausula.coding.submit import Mode, Outcome
from clausula.core.findings import Finding
from clausula.core.package import open_package
from clausula.core.tables import read_tables
from tests.coding.answers import NUMBERED, answer, unit, write_answer
from tests.coding.practice import RAW, SOURCE, SOURCE_ROW, TEXT, coding, project, state, table, validation_findings
from tests.command import clausula


def submitted(root: Path, value: dict[str, Any], mode: Mode | None = None, **fields: str) -> Outcome:
    return submit_answer(root, ReadAnswer(value, value["source"], value["pass"], fields), RAW, mode)


def found(outcome: Outcome, severity: str = "error") -> dict[tuple[str | None, str], Finding]:
    return {(f.cell, f.code): f for f in outcome.report.findings if f.severity == severity}


def rows_of(root: Path) -> dict[str, list[bytes]]:
    """Return the lines of every table, in any order: an answer has the parts of one unit together."""
    return {name: sorted(content.splitlines()) for name, content in state(root).items()}


def pack(root: Path, letter: str = "a", **more: Any) -> dict[str, Any]:
    return make_pack(read_tables(open_package(root)), RAW, PackRequest(SOURCE, letter, **more))


def test_the_answer_gives_the_same_tables_as_the_form(fresh: Path, ingested: Path) -> None:
    value = answer()
    jsonschema.validate(value, pack(fresh)["answer_schema"])
    outcome = submitted(fresh, value)
    assert (found(outcome), outcome.imported) == ({}, True)
    assert rows_of(fresh) == rows_of(ingested)
    again = submitted(fresh, value)
    assert (again.imported, again.files) == (True, [])


def test_a_corrected_answer_replaces_the_earlier_one(fresh: Path) -> None:
    value = answer()
    assert submitted(fresh, value).imported
    unit(value, "p002")["quantities"].pop(0)
    unit(value, "p003")["summary"] = "Neither side lays mines from now on."
    gone = unit(value, "p009")
    value["provisions"].remove(gone)
    value["coding_log"].append({"sentences": gone["evidence"][0]["sentences"], "reason": "restated"})
    outcome = submitted(fresh, value)
    assert outcome.imported, outcome.report.findings
    assert len(table(fresh, "provisions")) == 8
    assert "Neither side lays mines from now on." in {row["summary"] for row in table(fresh, "provisions")}
    assert len(table(fresh, "provision_quantities")) == 6


def test_every_fault_is_reported_at_once_and_nothing_is_imported(fresh: Path) -> None:
    value = answer()
    before = state(fresh)
    unit(value, "p001")["modality"] = "duty"
    unit(value, "p001")["evidence"][0]["quote"] = "Both Councils halt all shooting along the Salt Road"
    unit(value, "p002")["actors"][0]["actor_id"] = "north-bank-counsel"
    unit(value, "p003")["evidence"][0]["sentences"] = "400"
    unit(value, "p004")["evidence"][0]["quote"] = "a sentence that nobody wrote anywhere in this text"
    unit(value, "p005")["strenght"] = 3
    unit(value, "p007")["quantities"][0]["value"] = [6]
    del unit(value, "p008")["evidence"][0]["quote"]
    value["coding_log"].pop(0)
    value["remarks"] = "none"
    outcome = submitted(fresh, value)
    assert not outcome.imported and state(fresh) == before
    errors = found(outcome)
    assert {
        ("/provisions/0/modality", "enum"),
        ("/provisions/0/evidence/0/quote", "quote-mismatch"),
        ("/provisions/1/actors/0/actor_id", "unknown-id"),
        ("/provisions/2/evidence/0/sentences", "invalid-sentences"),
        ("/provisions/3/evidence/0/quote", "quote-not-found"),
        ("/provisions/4/strenght", "unknown-column"),
        ("/provisions/6/quantities/0/value", "malformed-answer"),
        ("/provisions/7/evidence/0/quote", "missing-quote"),
        ("/remarks", "unknown-column"),
    } <= errors.keys()
    assert (
        "north-bank-council (Council of the North Bank)"
        in errors["/provisions/1/actors/0/actor_id", "unknown-id"].message
    )
    assert "[-halt-] {+stop+}" in errors["/provisions/0/evidence/0/quote", "quote-mismatch"].message
    assert errors["/provisions/4/strenght", "unknown-column"].hint.startswith("The fields here are: strength,")
    assert errors["/provisions/0/modality", "enum"].key == "p001"
    missed = [f for f in outcome.report.findings if f.code == "uncoded-sentence"]
    assert [f.cell for f in missed][:1] == ["sentence 1"]
    assert outcome.report.checked["uncoded_sentences"].startswith("1, ")
    places = [f.cell for f in outcome.report.findings if f.cell and f.cell.startswith("/")]
    assert len(places) == len(set(places)), "one finding for each place, none that only follows from another"


def test_what_a_program_writes_loosely_is_understood(fresh: Path, ingested: Path) -> None:
    value = answer()
    value["coders"] = value["coders"][0]
    value["remarks"] = None
    del value["remarks"]
    first = unit(value, "p001")
    first |= {"id": "p1", "modality": "Obligation", "strength": 3, "note": None}
    first["provision_actors"] = first.pop("actors")
    first["provision_actors"][0]["actor_id"] = "Council of the North Bank"
    first["evidence"] = {"sentences": 5, "quote": "Both Councils … 10 April 2033."}
    unit(value, "p008")["dependencies"][0]["depends_on_provision_id"] = "p2"
    outcome = submitted(fresh, value)
    assert (found(outcome), outcome.imported) == ({}, True)
    assert rows_of(fresh) == rows_of(ingested)


def test_a_quote_counts_if_its_sentence_is_wrong(fresh: Path) -> None:
    value = answer()
    unit(value, "p003")["evidence"][0]["sentences"] = "2"
    outcome = submitted(fresh, value)
    assert outcome.imported
    warning = found(outcome, "warning")["/provisions/2/evidence/0/quote", "quote-outside-sentences"]
    assert "not in 2" in warning.message
    unit(value, "p003")["evidence"][0] = {"sentences": "2", "quote": "Salt Road"}
    errors = found(submitted(fresh, value))
    assert ("/provisions/2/evidence/0/quote", "quote-outside-sentences") in errors


def test_a_repeated_quote_needs_its_number(fresh: Path) -> None:
    value = answer()
    unit(value, "p004")["evidence"][0] = {"quote": "Councils"}
    errors = found(submitted(fresh, value))
    finding = errors["/provisions/3/evidence/0/quote", "ambiguous-quote"]
    assert "in sentence" in finding.message
    unit(value, "p004")["evidence"][0]["occurrence"] = 1
    assert ("/provisions/3/evidence/0/quote", "ambiguous-quote") not in found(submitted(fresh, value))


def test_logged_sentences_with_an_anchor_are_left_out(fresh: Path, ingested: Path) -> None:
    value = answer()
    heading = int(value["coding_log"][3]["sentences"])
    value["coding_log"][3]["sentences"] = f"{heading}-{heading + 1}"
    outcome = submitted(fresh, value)
    assert outcome.imported and rows_of(fresh) == rows_of(ingested)
    assert "logged-anchor" in {f.code for f in outcome.report.findings}


def test_a_blind_pass_needs_no_leading_pass(fresh: Path) -> None:
    value = answer(letter="b")
    jsonschema.validate(value, pack(fresh, "b")["answer_schema"])
    outcome = submitted(fresh, value, coder_version="example-model 4.1", minutes="12", tokens="90000", cost="0.8")
    assert (found(outcome), outcome.imported) == ({}, True)
    assert table(fresh, "provisions") == table(fresh, "instruments") == []
    (row,) = table(fresh, "coding_passes")
    assert (row["pass_id"], row["coder_version"]) == (f"{SOURCE}.b", "example-model 4.1")
    assert (row["minutes"], row["tokens"], row["cost"]) == ("12", "90000", "0.8")


def test_a_blind_pack_shows_nothing_of_another_pass(empty: Path, ingested: Path) -> None:
    before, after = pack(empty, "b"), pack(ingested, "b")
    assert after["lists"].pop("instruments") == [[SOURCE, "Accord of the Salt Road"]]
    assert after["lists"].pop("processes") == [["salt-road-settlement", "Settlement of the Salt Road"]]
    before["lists"].pop("instruments")
    assert after == before
    assert pack(ingested, "a")["lists"]["actors"]


def test_a_blind_pass_names_its_own_actors(coded: Path) -> None:
    value = answer(letter="b")
    for actor in value["actors"]:
        actor["name"] = actor["name"].replace("Council", "Assembly")
    outcome = submitted(coded, value)
    assert (found(outcome), outcome.imported) == ({}, True)
    assert "Assembly" not in str(table(coded, "actors"))


def test_the_example_of_a_pack_has_its_form(fresh: Path) -> None:
    for letter in "ab":
        made = pack(fresh, letter)
        jsonschema.validate(example(made), made["answer_schema"])
    wrong = example(made) | {"provisions": [{"id": "p001"}]}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, made["answer_schema"])


def test_a_pack_is_limited_to_the_units_that_are_wanted(fresh: Path) -> None:
    whole, limited = pack(fresh), pack(fresh, units=("provisions",))
    tables = {one["table"] for one in limited["form"]}
    assert "reaction_targets" not in tables and {"provisions", "evidence", "attributions"} <= tables
    assert "stance" in whole["codebook"] and "stance" not in limited["codebook"]
    assert len(pack_markdown(limited)) < len(pack_markdown(whole))
    assert "Worked examples" not in "".join(pack(fresh, examples=False)["codebook"].values())


@pytest.fixture
def place(fresh: Path, tmp_path: Path) -> Path:
    (fresh / "texts").mkdir()
    shutil.copy(TEXT, fresh / "texts" / f"{SOURCE}.txt")
    return fresh


def test_the_commands_are_a_session(place: Path) -> None:
    run = clausula("code", "pack", SOURCE, "--pass", "a", "--texts", "texts", "--json", cwd=place)
    payload = json.loads(run.stdout)
    assert (run.returncode, payload["sentences"]) == (0, len(NUMBERED.spans))
    assert len((place / payload["pack"]).read_text(encoding="utf-8")) == payload["characters"]
    again = clausula("code", "pack", SOURCE, "--pass", "b", "--texts", "texts", "--out", payload["pack"], cwd=place)
    assert (again.returncode, "file-exists" in again.stderr) == (2, True)
    value = answer()
    unit(value, "p001")["modality"] = "duty"
    text = f"Here is my answer.\n\n```json\n{json.dumps(value)}\n```\n"
    (place / "answer.md").write_text(text, encoding="utf-8")
    run = clausula("code", "submit", "answer.md", "--texts", "texts", "--json", cwd=place)
    (error,) = json.loads(run.stdout)["findings"]
    assert (run.returncode, error["cell"], error["key"]) == (1, "/provisions/0/modality", "p001")
    write_answer(place, answer())
    run = clausula("code", "submit", "answer.json", "--texts", "texts", "--minutes", "9", cwd=place)
    assert (run.returncode, "next: clausula build" in run.stdout) == (0, True)
    assert table(place, "coding_passes")[0]["minutes"] == "9"
    assert validation_findings(place) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("no JSON", "malformed-answer"),
        ("[1]", "malformed-answer"),
        ('{"source": "x", "source": "y"}', "malformed-answer"),
        ('{"source": "x"}', "malformed-answer"),
        ('{"source": "x", "pass": "a"}', "text-not-found"),
        (f'{{"source": "{SOURCE}", "pass": "a", "provisions": "none"}}', "malformed-answer"),
        (f'{{"source": "{SOURCE}", "pass": "a", "provisions": [{{"evidence": 3}}]}}', "malformed-answer"),
    ],
)
def test_a_file_that_is_no_answer_is_a_finding(place: Path, text: str, code: str) -> None:
    (place / "bad.json").write_text(text, encoding="utf-8")
    before = state(place)
    run = clausula("code", "submit", "bad.json", "--texts", "texts", cwd=place)
    assert run.returncode in (1, 2) and f"error {code}" in run.stdout + run.stderr
    assert "Traceback" not in run.stderr and state(place) == before


def test_an_answer_can_register_its_source(tmp_path: Path) -> None:
    root = project(tmp_path / "project", with_source=False)
    assert pack(root)["registered"] is False
    given = ("title", "kind", "date", "date_basis", "language", "locator", "completeness")
    value = answer() | {"sources": [{name: SOURCE_ROW[name] for name in given} | {"kind": "leaflet"}]}
    before = state(root)
    outcome = submitted(root, value)
    assert ("/sources/0/kind", "enum") in found(outcome) and state(root) == before
    value["sources"][0]["kind"] = "official_text"
    jsonschema.validate(value, pack(root)["answer_schema"])
    unit(value, "p001")["modality"] = "duty"
    assert not submitted(root, value).imported and state(root) == before
    unit(value, "p001")["modality"] = "obligation"
    outcome = submitted(root, value)
    assert (found(outcome), outcome.imported) == ({}, True)
    assert table(root, "sources")[0]["fingerprint"] == SOURCE_ROW["fingerprint"]
    assert validation_findings(root) == []
    assert coding()["actors"][0]["actor_id"] in {row["actor_id"] for row in table(root, "actors")}
