"""The coding log of an answer: ranges of sentences become spans, and proposed rows are added."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from clausula.coding.answer_form import PROPOSED
from clausula.coding.numbered_text import NumberedText, ranges_of
from clausula.coding.proposed_log import proposed_log
from clausula.coding.quotes import offsets
from clausula.coding.submission import FormRow
from clausula.core.findings import Finding, finding


@dataclass(frozen=True)
class Logged:
    """An entry of the log: its row without a span, and the numbers of its sentences."""

    row: FormRow
    numbers: list[int]


def covered_sentences(numbered: NumberedText, rows: Iterable[FormRow]) -> set[int]:
    """Return the numbers of the sentences that overlap the span of a row."""
    covered: set[int] = set()
    for row in rows:
        if span := offsets(row["start"], row["end"]):
            covered.update(numbered.numbers_in(span))
    return covered


def _runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and last number of each run of consecutive numbers."""
    listed = sorted(set(numbers))
    first = 0
    for at, number in enumerate(listed):
        first = first or number
        if at + 1 == len(listed) or listed[at + 1] != number + 1:
            yield first, number
            first = 0


def _spans(numbered: NumberedText, row: FormRow, numbers: Iterable[int]) -> Iterator[FormRow]:
    for run in _runs(numbers):
        start, end = numbered.window([run])
        cells = {**row.cells, "start": str(start), "end": str(end)}
        yield FormRow(row.table, cells, row.place, row.where)


def log_rows(
    numbered: NumberedText, logged: Iterable[Logged], rows: Iterable[FormRow], take_proposed: bool
) -> tuple[list[FormRow], list[Finding]]:
    """Return the rows of the log of an answer.

    Parameters
    ----------
    numbered : NumberedText
    logged : iterable of Logged
        The entries that name sentences.
    rows : iterable of FormRow
        The other rows of the answer; sentences with an anchor are left out of the log.
    take_proposed : bool
        Whether to add the proposed rows for sentences that have neither an anchor nor an entry.
    """
    covered = covered_sentences(numbered, rows)
    found: list[FormRow] = []
    findings: list[Finding] = []
    for entry in logged:
        coded = [number for number in entry.numbers if number in covered]
        if coded:
            place = entry.row.at("quote")
            findings.append(finding("logged-anchor", sentences=ranges_of(coded), table="coding_log", cell=place))
        found += _spans(numbered, entry.row, [n for n in entry.numbers if n not in covered])
    if take_proposed:
        covered.update(number for entry in logged for number in entry.numbers)
        reasons = {number: reason for number, reason in proposed_log(numbered) if number not in covered}
        for reason in dict.fromkeys(reasons.values()):
            row = FormRow("coding_log", {"reason": reason}, f"/{PROPOSED}", {})
            found += _spans(numbered, row, [number for number, one in reasons.items() if one == reason])
    return found, findings
