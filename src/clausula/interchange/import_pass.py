"""Import of records into a pass: they are named, compared with the rows of the pass, and submitted like a workbook."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from clausula.coding.form import NAMED, UNITS, Form, is_lead
from clausula.coding.passes import Pass, shown_rows
from clausula.coding.submission import FormRow, Submission, units_of
from clausula.coding.submit import Mode, Outcome, check_text, submit
from clausula.core.commit import finish
from clausula.core.package import open_package
from clausula.core.progress import Progress, quiet
from clausula.core.tables import read_tables
from clausula.evidence.text import Text
from clausula.interchange.annotations_read import read_annotations
from clausula.interchange.records import Anchor, ImportRequest, Record, records_of
from clausula.interchange.statements_read import read_statements

READERS = {"dna": read_statements, "web-annotation": read_annotations}
"""The reader of each format."""

_NUMBER = re.compile(r"\.[a-z]([0-9]{1,3})")


@dataclass
class _Names:
    """Local names of the records of a file: existing names of the pass, otherwise the next free ones."""

    coding_pass: Pass
    shown: Sequence[FormRow]
    local: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.used = {row["id"] for row in self.shown if row.table in NAMED} | set(self.coding_pass.units())
        if self.coding_pass.form.lead:
            self.local = {record: unit for unit, record in self.coding_pass.records().items()}

    def unit(self, record: Record) -> str:
        """Return the local name of a record."""
        if record.record and record.record in self.local:
            return self.local[record.record]
        number = _NUMBER.search(record.record[record.record.rfind(".") :]) if record.record else None
        name = f"{UNITS[record.table]}{int(number[1]):03d}" if number else ""
        name = (
            name
            if name and (name not in self.used or not self.coding_pass.form.lead)
            else self.free(UNITS[record.table])
        )
        self.used.add(name)
        if record.record:
            self.local[record.record] = name
        return name

    def free(self, letter: str) -> str:
        """Return the next free name."""
        name = next(name for n in range(1, 10_000) if (name := f"{letter}{n:03d}") not in self.used)
        self.used.add(name)
        return name


@dataclass
class _RowBuilder:
    """Builds rows of the coding form from records."""

    form: Form
    names: _Names

    def row(self, table: str, cells: dict[str, str], record: Record) -> FormRow:
        sheet = self.form[table]
        known = {*sheet.names, "start", "end"}
        cells = {k: self.names.local.get(v, v) if k in sheet.links else v for k, v in cells.items() if k in known}
        where = {name: f"{record.place}.{record.columns.get(name, name)}" for name in sheet.names}
        return FormRow(table, cells, record.place, where)

    def rows(self, record: Record, unit: str) -> Iterator[FormRow]:
        """Yield the rows of a record and of everything that belongs to it."""
        yield self.row(record.table, {"id": unit, **record.values}, record)
        for name, rows in record.parts.items():
            if name in self.form:
                for values in rows:
                    yield self.row(name, {self.form[name].parent: unit, **values}, record)
        for anchor in record.anchors:
            yield from self.anchor(record, unit, anchor)

    def anchor(self, record: Record, unit: str, anchor: Anchor) -> Iterator[FormRow]:
        name = self.names.free(NAMED["evidence"])
        span = {"start": anchor.start, "end": anchor.end} if anchor.start or anchor.end else {"quote": anchor.quote}
        yield self.row("evidence", {"id": name, "record": unit, "bearing": anchor.bearing, **span}, record)
        for voice in anchor.voices:
            yield self.row("attributions", {"evidence_id": name, **voice}, record)


def _already_coded(record: Record, rows: Iterable[FormRow]) -> bool:
    """Return whether the pass already has a statement without an ID, by its claimant, targets and spans."""
    rows = list(rows)
    wanted = {(one.start, one.end) for one in record.anchors}
    about = [
        {k: v for k, v in target.items() if k in ("instrument_id", "provision_id", "topic_id")}
        for target in record.parts["reaction_targets"]
    ]
    for one in rows:
        if one.table != "reactions" or any(one[n] != record.values.get(n, "") for n in ("claimant_id", "speaker_id")):
            continue
        spans = {(r["start"], r["end"]) for r in rows if r.table == "evidence" and r["record"] == one["id"]}
        targets = [r for r in rows if r.table == "reaction_targets" and r["reaction_id"] == one["id"]]
        if wanted <= spans and all(any(all(r[k] == v for k, v in t.items()) for r in targets) for t in about):
            return True
    return False


def _merge_rows(coding_pass: Pass, records: list[Record], text: Text) -> tuple[list[FormRow], list[FormRow]]:
    """Return all rows of the pass with the records merged in, and the rows as they were."""
    shown = shown_rows(coding_pass, text, placed=True)
    form, tables = coding_pass.form, coding_pass.tables
    present = {}
    if form.lead:
        known = records_of(tables.package.model, lambda name: tables[name])
        present = {record.record: record.of(coding_pass.source_id) for record in known}
    names = _Names(coding_pass, shown)
    new = [
        record
        for record in records
        if (present.get(record.record) != record if record.record else not _already_coded(record, shown))
    ]
    units = [(record, names.unit(record)) for record in new]
    builder = _RowBuilder(form, names)
    replaced = {unit for _, unit in units}
    kept = [row for row, unit in zip(shown, units_of(form, shown), strict=True) if unit not in replaced]
    return [*kept, *(row for record, unit in units for row in builder.rows(record, unit))], shown


def import_records(
    root: Path, request: ImportRequest, raw: str, mode: Mode | None = None, progress: Progress = quiet
) -> Outcome:
    """Check a file of another program for one source and import it if it has no errors.

    Parameters
    ----------
    root : Path
        Folder of the package.
    request : ImportRequest
    raw : str
        The text of the source.
    mode : Mode, optional
        Whether to import only the records without errors, or only check.
    progress : callable, optional
        Function that receives progress messages.

    Returns
    -------
    Outcome
        The findings, the files that changed, and whether anything was imported.

    Raises
    ------
    CouldNotRun
        If the file cannot be read or has nothing on the source, the source is not registered, the text is another
        edition, or a table was changed in the meantime.
    """
    finish(root)
    tables = read_tables(open_package(root))
    check_text(tables, request.source_id, raw)
    progress(f"reading {request.path.name}")
    text = Text(raw)
    records, findings = READERS[request.form](tables, request, text)
    coding_pass = Pass(tables, Form(tables.package.model, is_lead(request.letter)), request.source_id, request.letter)
    rows, shown = _merge_rows(coding_pass, records, text)
    origin = hashlib.sha256(request.path.read_bytes()).hexdigest()[:16]
    submission = Submission(request.source_id, request.letter, rows, shown, origin=origin, reading_findings=findings)
    return submit(root, submission, raw, mode, progress)
