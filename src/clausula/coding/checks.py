"""Schema and rule checks of a candidate, with each finding located where the coder can see it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from clausula.coding.answer_names import Names, names_in
from clausula.coding.candidate import Candidate
from clausula.coding.form import ANCHOR_FIELDS, LEAD
from clausula.coding.merge import form_cell
from clausula.coding.passes import TABLE_OF_LETTER
from clausula.coding.quotes import paragraph_of, paragraphs
from clausula.coding.submission import FormRow, Submission
from clausula.core.constraints import CELL_KINDS
from clausula.core.edtf_like import edtf_like
from clausula.core.findings import ERROR, Finding, Report, shown
from clausula.core.rules import RULES, read_rules
from clausula.core.tables import Tables, key_of
from clausula.evidence.anchors import uncovered_sentences
from clausula.evidence.text import Text
from clausula.validation import rules_layer, schema_layer
from clausula.validation.duckdb_engine import open_engine

COMPLETENESS_CODES = ("uncoded-topic", "uncoded-sentence")
"""Findings about the coding as a whole: reported for a partial import, but they do not block it."""

EDITOR_CODES = ("single-coded-source",)
"""Findings that a single pass cannot fix: `clausula validate` reports them to the editor."""

_ALL = 10**6
_UNREADABLE = ("pattern", "type", "date-bounds")
_RECORD = re.compile(rf"[a-z0-9][a-z0-9-]*\.([{''.join(TABLE_OF_LETTER)}])[0-9]{{2,4}}\b")


def check_tables(tables: Tables, codes: Collection[str] | None = None) -> list[Finding]:
    """Run the layers `duckdb` and `rules` on tables in memory, and return the findings.

    Parameters
    ----------
    codes : collection of str, optional
        Check only what can give findings with these codes.
    """
    rules = read_rules(tables.package.root / RULES)
    wanted = [rule for rule in rules if codes is None or rule.code in codes]
    report = Report(shown=_ALL)
    engine = open_engine(tables.store())
    try:
        if codes is None or set(codes) - {rule.code for rule in wanted}:
            schema_layer.check(engine, report)
        rules_layer.check(engine, report, wanted)
    finally:
        engine.close()
    return report.findings


@dataclass(frozen=True)
class _RowFinding:
    """A finding on a submitted row."""

    finding: Finding
    row: FormRow
    column: str

    @property
    def direct(self) -> bool:
        """Whether the finding is on a value that the coder entered, not on one that was computed."""
        return not self.finding.field or self.column == self.finding.field or self.finding.field in ANCHOR_FIELDS


def _row_finding(candidate: Candidate, finding: Finding) -> _RowFinding | None:
    """Return a finding at the cell of the submitted row, or None if it is on another row."""
    if finding.table not in candidate.trial.tables.rows or finding.row is None:
        return None
    tables = candidate.trial.tables
    row = tables[finding.table][finding.row - 1]
    table_row = candidate.trial.origins.get((finding.table, key_of(tables.table(finding.table), row)))
    if table_row is None:
        return None
    source, column = form_cell(candidate.form, table_row, finding.field or "")
    if source is None:
        return None
    located = replace(finding, file=None, line=None, column=None, row=None, cell=source.at(column))
    return _RowFinding(located, source, column)


def _new_findings(found: list[Finding], known: Iterable[Finding]) -> Iterator[Finding]:
    """Return the findings that are not already known, even if their rows have moved."""
    seen = {(f.code, f.table, f.key, f.field, f.value) for f in known}
    return (f for f in found if (f.code, f.table, f.key, f.field, f.value) not in seen)


def _root_findings(candidate: Candidate, rows: Sequence[FormRow], own: list[_RowFinding]) -> Iterator[Finding]:
    """Yield findings without those that only follow from others.

    A finding follows from others if its cell already has a finding, if the value of its cell is malformed, if it is on
    a value that was computed from a row with an error, or if a unit has no span because its quote has an error.
    """
    cells_with_findings = {f.cell for f in candidate.findings if f.severity == ERROR}
    rows_with_errors = {row.number for row in rows if row.has_cell(cells_with_findings)}
    rows_with_errors |= {located.row.number for located in own if located.direct and located.finding.severity == ERROR}
    unread = {row["record"] for row in rows if row.table == "evidence" and row.number in rows_with_errors}
    for located in sorted(own, key=lambda located: located.finding.code not in CELL_KINDS):
        follows = not located.direct and located.row.number in rows_with_errors
        follows |= located.finding.table == "coding_units" and located.row["id"] in unread
        if follows or located.finding.cell in cells_with_findings:
            continue
        if located.finding.code in CELL_KINDS:
            cells_with_findings.add(located.finding.cell)
        yield located.finding


def with_similar(candidate: Candidate, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield findings whose hints name the values or IDs that are most similar to the value at hand.

    Only rows are named that the coder may see: the tables of the trial lack what another pass added.
    """
    names: dict[str, Names] = {}
    for one in findings:
        similar = ", ".join(_dates_like(candidate, one))
        columns = candidate.form[one.table].columns if one.table and one.table in candidate.form else ()
        column = next((column for column in columns if column.name == one.field), None)
        if column is not None and one.value and one.code == "enum":
            similar = ", ".join(get_close_matches(one.value, [value for value, _ in column.choices], 2))
        elif column is not None and one.value and one.code in ("foreign-key", "pattern") and column.refers:
            names = names or names_in(candidate.trial.tables, candidate.form)
            known = names.get(column.refers, Names())
            similar = ", ".join(f"{name} ({known.ids[name]})" for name in known.similar(one.value) if known.ids[name])
        one = replace(one, message=_with_local_names(candidate, one.message))  # noqa: PLW2901
        yield replace(one, hint=f"{one.hint} Did you mean {shown(similar, 200)}?") if similar else one


