"""Proposed rows of the coding log, and how they are taken over in one step."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from clausula.coding.numbered_text import NumberedText
from clausula.coding.proposed_log import proposed_log
from clausula.evidence.text import Text
from clausula.evidence.verify import read_text
from tests.coding.answers import NUMBERED, answer
from tests.coding.practice import SOURCE, project, state, table
from tests.coding.test_pack import pack, rows_of, submitted
from tests.coding.workbooks import FORM
from tests.command import clausula
from tests.conftest import TEXTS

NOTE = """\
Agreement on the Ferry

The councils of Hillport and Reedham,

Recalling the great flood;

desiring to live in peace,

have agreed as follows:

Article 1
Landing

The council of Hillport takes its guards off the landing.

Supporting the guild remains the task of both councils.

1. Boats
Release of the boatmen
Return of the boats
New nets for everyone

The guild pays for them.

Final provisions

Either council may end this agreement.

Signed at Hillport on 2 May 2034

For Hillport: Ada Marsh

Otto Reed
"""


def proposed(text: str) -> dict[str, str]:
    numbered = NumberedText(Text(text))
    return {" ".join(text[slice(*numbered.spans[n - 1])].split()): reason for n, reason in proposed_log(numbered)}


def test_headings_recitals_enacting_words_and_signatures_are_proposed() -> None:
    assert proposed(NOTE) == {
        "Agreement on the Ferry": "title",
        "Recalling the great flood;": "preamble",
        "desiring to live in peace,": "preamble",
        "have agreed as follows:": "connective",
        "Landing": "title",
        "Final provisions": "title",
        "Signed at Hillport on 2 May 2034": "byline",
        "For Hillport: Ada Marsh": "byline",
        "Otto Reed": "byline",
    }


@pytest.mark.parametrize(
    "text",
    [
        "The guards leave.\n\nThey shall return the boats",
        "The guards leave.\n\nImmediate release of all boatmen, and",
        "The guards leave.\n\nrelease of all boatmen",
        "The guards leave.\n\n“Ferry”",
        "Note.\n\nArticle 1\n\nThe guards leave.\n\nRecalling the guards is the task of the council.",
    ],
)
def test_what_could_be_a_provision_is_not_proposed(text: str) -> None:
    assert proposed(text) == {}


def test_an_answer_takes_over_the_proposals(fresh: Path, ingested: Path) -> None:
    value = answer() | {"proposed_log": True}
    reasons = dict(proposed_log(NUMBERED))
    logged = {int(n): entry["reason"] for entry in value["coding_log"] if (n := entry["sentences"]).isdigit()}
    taken = {n for n in reasons if reasons[n] == logged.get(n)}
    assert len(taken) >= 4
    value["coding_log"] = [entry for entry in value["coding_log"] if entry["sentences"] not in map(str, taken)]
    outcome = submitted(fresh, value)
    assert outcome.imported, outcome.report.findings
    assert rows_of(fresh) == rows_of(ingested)
    assert pack(fresh)["proposed_log"]["title"].startswith("1")


def test_a_workbook_takes_over_the_proposals(tmp_path: Path) -> None:
    import openpyxl

    from tests.coding.practice import TEXT

    root = project(tmp_path / "project")
    arguments = ("--pass", "a", "--text", str(TEXT), "--propose-log", "--out", "a.xlsx")
    assert clausula("code", "workbook", SOURCE, *arguments, cwd=root).returncode == 0
    page = openpyxl.load_workbook(root / "a.xlsx")["coding_log"]
    names = [column.name for column in FORM["coding_log"].columns]
    rows = [dict(zip(names, (cell.value for cell in line), strict=True)) for line in page.iter_rows(min_row=2)]
    filled = [row for row in rows if row["reason"]]
    assert len(filled) >= 4 and filled[0]["quote"].startswith("[span 0-")
    before = state(root)
    run = clausula("code", "ingest", "a.xlsx", "--text", str(TEXT), cwd=root)
    assert "coding_log!" not in run.stdout, "the proposed rows have no faults"
    assert state(root) == before and table(root, "coding_log") == []


@pytest.mark.texts
def test_proposals_for_texts_that_were_not_coded_are_right() -> None:
    """The proposed rows of 15 texts were judged by reading each sentence; the hash of each sentence finds it again."""
    with (Path(__file__).parent / "judged_log.csv").open(encoding="utf-8", newline="") as file:
        judged = {(row["source_id"], row["reason"], row["fingerprint"]): row["right"] for row in csv.DictReader(file)}
    verdicts: list[str] = []
    for source in sorted({source for source, _, _ in judged}):
        numbered = NumberedText(Text(read_text(TEXTS / f"{source}.txt")))
        made = ((reason, numbered.text.fingerprint(*numbered.spans[n - 1])) for n, reason in proposed_log(numbered))
        verdicts += [judged.get((source, *one), "not judged") for one in made]
    right = verdicts.count("yes")
    assert (len(verdicts) >= 200, right / len(verdicts) >= 0.95) == (True, True), (right, len(verdicts))


def test_what_a_signature_says_of_languages_and_what_a_recital_decides_is_not_proposed() -> None:
    text = NOTE.replace(
        "Signed at Hillport on 2 May 2034", "Signed at Hillport on 2 May 2034 in two languages, both valid."
    )
    assert not any("languages" in sentence for sentence in proposed(text))
    text = NOTE.replace(
        "desiring to live in peace,", "desiring peace, the councils have jointly decided to share a ferry,"
    )
    assert not any("decided" in sentence for sentence in proposed(text))
