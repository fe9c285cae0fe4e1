"""The tables as a submission would make them: quotes located, IDs assigned, rows merged; not yet checked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property

from clausula.coding.form import LEAD, NAMED, RECORDS, UNITS, Form
from clausula.coding.last_submission import read_receipt
from clausula.coding.merge import Bases, Merged, Place, finding_at, merge
from clausula.coding.pass_rows import Coded, read_coded, with_bounds, without_order
from clausula.coding.passes import Pass
from clausula.coding.quotes import Anchor, Span, locate
from clausula.coding.records import Final, coding_units, codings, final_row
from clausula.coding.submission import Fault, Row, Submission
from clausula.coding.table_store import Tables
from clausula.core.findings import CouldNotRun, Finding, shown
from clausula.evidence.text import Text

PARENTS = {"provisions": "instrument_id", "reactions": "source_id", "events": "process_id"}
"""The field whose value is the first part of a record's ID."""

_PLAIN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass
class Candidate:
    """The tables as a submission would make them.

    Attributes
    ----------
    form : Form
    merged : Merged
        What would be written, with the rows behind it.
    trial : Merged
        What is checked. For the leading pass this is `merged`; for another pass it is the package with the records of
        that pass instead of those of the leading pass.
    findings : list of Finding
        Quotes that were not found, wrong local names, conflicts.
    handed_in : list of Final
        The rows that a receipt keeps.
    """

    form: Form
    merged: Merged
    trial: Merged
    findings: list[Finding] = field(default_factory=list)
    handed_in: list[Final] = field(default_factory=list)


def check_names(form: Form, rows: Iterable[Row]) -> tuple[list[Row], list[Finding]]:
    """Return the rows whose local names are valid, and findings on the others."""
    good: list[Row] = []
    findings: list[Finding] = []
    known: dict[tuple[str, str], Row] = {}
    for row in rows:
        letter = NAMED.get(row.table)
        if letter is None:
            good.append(row)
        elif not re.fullmatch(rf"{letter}[0-9]{{3}}", row["id"]):
            message = f"{shown(row['id'])!r} is not a valid local name" if row["id"] else "the local name is missing"
            hint = f"Use the local names in the form: {letter} and three digits, such as {letter}001."
            findings.append(row.finding("id", Fault("invalid-local-name", message, hint)))
        elif (first := known.setdefault((row.table, row["id"]), row)) is not row:
            message = f"the local name {row['id']} is duplicated; it is also at {first.at('id')}"
            hint = "Restore the local name that the form had here."
            findings.append(row.finding("id", Fault("duplicate-row", message, hint)))
        else:
            good.append(row)
    return good, findings


def check_links(form: Form, rows: Iterable[Row]) -> Iterator[Finding]:
    """Yield findings on rows without a parent and on local names that no row has."""
    rows = list(rows)
    known = {row["id"] for row in rows if row.table in NAMED}
    local = re.compile(f"[{''.join(NAMED.values())}][0-9]{{1,3}}")
    for row in rows:
        sheet = form[row.table]
        if sheet.parent and not row[sheet.parent]:
            hint = "Enter the local name of the record that this row belongs to."
            message = "the local name of the record that this row belongs to is missing"
            yield row.finding(sheet.parent, Fault("required", message, hint))
        for name in dict.fromkeys([*filter(None, [sheet.parent]), *sheet.links]):
            if row[name] and row[name] not in known and (name == sheet.parent or local.fullmatch(row[name])):
                message = f"no row has the local name {shown(row[name])!r}"
                yield row.finding(name, Fault("unknown-local-name", message, "Add that row, or correct the name."))


def assign(
    tables: Tables, coded: Iterable[Coded], known: Mapping[str, str], source_id: str, without: Iterable[str] = ()
) -> dict[str, str]:
    """Return the IDs of records by unit: known IDs, and the next free IDs for new units, in the order of their names.

    Units in `without` get no ID: they got no record of their own when the passes were compared.
    """
    ids, left = dict(known), set(without)
    free: dict[str, int] = {}
    for row in sorted((row for row in coded if row.table in UNITS), key=lambda row: (row.table, row.unit)):
        if row.unit in ids or row.unit in left:
            continue
        parent = row.values.get(PARENTS[row.table], "")
        prefix = f"{parent if _PLAIN.fullmatch(parent) else source_id}.{UNITS[row.table]}"
        if prefix not in free:
            held = [r[RECORDS[row.table]] for r in tables[row.table]]
            taken = [int(i.removeprefix(prefix)) for i in held if i.startswith(prefix) and i[len(prefix) :].isdigit()]
            free[prefix] = max(taken, default=0) + 1
        ids[row.unit] = f"{prefix}{free[prefix]:02d}"
        free[prefix] += 1
    return ids


