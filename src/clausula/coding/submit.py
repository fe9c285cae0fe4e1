"""Handing in: from a submission to the tables, or to everything that is wrong with it. Whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from clausula.coding.candidate import Candidate, candidate
from clausula.coding.form import BELOW, UNITS
from clausula.coding.last_submission import read_receipt, receipt, receipt_path
from clausula.coding.merge import Place
from clausula.coding.records import Final
from clausula.coding.submission import Row, Submission
from clausula.coding.table_store import Tables, key_of, read_tables
from clausula.coding.trial import WHOLENESS, judge
from clausula.core.findings import ERROR, CouldNotRun, Finding, Report
from clausula.core.package import csv_path, open_package
from clausula.core.progress import Progress, quiet
from clausula.core.publish import Moved, publish, recover
from clausula.evidence.text import Text


@dataclass
class Outcome:
    """What became of a submission.

    Attributes
    ----------
    report : Report
        Findings, each at its cell; `checked` says what was taken over.
    files : list of str
        Files that changed, or with a dry run would change.
    taken : bool
        Whether the submission (or its clean part) is in the tables now.
    """

    report: Report
    files: list[str] = field(default_factory=list)
    taken: bool = False


def check_text(tables: Tables, source_id: str, raw: str) -> None:
    """Refuse a text that is not the edition that was registered.

    Raises
    ------
    CouldNotRun
        If the text is another one.
    """
    source = tables.index("sources").get((source_id,))
    if source is None or hashlib.sha256(raw.encode("utf-8")).hexdigest() == source["sha256"]:
        return
    what = f"this is not the text of {source_id}: it has {len(raw)} characters, registered are {source['characters']}"
    raise CouldNotRun(Finding("different-edition", what, "Name the file that was registered."))


PARENTS = ("record", "provision_id", "reaction_id", "event_id")
"""The columns by which rows name the unit to which they belong."""


def _units(rows: Sequence[Row]) -> dict[int, str]:
    """The unit of each row, by identity; empty outside units. A chain of voices belongs to the unit of its anchor."""
    anchors = {row["id"]: row["record"] for row in rows if row.table == "evidence"}
    found = {}
    for row in rows:
        if row.table in UNITS:
            found[id(row)] = row["id"]
        elif row.table == "attributions":
            found[id(row)] = anchors.get(row["evidence_id"], "")
        else:
            found[id(row)] = next((row[name] for name in PARENTS if row[name] and row.table in BELOW), "")
    return found


def bad_rows(rows: Sequence[Row], findings: Sequence[Finding]) -> list[Row]:
    """Rows that bear an error, with every row of the same unit."""
    cells = {f.cell for f in findings if f.severity == ERROR and f.code not in WHOLENESS}
    units = _units(rows)
    hit = [row for row in rows if cells & {row.at(), *row.where.values()}]
    names = {units[id(row)] for row in hit} - {""}
    return [row for row in rows if row in hit or units[id(row)] in names]


def take_over(before: Tables, chosen: Candidate, submission: Submission, withheld: Sequence[Place]) -> list[str]:
    """Write a candidate into the package, all of its tables or none; the names of the files that changed.

    Raises
    ------
    CouldNotRun
        If a table was changed by somebody since it was read; nothing was written.
    """
    tables = before.package.model
    names = chosen.merged.tables.changed(before)
    files = {csv_path(name): chosen.merged.tables.bytes(name) for name in names}
    receipts: dict[str, bytes] = {}
    if submission.origin:
        kept = _withheld(before, submission, withheld)
        receipts[receipt_path(submission.pass_id, submission.origin)] = receipt([*chosen.handed_in, *kept])
    try:
        done = publish(before.package.root, {**files, **receipts}, before.read)
    except Moved as error:
        message = f"{error} was changed by somebody while the submission was checked; nothing was written"
        raise CouldNotRun(Finding("concurrent-change", message, "Hand it in again.", file=str(error))) from error
    return [name for name in done if name not in receipts and name.split("/")[-1].removesuffix(".csv") in tables.tables]


def _withheld(before: Tables, submission: Submission, places: Sequence[Place]) -> list[Final]:
    """Of a receipt, what was not handed in anew because it was withheld."""
    last = read_receipt(before.package.root, submission.pass_id, submission.origin) or []
    wanted = set(places)
    return [row for row in last if (row.table, key_of(before.table(row.table), row.values)) in wanted]


def _places(before: Tables, chosen: Candidate, rows: Sequence[Row]) -> list[Place]:
    """The rows of tables behind rows of a form."""
    gone = {id(row) for row in rows}
    finals = [f for f in chosen.handed_in if f.row is not None and id(f.row) in gone]
    return [(f.table, key_of(before.table(f.table), f.values)) for f in finals]


@dataclass(frozen=True)
class Mode:
    """How a submission is taken.

    Attributes
    ----------
    partial : bool
        Whether the clean rows are taken over, with all that hangs on them, when others are not clean.
    dry_run : bool
        Whether nothing is written.
    """

    partial: bool = False
    dry_run: bool = False


@dataclass
class _Run:
    """One hand-in on its way."""

    before: Tables
    text: Text
    submission: Submission
    withheld: list[Place] = field(default_factory=list)

    def check(self) -> tuple[Candidate, list[Finding]]:
        chosen = candidate(self.before, self.submission, self.text, self.withheld)
        return chosen, judge(chosen, self.submission, self.text, self.before)

    def without(self, wrong: Sequence[Row], chosen: Candidate) -> None:
        """Leave rows out."""
        gone = {id(row) for row in wrong}
        self.withheld += _places(self.before, chosen, wrong)
        self.submission = replace(self.submission, rows=[row for row in self.submission.rows if id(row) not in gone])


def submit(
    root: Path, submission: Submission, raw: str, mode: Mode | None = None, progress: Progress = quiet
) -> Outcome:
    """Check a submission and, if it is clean, take it over.

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
        If there is no such source, the text is another one, or a table was changed meanwhile.
    """
    mode = mode or Mode()
    recover(root)
    before = read_tables(open_package(root))
    check_text(before, submission.source_id, raw)
    progress("checking what was handed in")
    run = _Run(before, Text(raw), submission)
    chosen, findings = run.check()
    report = Report()
    report.extend([*submission.said, *findings])
    findings = [*submission.said, *findings]
    while mode.partial and (wrong := bad_rows(run.submission.rows, findings)):
        run.without(wrong, chosen)
        progress(f"left out {len(submission.rows) - len(run.submission.rows)} row(s); checking the others")
        chosen, findings = run.check()
        report.extend(f for f in findings if f.identity not in {known.identity for known in report.findings})
    outcome = Outcome(report)
    stopped = _structural(submission) if mode.partial else report.total(ERROR)
    if not stopped and not _blocking(findings) and run.submission.rows:
        outcome.files = _take(run, chosen, mode)
        outcome.taken = not mode.dry_run
    _tell(outcome, submission, run, chosen)
    return outcome


def _structural(submission: Submission) -> bool:
    """Whether reading the form found what is no fault of single rows.

    A lost sheet or column would look like cells that were emptied, so that not even a part can be taken.
    """
    cells = {cell for row in submission.rows for cell in (row.at(), *row.where.values())}
    return any(f.severity == ERROR and f.cell not in cells for f in submission.said)


def _blocking(findings: Sequence[Finding]) -> bool:
    return any(f.severity == ERROR and f.code not in WHOLENESS for f in findings)


def _take(run: _Run, chosen: Candidate, mode: Mode) -> list[str]:
    if mode.dry_run:
        return [csv_path(name) for name in chosen.merged.tables.changed(run.before)]
    return take_over(run.before, chosen, run.submission, run.withheld)


def _tell(outcome: Outcome, submission: Submission, run: _Run, chosen: Candidate) -> None:
    kept = {id(row) for row in run.submission.rows}
    outcome.report.checked = {
        "source": submission.source_id,
        "pass": submission.letter,
        "rows": len(submission.rows),
        "left_out": [row.at() for row in submission.rows if id(row) not in kept],
        "taken": outcome.taken,
        "files": outcome.files,
        **{what: chosen.merged.counts[what] for what in ("added", "changed", "removed")},
    }