def _dates_like(candidate: Candidate, one: Finding) -> list[str]:
    """Return how the value of a finding would be written as a date, if its field is one."""
    table = candidate.form[one.table].table if one.table and one.table in candidate.form else None
    field = table[one.field] if table is not None and one.field in table.names else None
    return edtf_like(one.value) if field is not None and field.bounds and one.value and one.code in _UNREADABLE else []


def _with_local_names(candidate: Candidate, message: str) -> str:
    """Return a message in which records of the submission have the local names and places that the coder knows."""

    def local(match: re.Match[str]) -> str:
        row = candidate.trial.origins.get((TABLE_OF_LETTER[match[1]], (match[0],)))
        known = row.row if row is not None else None
        return f"{known['id']} ({known.at('id')})" if known is not None and known["id"] else match[0]

    return _RECORD.sub(local, message)


def coverage(candidate: Candidate, submission: Submission, text: Text) -> list[Finding]:
    """Return findings on sentences with neither a record nor a reason, at their paragraph in the sheet `Text`.

    A sentence to which a quote with an error probably belongs has no finding: it is coded once the quote is corrected.
    """
    tables = candidate.merged.tables
    rows = [row for name in ("evidence", "coding_log") for row in tables.where(name, source_id=submission.source_id)]
    spans = [(int(r["start"]), int(r["end"])) for r in rows if r["start"].isdigit() and r["end"].isdigit()]
    lines = paragraphs(text.raw)
    spans += submission.presumed
    found = []
    for finding in uncovered_sentences(text, spans, submission.source_id):
        start, end = (int(n) for n in (finding.value or "0-0").split("-"))
        words = text.raw[start:end].split()
        first = " ".join(words[:8]) + (" …" if len(words) > 8 else "")
        message = f"the sentence has neither a record nor a reason: {first}"
        cell = f"Text!B{paragraph_of(lines, start) + 1}"
        found.append(replace(finding, message=message, value=None, key=f"{start}-{end}", layers=(), cell=cell))
    return found


def check_rows(candidate: Candidate, rows: Sequence[FormRow], present: Tables, others: bool = True) -> list[Finding]:
    """Check a candidate against schemas and rules and return the findings.

    Findings on rows that were not submitted are returned only if the candidate causes them and `others` is set.
    """
    found = [finding for finding in check_tables(candidate.trial.tables) if finding.code not in EDITOR_CODES]
    own = [located for finding in found if (located := _row_finding(candidate, finding)) is not None]
    findings = [*candidate.findings, *with_similar(candidate, _root_findings(candidate, rows, own))]
    elsewhere = [finding for finding in found if _row_finding(candidate, finding) is None] if others else []
    known = check_tables(present, {finding.code for finding in elsewhere}) if elsewhere else []
    return [*findings, *_new_findings(elsewhere, known)]


def check_candidate(candidate: Candidate, submission: Submission, text: Text, present: Tables) -> list[Finding]:
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
    findings = check_rows(candidate, submission.rows, present, others=lead)
    return [*findings, *coverage(candidate, submission, text)] if lead else findings