def without_source(tables: Tables, source_id: str) -> Tables:
    """Return tables without the records of a source, so that another pass over it can be checked by itself."""
    trial = tables.copy()
    gone = {row[name] for row in tables.where("evidence", source_id=source_id) for name in RECORDS.values()} - {""}

    def stays(row: Mapping[str, str], of_source: bool) -> bool:
        if of_source and row.get("source_id") == source_id:
            return False
        record = next((row[name] for name in RECORDS.values() if row.get(name)), "")
        return record not in gone and row.get("evidence_id", "").rpartition(".e")[0] not in gone

    for name in (*UNITS, "evidence", "attributions", "absences", "coding_log", "disputes", "resolutions"):
        trial.rows[name] = [row for row in trial[name] if stays(row, True)]
    unmade = dict.fromkeys(["target_no", *RECORDS.values()], "")
    trial.rows["coding_units"] = [
        {**row, **unmade} if row["pass_id"].startswith(f"{source_id}.") else row for row in trial["coding_units"]
    ]
    made = [t.name for t in tables.package.model if any(key.resource in UNITS for key in t.foreign_keys)]
    for name in set(made) - {"coding_units", "resolutions"}:
        trial.rows[name] = [row for row in trial[name] if stays(row, name == "evidence")]
    return trial


def _anchored(held: Pass) -> Iterator[Span]:
    """Yield the spans of the anchors and logged sentences of a pass in the package."""
    for spans in held.numbers().values():
        yield from ((int(start), int(end)) for start, end in spans if start.isdigit() and end.isdigit())
    if held.letter == LEAD:
        for row in held.tables.where("coding_log", source_id=held.source_id):
            yield int(row["start"]), int(row["end"])


@dataclass
class _Maker:
    tables: Tables
    text: Text
    held: Pass
    withheld: list[Place] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def read(self, submission: Submission, rows: list[Row]) -> list[Coded]:
        quoted = [row for row in rows if "quote" in self.held.form[row.table].names]
        anchors, findings = locate(self.text, quoted, list(_anchored(self.held)))
        self.findings += findings
        return self.named(submission, rows, anchors)

    def named(self, submission: Submission, rows: list[Row], anchors: Mapping[int, Anchor]) -> list[Coded]:
        handed_in = {row["id"] for row in rows if row.table in UNITS}
        standing = [row for row in self.standing if row.unit not in handed_in]
        return read_coded(self.held.form, replace(submission, rows=rows), anchors, self.held.numbers(), standing)

    @cached_property
    def standing(self) -> list[Coded]:
        """The rows in the package of units that are withheld from this import."""
        left = {key[1] for table, key in self.withheld if table == "coding_units"}
        return [row for row in without_order(self.held.coded()) if row.unit in left] if left else []

    def derived(self, row: Coded) -> Coded:
        """Return a row of `codings` with its computed values."""
        values = with_bounds(self.held.form[row.table].table, dict(row.values))
        start, end = values.get("start", ""), values.get("end", "")
        if row.table == "evidence" and start.isdigit() and end.isdigit():
            with suppress(ValueError):
                values["fingerprint"] = self.text.fingerprint(int(start), int(end))
        return replace(row, values=values)

    def finals(self, coded: list[Coded], ids: Mapping[str, str]) -> list[Final]:
        return [final_row(self.held.form, row, ids, self.held.source_id) for row in coded]

    def values(self, coded: list[Coded], submission: Submission, ids: Mapping[str, str]) -> list[Final]:
        units = coding_units(coded, submission, ids)
        return [*units, *codings(self.held.form, coded, self.held.pass_id, ids)]


def _put(held: Pass) -> list[Final]:
    """Return the units and values that the pass last imported."""
    names = ("coding_units", "codings")
    return [Final(name, row) for name in names for row in held.tables.where(name, pass_id=held.pass_id)]


