"""Schema and rule checks of a candidate, with each finding located where the coder can see it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from clausula.coding.candidate import Candidate
from clausula.coding.form import LEAD, PLACE
from clausula.coding.merge import place_of
from clausula.coding.quotes import paragraph_of, paragraphs
from clausula.coding.submission import Row, Submission
from clausula.coding.table_store import Tables, key_of
from clausula.core.constraints import CELL_KINDS
from clausula.core.findings import ERROR, Finding, Report
from clausula.core.package import csv_path
from clausula.core.rules import RULES, read_rules
from clausula.core.scratch import Scratch
from clausula.evidence.anchors import uncovered
from clausula.evidence.text import Text
from clausula.validation import rules_layer, schema_layer
from clausula.validation.duckdb_engine import open_store

WHOLENESS = ("uncoded-topic", "uncoded-sentence")
"""Findings about the coding as a whole: reported for a partial import, but they do not block it."""

EDITORS = ("single-coded-source",)
"""Findings that a single pass cannot fix: `clausula validate` reports them to the editor."""

_ALL = 10**6


def check_tables(tables: Tables) -> list[Finding]:
    """Run the layers `duckdb` and `rules` on tables, as a package in a temporary folder, and return the findings."""
    package = tables.package
    with Scratch("judge") as folder:
        root = Path(folder)
        (root / "data").mkdir()
        for name in tables.rows:
            (root / csv_path(name)).write_bytes(tables.bytes(name))
        store = open_store(replace(package, root=root))
        try:
            report = Report(shown=_ALL)
            schema_layer.check(store, report)
            rules_layer.check(store, report, read_rules(package.root / RULES))
        finally:
            store.close()
    return report.findings


@dataclass(frozen=True)
class _Told:
    """A finding on a submitted row."""

    finding: Finding
    row: Row
    column: str

    @property
    def direct(self) -> bool:
        """Whether the finding is on a value that the coder entered, not on one that was computed."""
        return not self.finding.field or self.column == self.finding.field or self.finding.field in PLACE


def _told(candidate: Candidate, finding: Finding) -> _Told | None:
    """Return a finding at the cell of the submitted row, or None if it is on another row."""
    if finding.table not in candidate.trial.tables.rows or finding.row is None:
        return None
    tables = candidate.trial.tables
    row = tables[finding.table][finding.row - 1]
    final = candidate.trial.origins.get((finding.table, key_of(tables.table(finding.table), row)))
    if final is None:
        return None
    source, column = place_of(candidate.form, final, finding.field or "")
    if source is None:
        return None
    told = replace(finding, file=None, line=None, column=None, row=None, cell=source.at(column))
    return _Told(told, source, column)


def _unseen(found: list[Finding], known: Iterable[Finding]) -> Iterator[Finding]:
    """Return the findings that are not already known, even if their rows have moved."""
    seen = {(f.code, f.table, f.key, f.field, f.value) for f in known}
    return (f for f in found if (f.code, f.table, f.key, f.field, f.value) not in seen)


def _quiet(candidate: Candidate, rows: Sequence[Row], own: list[_Told]) -> Iterator[Finding]:
    """Yield findings without those that only follow from others.

    A finding follows from others if its cell already has a finding, if the value of its cell is malformed, or if it is
    on a value that was computed from a row with an error.
    """
    said = {f.cell for f in candidate.findings if f.severity == ERROR}
    wrong = {id(row) for row in rows if said & {row.at(), *row.where.values()}}
    wrong |= {id(told.row) for told in own if told.direct and told.finding.severity == ERROR}
    for told in sorted(own, key=lambda told: told.finding.code not in CELL_KINDS):
        if told.finding.cell in said or (not told.direct and id(told.row) in wrong):
            continue
        if told.finding.code in CELL_KINDS:
            said.add(told.finding.cell)
        yield told.finding


def coverage(candidate: Candidate, submission: Submission, text: Text) -> list[Finding]:
    """Return findings on sentences with neither a record nor a reason, at their paragraph in the sheet `Text`."""
    tables = candidate.merged.tables
    rows = [row for name in ("evidence", "coding_log") for row in tables.where(name, source_id=submission.source_id)]
    spans = [(int(r["start"]), int(r["end"])) for r in rows if r["start"].isdigit() and r["end"].isdigit()]
    lines = paragraphs(text.raw)
    found = []
    for finding in uncovered(text, spans, submission.source_id):
        start, end = (int(n) for n in (finding.value or "0-0").split("-"))
        words = text.raw[start:end].split()
        first = " ".join(words[:8]) + (" …" if len(words) > 8 else "")
        found.append(
            replace(
                finding,
                message=f"the sentence has neither a record nor a reason: {first}",
                value=None,
                key=f"{start}-{end}",
                layers=(),
                cell=f"Text!B{paragraph_of(lines, start) + 1}",
            )
        )
    return found


def judge_rows(candidate: Candidate, rows: Sequence[Row], present: Tables, others: bool = True) -> list[Finding]:
    """Check a candidate against schemas and rules and return the findings.

    Findings on rows that were not submitted are returned only if the candidate causes them and `others` is set.
    """
    found = [finding for finding in check_tables(candidate.trial.tables) if finding.code not in EDITORS]
    own = [told for finding in found if (told := _told(candidate, finding)) is not None]
    findings = [*candidate.findings, *_quiet(candidate, rows, own)]
    elsewhere = [finding for finding in found if _told(candidate, finding) is None] if others else []
    return [*findings, *(_unseen(elsewhere, check_tables(present)) if elsewhere else ())]


def judge(candidate: Candidate, submission: Submission, text: Text, present: Tables) -> list[Finding]:
    """Check a candidate and return all findings, located at the cells of the form.

    For a pass other than the leading one, findings on rows that it cannot see are omitted, and it does not have to
    account for every sentence.

    Parameters
    ----------
    candidate : Candidate
    submission : Submission
    text : Text
    present : Tables
        The tables of the package.
    """
    lead = submission.letter == LEAD
    findings = judge_rows(candidate, submission.rows, present, others=lead)
    return [*findings, *coverage(candidate, submission, text)] if lead else findings
