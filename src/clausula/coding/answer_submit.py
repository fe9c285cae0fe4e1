"""Submission of an answer: read leniently, checked completely, and imported through the same path as any other form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from clausula.coding.answer_names import choice
from clausula.coding.answer_read import Answer, AnswerReader
from clausula.coding.blind import visible_tables
from clausula.coding.form import Form, is_lead
from clausula.coding.numbered_text import NumberedText, ranges_of
from clausula.coding.submission import FormRow, Submission
from clausula.coding.submit import Mode, Outcome, submit
from clausula.core.commit import finish
from clausula.core.findings import ERROR, CouldNotRun, Report, finding
from clausula.core.model import SchemaError
from clausula.core.package import open_package
from clausula.core.progress import Progress, quiet
from clausula.core.schemas import parse_json
from clausula.core.tables import read_tables
from clausula.evidence.text import Text
from clausula.evidence.verify import read_text

ORIGIN = "answer"
"""The origin of every answer, so that a corrected answer replaces the earlier one."""

EVERYTHING = 10**6
"""The number of findings of a kind that are listed: a coder corrects all of them in one round."""

MAX_ANSWER = 32 << 20
"""The maximum size of an answer in bytes."""

_FENCE = re.compile(r"```(?:json)?\s*\n(.*?)\n\s*```", re.DOTALL)


@dataclass(frozen=True)
class ReadAnswer:
    """An answer as it was submitted.

    Attributes
    ----------
    payload : mapping
        Its JSON object.
    source_id, letter : str
    pass_fields : mapping of str to str
        Fields of `coding_passes` that the person who ran the coder knows; they replace those of the answer.
    """

    payload: Mapping[str, Any]
    source_id: str
    letter: str
    pass_fields: Mapping[str, str] = field(default_factory=dict)


def read_answer(path: Path, pass_fields: Mapping[str, str] | None = None) -> ReadAnswer:
    """Read the file of an answer: a JSON object, alone or as the only fenced block of a Markdown text.

    Raises
    ------
    CouldNotRun
        If it cannot be read, or does not name its source and its pass.
    """
    if path.is_file() and path.stat().st_size > MAX_ANSWER:
        raise CouldNotRun.of("malformed-answer", reason=f"{path.name} is larger than {MAX_ANSWER >> 20} MiB")
    text = read_text(path)
    fenced = _FENCE.findall(text)
    try:
        payload = parse_json(fenced[0] if len(fenced) == 1 and not text.lstrip().startswith("{") else text, path.name)
    except SchemaError as error:
        raise CouldNotRun.of("malformed-answer", reason=str(error)) from error
    source, letter = payload.get("source"), payload.get("pass")
    if not isinstance(source, str) or not isinstance(letter, str) or not re.fullmatch("[a-z]", letter):
        raise CouldNotRun.of("malformed-answer:pass", file=path.name)
    return ReadAnswer(payload, source.strip(), letter, pass_fields or {})


def submit_answer(
    root: Path,
    read: ReadAnswer,
    raw: str,
    mode: Mode | None = None,
    progress: Progress = quiet,
) -> Outcome:
    """Check an answer and, if it has no errors, import it.

    Parameters
    ----------
    root : Path
        The package.
    read : ReadAnswer
    raw : str
        The text of the source.
    mode : Mode, optional

    Raises
    ------
    CouldNotRun
        If the source is not registered and the answer does not register it, the text is a different edition, or a
        table changed during the check.
    """
    finish(root)
    progress("reading the answer")
    tables = read_tables(open_package(root))
    form = Form(tables.package.model, is_lead(read.letter))
    numbered = NumberedText(Text(raw))
    visible = visible_tables(tables, read.source_id, read.letter, _processes(read.payload))
    reader = AnswerReader(form, visible, numbered, tables)
    answer = reader.read(read.payload)
    rows = with_pass(form, answer.rows, read.pass_fields)
    registration = answer.registration
    if registration is not None:
        registration = replace(registration, cells={"source_id": read.source_id, **registration.cells})
    submission = Submission(
        read.source_id,
        read.letter,
        rows,
        origin=ORIGIN,
        reading_findings=answer.findings,
        registration=registration,
        presumed=answer.presumed,
    )
    mode = replace(mode or Mode(), shown=EVERYTHING)
    outcome = submit(root, submission, raw, mode, progress)
    outcome.report = _for_answer(outcome.report, answer, numbered)
    return outcome


def _processes(payload: Mapping[str, Any]) -> set[str]:
    """Return the IDs of processes that the events of an answer name."""
    events = payload.get("events")
    return (
        {str(one.get("process_id")) for one in events if isinstance(one, dict)} if isinstance(events, list) else set()
    )


def with_pass(form: Form, rows: list[FormRow], given: Mapping[str, str]) -> list[FormRow]:
    """Return the rows with the given fields in the row of the pass, which is added if there is none."""
    columns = {column.name: column for column in form["coding_passes"].columns}
    cells = {name: choice(columns[name], value) for name, value in given.items() if value}
    coders = [row["coder_id"] for row in rows if row.table == "coders"]
    if not any(row.table == "coding_passes" for row in rows):
        place = "/coding_passes/0"
        where = {name: f"{place}/{name}" for name in columns}
        rows = [*rows, FormRow("coding_passes", {}, place, where)]
    coder = {"coder_id": coders[0]} if len(coders) == 1 else {}
    return [
        replace(row, cells={**coder, **{k: v for k, v in row.cells.items() if v}, **cells})
        if row.table == "coding_passes"
        else row
        for row in rows
    ]


def _for_answer(report: Report, answer: Answer, numbered: NumberedText) -> Report:
    """Return a report whose findings name units and sentences."""
    found = Report(shown=EVERYTHING, checked=dict(report.checked))
    uncoded: list[int] = []
    unread = {answer.unit_at(one.cell or "") for one in answer.findings if one.severity == ERROR}
    for one in report.findings:
        unit = answer.unit_at(one.cell or "")
        if one.code == "uncoded-sentence" and one.key:
            uncoded.append(numbered.number_at(int(one.key.partition("-")[0])))
        elif one.table != "coding_units" or unit not in unread:  # a unit has no span if its quote was not found
            found.add(replace(one, key=unit) if unit else one)
    if uncoded:
        given = {"sentences": ranges_of(sorted(uncoded)), "table": "coding_log", "cell": "/coding_log"}
        found.add(finding("uncoded-sentence:answer", **given))
        found.checked["uncoded_sentences"] = given["sentences"]
    return found