def candidate(tables: Tables, submission: Submission, text: Text, withheld: Iterable[Place] = ()) -> Candidate:
    """Build the tables as a submission would make them.

    Parameters
    ----------
    tables : Tables
        The tables of the package.
    submission : Submission
    text : Text
        The text of the source, in the registered edition.
    withheld : iterable of Place
        Rows that are withheld from this import and must not count as removed.

    Raises
    ------
    CouldNotRun
        If the source is not registered.
    """
    if not any(tables.where("sources", source_id=submission.source_id)):
        what = f"no source has the id {submission.source_id!r}"
        raise CouldNotRun(Finding("unknown-source", what, "Register it with `clausula code new`."))
    form = Form(tables.package.model, submission.letter == LEAD)
    held = Pass(tables, form, submission.source_id, submission.letter)
    submission = _versioned(submission, held)
    left = list(withheld)
    maker = _Maker(tables, text, held, left)
    rows, maker.findings[:] = check_names(form, submission.rows)
    maker.findings += check_links(form, rows)
    coded = maker.read(submission, rows)
    said = list(maker.findings)
    base = maker.read(submission, check_names(form, submission.shown)[0])
    maker.findings = said
    return (_leading if form.lead else _beside)(maker, submission, coded, base, left)


def _versioned(submission: Submission, held: Pass) -> Submission:
    """Return the submission with the codebook version that its pass began with."""
    row = held.tables.index("coding_passes").get((held.pass_id,))
    version = row["codebook_version"] if row else submission.codebook_version
    return replace(submission, codebook_version=version or str(held.form.model.metadata["version"]))


def _base(maker: _Maker, submission: Submission, shown_: list[Final]) -> list[Final]:
    last = read_receipt(maker.tables.package.root, submission.pass_id, submission.origin)
    return shown_ if last is None else last


def _leading(
    maker: _Maker, submission: Submission, coded: list[Coded], base: list[Coded], withheld: list[Place]
) -> Candidate:
    held = maker.held
    records = held.records()
    bare = set(held.units()) - set(records)
    ids = assign(maker.tables, coded, records, held.source_id, bare)

    def finals(rows: Iterable[Coded]) -> list[Final]:
        return maker.finals([row for row in rows if row.unit not in bare], ids)

    mine = [*finals(coded), *maker.values(coded, submission, ids)]
    seen = _base(maker, submission, [*finals(base), *maker.values(base, submission, ids)])
    put = [*finals(maker.derived(row) for row in held.coded(whole=False)), *_put(held)]
    merged = merge(held.form, maker.tables, mine, Bases(seen, put, withheld))
    findings = [*maker.findings, *merged.findings, *_closed(held, merged)]
    return Candidate(held.form, merged, merged, findings, mine)


def _beside(
    maker: _Maker, submission: Submission, coded: list[Coded], base: list[Coded], withheld: list[Place]
) -> Candidate:
    held, records = maker.held, maker.held.records()
    own = [row for row in coded if row.table == "coding_passes"]
    mine = [*maker.finals(own, records), *maker.values(coded, submission, records)]
    before = [row for row in base if row.table == "coding_passes"]
    seen = _base(maker, submission, [*maker.finals(before, records), *maker.values(base, submission, records)])
    merged = merge(held.form, maker.tables, mine, Bases(seen, _put(held), withheld))
    bare = without_source(merged.tables, held.source_id)
    ids = assign(bare, coded, {}, held.source_id)
    trial = merge(held.form, bare, [f for f in maker.finals(coded, ids) if f.table != "coding_passes"])
    trial.origins |= merged.origins
    findings = [*maker.findings, *merged.findings, *trial.findings, *_closed(held, merged)]
    return Candidate(held.form, merged, trial, findings, mine)


def _closed(held: Pass, merged: Merged) -> Iterator[Finding]:
    """Yield findings on changes to a pass after its comparison: it would no longer be an independent coding."""
    if not any(held.tables.where("resolutions", source_id=held.source_id)):
        return
    for final, name in merged.changes:
        if final.table in ("coding_units", "codings"):
            message = f"the pass is closed: the conflicts over {held.source_id} are resolved"
            hint = "A compared pass cannot be changed. Correct the table directly, or record a resolution."
            yield finding_at(held.form, final, name or "value", Fault("closed-pass", message, hint))
