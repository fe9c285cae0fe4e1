"""Import of records into a pass: they are named, compared with the rows of the pass, and submitted like a workbook."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from clausula.coding.answer_submit import with_pass
from clausula.coding.form import NAMED, UNITS, Form, is_lead
from clausula.coding.passes import Pass, shown_rows
from clausula.coding.submission import FormRow, Submission, units_of
from clausula.coding.submit import Mode, Outcome, check_text, submit
from clausula.core.commit import finish
from clausula.core.package import open_package
from clausula.core.progress import Progress, quiet
from clausula.core.tables import Tables, read_tables
from clausula.evidence.text import Text
from clausula.interchange.annotations_read import read_annotations
from clausula.interchange.labels import TARGETS
from clausula.interchange.records import ImportRequest, Record, records_of
from clausula.interchange.statements_read import read_statements

READERS = {"dna": read_statements, "web-annotation": read_annotations}
"""The reader of each format."""

_NUMBER = re.compile(r"\.[a-z]([0-9]{1,3})")


class _FormRows:
    """Rows of the coding form for the records of a file.

    A record keeps the local name that it has in the pass; otherwise it gets the next free one.
    """

    def __init__(self, coding_pass: Pass, shown: Sequence[FormRow]) -> None:
        self.form = coding_pass.form
        self.used = {row["id"] for row in shown if row.table in NAMED} | set(coding_pass.units())
        records = coding_pass.records() if self.form.lead else {}
        self.local = {record: unit for unit, record in records.items()}

    def unit(self, record: Record) -> str:
        """Return the local name of a record."""
        if record.record in self.local:
            return self.local[record.record]
        number = _NUMBER.search(record.record[record.record.rfind(".") :]) if record.record else None
        name = f"{UNITS[record.table]}{int(number[1]):03d}" if number else ""
        if not name or (name in self.used and self.form.lead):
            name = self.free(UNITS[record.table])
        self.used.add(name)
        if record.record:
            self.local[record.record] = name
        return name

    def free(self, letter: str) -> str:
        """Return the next free name."""
        name = next(name for n in range(1, 10_000) if (name := f"{letter}{n:03d}") not in self.used)
        self.used.add(name)
        return name

    def row(self, table: str, cells: dict[str, str], record: Record) -> FormRow:
        sheet = self.form[table]
        known = {*sheet.names, "start", "end"}
        cells = {k: self.local.get(v, v) if k in sheet.links else v for k, v in cells.items() if k in known}
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
            name = self.free(NAMED["evidence"])
            span = {"start": anchor.start, "end": anchor.end} if anchor.start or anchor.end else {"quote": anchor.quote}
            yield self.row("evidence", {"id": name, "record": unit, "bearing": anchor.bearing, **span}, record)
            for voice in anchor.voices:
                yield self.row("attributions", {"evidence_id": name, **voice}, record)


def _already_coded(record: Record, rows: Sequence[FormRow]) -> bool:
    """Return whether the pass already has a record without an ID: a unit with its values, spans and targets."""
    names = ("claimant_id", "speaker_id") if record.table == "reactions" else tuple(record.values)
    wanted = {(one.start, one.end) for one in record.anchors}
    parts = record.parts.get("reaction_targets", ())
    about = [{k: v for k, v in target.items() if k in TARGETS} for target in parts]
    for one in rows:
        if one.table != record.table or any(one[n] != record.values.get(n, "") for n in names):
            continue
        spans = {(r["start"], r["end"]) for r in rows if r.table == "evidence" and r["record"] == one["id"]}
        targets = [r for r in rows if r.table == "reaction_targets" and r["reaction_id"] == one["id"]]
        if wanted <= spans and all(any(all(r[k] == v for k, v in t.items()) for r in targets) for t in about):
            return True
    return False


def _with_pass(tables: Tables, form: Form, request: ImportRequest, rows: list[FormRow]) -> list[FormRow]:
    """Return the rows with the row of the pass and, if it is new and described, of its coder."""
    given = [row["coder_id"] for row in rows if row.table == "coding_passes"]
    coder_id = request.pass_fields.get("coder_id") or next(iter(given), "")
    known = tables.index("coders").get((coder_id,))
    if known is not None or request.coder:  # a known coder too, so that the last import of the pass keeps it
        rows = [*rows, FormRow("coders", known or {"coder_id": coder_id, **request.coder}, "coders")]
    return with_pass(form, rows, request.pass_fields)


def _merge_rows(coding_pass: Pass, records: list[Record], text: Text) -> tuple[list[FormRow], list[FormRow]]:
    """Return all rows of the pass with the records merged in, and the rows as they were."""
    shown = shown_rows(coding_pass, text, placed=True)
    form, tables, source_id = coding_pass.form, coding_pass.tables, coding_pass.source_id
    present = {}
    for known in records_of(tables.package.model, lambda name: tables[name]) if form.lead else ():
        of_source = tuple(anchor for anchor in known.anchors if anchor.source_id == source_id)
        present[known.record] = replace(known, anchors=of_source)
    form_rows = _FormRows(coding_pass, shown)
    units = [
        (record, form_rows.unit(record))
        for record in records
        if (present.get(record.record) != record if record.record else not _already_coded(record, shown))
    ]
    replaced = {unit for _, unit in units}
    kept = [row for row, unit in zip(shown, units_of(form, shown), strict=True) if unit not in replaced]
    return [*kept, *(row for record, unit in units for row in form_rows.rows(record, unit))], shown


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
    rows = _with_pass(tables, coding_pass.form, request, rows)
    origin = hashlib.sha256(request.path.read_bytes()).hexdigest()[:16]
    submission = Submission(request.source_id, request.letter, rows, shown, origin=origin, reading_findings=findings)
    return submit(root, submission, raw, mode, progress)
