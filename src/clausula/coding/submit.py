"""Import of a submission: all of it is written to the tables, or nothing is and every problem is reported."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from clausula.coding.candidate import Candidate, build_candidate
from clausula.coding.checks import COMPLETENESS_CODES, check_candidate
from clausula.coding.form import Form, is_lead
from clausula.coding.last_submission import baseline, receipt_files
from clausula.coding.merge import Place
from clausula.coding.named_entities import unite
from clausula.coding.quotes import presumed_spans
from clausula.coding.records import TableRow
from clausula.coding.register import prepare
from clausula.coding.state_codes import with_state_codes
from clausula.coding.submission import FormRow, Submission, units_of
from clausula.core.commit import finish
from clausula.core.findings import ERROR, SHOWN, CouldNotRun, Finding, Report
from clausula.core.package import csv_path, open_package
from clausula.core.progress import Progress, quiet
from clausula.core.store import Values
from clausula.core.tables import Tables, key_of, read_tables, write_tables
from clausula.core.wording import count
from clausula.evidence.text import Text


@dataclass
class Outcome:
    """The outcome of a submission.

    Attributes
    ----------
    report : Report
        Findings, each at its cell; `checked` summarises what was imported.
    files : list of str
        Files that changed, or in a dry run would change.
    imported : bool
        Whether the submission (or its clean part) was imported.
    """

    report: Report
    files: list[str] = field(default_factory=list)
    imported: bool = False


def check_text(tables: Tables, source_id: str, raw: str) -> Values:
    """Check that a source is registered and that a text is the registered edition, and return its row.

    Raises
    ------
    CouldNotRun
        If it is not.
    """
    source = tables.index("sources").get((source_id,))
    if source is None:
        raise CouldNotRun.of("unknown-source", source=source_id)
    if hashlib.sha256(raw.encode("utf-8")).hexdigest() == source["sha256"]:
        return source
    registered = int(source["characters"]) if source["characters"].isdecimal() else 0
    raise CouldNotRun.of("different-edition:registered", source=source_id, characters=len(raw), registered=registered)


def rows_with_errors(form: Form, rows: Sequence[FormRow], findings: Sequence[Finding]) -> list[FormRow]:
    """Return the rows with an error, and every other row of the same units."""
    cells = {f.cell for f in _blocking_errors(findings)}
    wrong = [row.has_cell(cells) for row in rows]
    units = units_of(form, rows)
    names = {unit for unit, is_wrong in zip(units, wrong, strict=True) if is_wrong} - {""}
    return [row for row, unit, is_wrong in zip(rows, units, wrong, strict=True) if is_wrong or unit in names]


@dataclass(frozen=True)
class Mode:
    """How a submission is imported.

    Attributes
    ----------
    partial : bool
        Whether units without errors are imported if others have errors.
    dry_run : bool
        Whether to check only and write nothing.
    shown : int
        How many findings of each code, table and field are listed.
    """

    partial: bool = False
    dry_run: bool = False
    shown: int = SHOWN


@dataclass
class _Check:
    """One submission during its check."""

    before: Tables
    text: Text
    submission: Submission
    stored: Tables
    withheld: list[Place] = field(default_factory=list)

    def check(self) -> tuple[Candidate, list[Finding]]:
        candidate = build_candidate(self.before, self.submission, self.text, self.withheld)
        return candidate, check_candidate(candidate, self.submission, self.text, self.before)

    def place(self, row: TableRow) -> Place:
        return row.table, key_of(self.before.table(row.table), row.values)

    def withhold(self, wrong: Sequence[FormRow], candidate: Candidate) -> None:
        """Withhold rows from the submission."""
        withheld = {row.number for row in wrong}
        rows = [row for row in candidate.submitted if row.row is not None and row.row.number in withheld]
        self.withheld += [self.place(row) for row in rows]
        kept = [row for row in self.submission.rows if row.number not in withheld]
        self.submission = replace(self.submission, rows=kept)


def submit(
    root: Path, submission: Submission, raw: str, mode: Mode | None = None, progress: Progress = quiet
) -> Outcome:
    """Check a submission and, if it is clean, import it.

    Parameters
    ----------
    root : Path
        The package.
    submission : Submission
    raw : str
        The text of the source.
    mode : Mode, optional

    Raises
    ------
    CouldNotRun
        If the source is not registered, the text is a different edition, or a table changed during the check.
    """
    mode = mode or Mode()
    finish(root)
    submission = submission.numbered()
    stored = read_tables(open_package(root))
    before, registering = stored, list[Finding]()
    registration = submission.registration
    if registration is not None and (submission.source_id,) not in stored.index("sources"):
        merged, registering = prepare(stored, registration, raw)
        before = merged.tables
    check_text(before, submission.source_id, raw)
    progress("checking the submission")
    submission, united = unite(before, Form(before.package.model, is_lead(submission.letter)), submission)
    submission, filled = with_state_codes(before, submission)
    text = Text(raw)
    presumed = [*submission.presumed, *presumed_spans(text, submission.rows)] if is_lead(submission.letter) else []
    run = _Check(before, text, replace(submission, presumed=presumed), stored)
    candidate, findings = run.check()
    report = Report(shown=mode.shown)
    read = [*submission.reading_findings, *registering, *united, *filled]
    unreadable = {finding.cell for finding in read if finding.severity == ERROR}
    findings = [*read, *(f for f in findings if f.cell not in unreadable and not _in_missing_column(f, read))]
    report.extend(findings)
    while mode.partial and (wrong := rows_with_errors(candidate.form, run.submission.rows, findings)):
        run.withhold(wrong, candidate)
        left_out = count(len(submission.rows) - len(run.submission.rows), "row")
        progress(f"left out {left_out}; checking the others")
        candidate, findings = run.check()
        report.extend(f for f in findings if f.identity not in {known.identity for known in report.findings})
    outcome = Outcome(report)
    stopped = _has_structural_errors(submission) or registering if mode.partial else report.total(ERROR)
    if not stopped and not _blocking_errors(findings) and run.submission.rows:
        outcome.files = _write(run, candidate, mode)
        outcome.imported = not mode.dry_run
    _summarise(outcome, submission, run, candidate)
    return outcome


def _in_missing_column(found: Finding, read: Sequence[Finding]) -> bool:
    """Return whether a value is missing because the form has no such column, which is one finding for all rows."""
    return found.code == "required" and any(
        one.code == "missing-column" and (one.table, one.field) == (found.table, found.field) for one in read
    )


def _has_structural_errors(submission: Submission) -> bool:
    """Return whether reading the form found errors that are not limited to single rows.

    A missing sheet or column would look like cleared cells, so that not even a part can be imported.
    """
    return any(
        f.severity == ERROR and not any(row.has_cell((f.cell,)) for row in submission.rows)
        for f in submission.reading_findings
    )


def _blocking_errors(findings: Sequence[Finding]) -> list[Finding]:
    return [f for f in findings if f.severity == ERROR and f.code not in COMPLETENESS_CODES]


def _write(run: _Check, candidate: Candidate, mode: Mode) -> list[str]:
    """Write the tables of a candidate and its receipt, or nothing, and return the names of the changed tables."""
    submission, merged, receipts = run.submission, candidate.merged.tables, dict[str, bytes]()
    if mode.dry_run:
        return [csv_path(name) for name in merged.changed(run.stored)]
    if submission.origin:
        last = baseline(run.before, submission.pass_id, submission.origin, ())
        withheld = set(run.withheld)
        kept = [row for row in last if run.place(row) in withheld]
        root, rows = run.before.package.root, [*candidate.submitted, *kept]
        receipts = receipt_files(root, submission.pass_id, submission.origin, rows)
    return [name for name in write_tables(run.stored, merged, receipts) if name not in receipts]


def _summarise(outcome: Outcome, submission: Submission, run: _Check, candidate: Candidate) -> None:
    kept = {row.number for row in run.submission.rows}
    outcome.report.checked = {
        "source": submission.source_id,
        "pass": submission.letter,
        "rows": len(submission.rows),
        "left_out": [row.at() for row in submission.rows if row.number not in kept],
        "imported": outcome.imported,
        "files": outcome.files,
        **{what: candidate.merged.counts[what] for what in ("added", "changed", "removed")},
    }
