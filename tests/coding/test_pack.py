"""Packs and answers: what a coder of any kind is given, and how its answer is checked and imported."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from clausula.coding.answer_read import Answer, AnswerReader
from clausula.coding.answer_submit import ReadAnswer, read_answer, submit_answer
from clausula.coding.blind import blind_tables
from clausula.coding.form import Form
from clausula.coding.pack import PackRequest, make_pack
from clausula.coding.pack_markdown import example, pack_markdown
from clausula.coding.submit import Mode, Outcome
from clausula.core.findings import CouldNotRun, Finding
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
    missing = outcome.report.checked["uncoded_sentences"]
    assert missing == "1" and missing in errors["/coding_log", "uncoded-sentence"].message
    places = [f.cell for f in outcome.report.findings if f.cell and f.cell.startswith("/")]
    assert len(places) == len(set(places)), "one finding for each place, none that only follows from another"


def read(root: Path, value: dict[str, Any]) -> Answer:
    """Return an answer as it is read, before any check of the tables."""
    tables = read_tables(open_package(root))
    return AnswerReader(Form(tables.package.model), tables, NUMBERED).read(value)


def kinds(answer: Answer) -> dict[tuple[str | None, str], Finding]:
    return {(f.cell, f.code): f for f in answer.findings}


def cells(answer: Answer) -> list[tuple[str, dict[str, str]]]:
    return sorted((row.table, sorted((k, v) for k, v in row.cells.items() if v)) for row in answer.rows)


def test_what_a_program_writes_loosely_is_understood(empty: Path) -> None:
    value, plain = answer(), read(empty, answer())
    value["coders"] = value["coders"][0]
    value["disputes"] = None
    first = unit(value, "p001")
    first |= {"id": "p1", "modality": "Obligation", "strength": "3", "note": None}
    first["provision_actors"] = first.pop("actors")
    first["provision_actors"][0]["actor_id"] = "Council of the North Bank"
    first["evidence"] = {"sentences": int(first["evidence"][0]["sentences"]), "quote": "Both Councils … 10 April 2033."}
    unit(value, "p008")["dependencies"][0]["depends_on_provision_id"] = "p2"
    loose = read(empty, value)
    assert (loose.findings, cells(loose)) == ([], cells(plain))


@pytest.mark.parametrize(
    "anchor",
    [
        {"quote": "Neither side lays any new mines."},
        {"sentences": "own", "quote": "a sentence that nobody wrote anywhere in this text"},
        {"sentences": "own"},
        {"sentences": "own", "quote": "…"},
        {"sentences": "400", "quote": "own"},
        {"sentences": "own", "quote": "Councils"},
        {"quote": "side"},
    ],
)
def test_the_sentence_of_a_wrong_quote_is_not_reported_as_uncoded(fresh: Path, anchor: dict[str, str]) -> None:
    value = answer()
    own = unit(value, "p003")["evidence"][0]
    unit(value, "p003")["evidence"][0] = {k: own[k] if v == "own" else v for k, v in anchor.items()}
    outcome = submitted(fresh, value)
    assert {place for place, _ in found(outcome)} <= {f"/provisions/2/evidence/0/{k}" for k in ("quote", "sentences")}
    value["coding_log"].pop(0)
    assert submitted(fresh, value).report.checked["uncoded_sentences"] == "1"


def test_a_quote_counts_if_its_sentence_is_wrong(empty: Path) -> None:
    value, at = answer(), "/provisions/2/evidence/0/quote"
    unit(value, "p003")["evidence"][0]["sentences"] = "2"
    found = read(empty, value)
    assert cells(found) == cells(read(empty, answer()))
    warning = kinds(found)[at, "quote-outside-sentences"]
    assert ("not in 2" in warning.message, warning.severity) == (True, "warning")
    unit(value, "p003")["evidence"][0] = {"sentences": "2", "quote": "Salt Road"}
    assert kinds(read(empty, value))[at, "quote-outside-sentences"].severity == "error"


def test_a_repeated_quote_needs_its_number(empty: Path) -> None:
    value, at = answer(), "/provisions/3/evidence/0/quote"
    unit(value, "p004")["evidence"][0] = {"quote": "Councils"}
    assert "in sentence" in kinds(read(empty, value))[at, "ambiguous-quote"].message
    unit(value, "p004")["evidence"][0]["occurrence"] = 1
    assert read(empty, value).findings == []


def test_logged_sentences_with_an_anchor_are_left_out(empty: Path) -> None:
    value = answer()
    heading = int(value["coding_log"][3]["sentences"])
    value["coding_log"][3]["sentences"] = f"{heading}-{heading + 1}"
    found = read(empty, value)
    assert cells(found) == cells(read(empty, answer()))
    assert [f.code for f in found.findings] == ["logged-anchor"]


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


def test_a_blind_pass_may_name_what_only_the_leading_pass_uses_now(fresh: Path) -> None:
    """An actor stands in the pack of pass b; then pass a is the only one that refers to it."""
    path = fresh / "data/actors.csv"
    path.write_text(
        f"{path.read_text(encoding='utf-8')}salt-guild,Guild of the Salt,group,false,,,,,,,\n", encoding="utf-8"
    )
    for letter in "ab":
        value = answer(letter=letter)
        unit(value, "p001")["actors"].append({"actor_id": "salt-guild", "role": "beneficiary", "basis": "named"})
        outcome = submitted(fresh, value)
        assert (found(outcome), outcome.imported) == ({}, True), letter
    value = answer(letter="b")
    unit(value, "p001")["actors"].append({"actor_id": "sugar-guild", "role": "beneficiary", "basis": "named"})
    assert "unknown-id" in str(found(submitted(fresh, value)))


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


def test_a_pack_without_provisions_asks_for_reactions_only(fresh: Path) -> None:
    """A statement on a plan has no instrument of its own, so nothing can be absent from it."""
    for letter in "ab":
        made = pack(fresh, letter, units=("reactions", "events"))
        jsonschema.validate(example(made), made["answer_schema"])
        assert "provisions" not in example(made) and "absences" not in {one["table"] for one in made["form"]}
        assert "absences" not in " ".join(made["instructions"])
        assert "absences" not in made["codebook"]
    assert "absences" in " ".join(pack(fresh)["instructions"])


def test_a_blind_pass_may_target_what_its_own_text_names(coded: Path) -> None:
    tables = read_tables(open_package(coded))
    named = {**tables["instruments"][0], "instrument_id": "older-plan", "source_id": SOURCE, "coverage": "name_only"}
    tables.rows["instruments"].append(named)
    hidden, kept = (blind_tables(tables, SOURCE, used) for used in ({}, {"instruments": {"older-plan"}}))
    assert named not in hidden["instruments"] and named in kept["instruments"]


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
    ("given", "follows"),
    [
        (["--text", f"texts/{SOURCE}.txt"], f" --text texts/{SOURCE}.txt"),
        (["--texts", "texts"], " --texts texts"),
        ([], ""),
    ],
)
def test_the_text_is_given_as_a_file_or_in_a_folder_or_found(place: Path, given: list[str], follows: str) -> None:
    for command in (["pack"], ["workbook", "--out", "a.xlsx"]):
        run = clausula("code", command[0], SOURCE, "--pass", "a", *command[1:], *given, "--json", cwd=place)
        assert run.returncode == 0, run.stderr
        assert json.loads(run.stdout)["next"].endswith(("ANSWER.json" if command == ["pack"] else "a.xlsx") + follows)
    run = clausula("code", "ingest", "a.xlsx", *given, "--dry-run", cwd=place)
    assert "text-not-found" not in run.stderr and run.returncode == 1
    write_answer(place, answer())
    assert clausula("code", "submit", "answer.json", *given, "--dry-run", cwd=place).returncode == 0
    elsewhere = ["--texts", "nowhere"] if not given else [given[0], "nowhere"]
    for command in (["pack", SOURCE, "--pass", "a"], ["ingest", "a.xlsx"], ["submit", "answer.json"]):
        assert clausula("code", *command, *elsewhere, cwd=place).returncode == 2


@pytest.mark.parametrize(
    "text",
    ["no JSON", "[1]", '{"source": "x", "source": "y"}', '{"source": "x"}', '{"source": 1, "pass": "a"}', "{" * 9],
)
def test_a_file_that_is_no_answer_is_a_finding(tmp_path: Path, text: str) -> None:
    (tmp_path / "bad.json").write_text(text, encoding="utf-8")
    with pytest.raises(CouldNotRun) as raised:
        read_answer(tmp_path / "bad.json")
    assert raised.value.finding.code == "malformed-answer"


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"provisions": "none"}, "/provisions"),
        ({"provisions": [["p001"]]}, "/provisions/0"),
        ({"provisions": [{"evidence": 3}]}, "/provisions/0/evidence"),
        ({"actors": [{"name": {"en": "x"}}]}, "/actors/0/name"),
    ],
)
def test_a_malformed_part_is_a_finding_at_its_place(empty: Path, more: dict[str, Any], place: str) -> None:
    assert (place, "malformed-answer") in kinds(read(empty, answer() | more))


def test_an_answer_can_register_its_source(tmp_path: Path) -> None:
    root = project(tmp_path / "project", with_source=False)
    assert pack(root)["registered"] is False
    given = ("title", "kind", "date", "date_basis", "language", "locator", "completeness")
    value = answer() | {"sources": [{name: SOURCE_ROW[name] for name in given} | {"kind": "leaflet"}]}
    unit(value, "p001")["modality"] = "duty"
    before = state(root)
    outcome = submitted(root, value)
    assert {("/sources/0/kind", "enum"), ("/provisions/0/modality", "enum")} <= found(outcome).keys()
    assert state(root) == before
    value["sources"][0]["kind"], unit(value, "p001")["modality"] = "official_text", "obligation"
    jsonschema.validate(value, pack(root)["answer_schema"])
    outcome = submitted(root, value)
    assert (found(outcome), outcome.imported) == ({}, True)
    assert table(root, "sources")[0]["fingerprint"] == SOURCE_ROW["fingerprint"]
    assert coding()["actors"][0]["actor_id"] in {row["actor_id"] for row in table(root, "actors")}
