"""The tables as a submission would make them: quotes located, IDs assigned, rows merged; not yet checked."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property

from clausula.agreement.revise import REVISIONS, current_revisions
from clausula.coding.blind import ENTITIES, blind_tables, used_entities, with_instrument
from clausula.coding.entity_rows import added_entities, present_rows, replaced_entities, without_fixed_entities
from clausula.coding.form import LEAD, NAMED, UNITS, Form
from clausula.coding.last_submission import baseline
from clausula.coding.merge import Baseline, Merged, Place, finding_at, merge
from clausula.coding.pass_rows import PassRow, read_pass_rows, without_order
from clausula.coding.passes import Pass, retired_names
from clausula.coding.quotes import Span, locate, offsets
from clausula.coding.records import TableRow, coding_units, codings, is_variable, to_table_row
from clausula.coding.submission import FormRow, Submission
from clausula.coding.topics import with_topic_versions
from clausula.core.edtf import with_bounds
from clausula.core.findings import Finding, shown
from clausula.core.tables import Tables, key_of
from clausula.evidence.text import Text

PARENTS = {"provisions": "instrument_id", "reactions": "source_id", "events": "process_id"}
"""The field whose value is the first part of a record's ID."""

PASS_TABLES = ("coders", "coding_passes")
"""Tables that every pass may add to: who codes, and the pass itself."""

_PLAIN_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


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
    submitted : list of TableRow
        The rows that a receipt keeps.
    """

    form: Form
    merged: Merged
    trial: Merged
    findings: list[Finding] = field(default_factory=list)
    submitted: list[TableRow] = field(default_factory=list)


def check_names(rows: Iterable[FormRow], retired: Collection[str] = ()) -> tuple[list[FormRow], list[Finding]]:
    """Return the rows whose local names are valid, and findings on the others.

    Parameters
    ----------
    retired : collection of str
        Names of removed rows.
    """
    valid: list[FormRow] = []
    findings: list[Finding] = []
    known: dict[tuple[str, str], FormRow] = {}
    for row in rows:
        letter = NAMED.get(row.table)
        if letter is None:
            valid.append(row)
        elif not re.fullmatch(rf"{letter}(?!000)[0-9]{{3,4}}", row["id"]):
            what = f"{shown(row['id'])!r} is not a valid local name" if row["id"] else "the local name is missing"
            findings.append(row.finding("invalid-local-name", "id", what=what, letter=letter))
        elif row["id"] in retired:
            findings.append(row.finding("invalid-local-name:removed", "id", name=row["id"]))
        elif (first := known.setdefault((row.table, row["id"]), row)) is not row:
            findings.append(row.finding("duplicate-row:local-name", "id", name=row["id"], where=first.at("id")))
        else:
            valid.append(row)
    return valid, findings


def check_links(form: Form, rows: Iterable[FormRow]) -> Iterator[Finding]:
    """Yield findings on rows without a parent and on local names that no row has."""
    rows = list(rows)
    known = {row["id"] for row in rows if row.table in NAMED}
    local = re.compile(f"[{''.join(NAMED.values())}][0-9]{{1,3}}")
    for row in rows:
        sheet = form[row.table]
        if sheet.parent and not row[sheet.parent]:
            yield row.finding("missing-parent", sheet.parent)
        for name in dict.fromkeys([*filter(None, [sheet.parent]), *sheet.links]):
            if row[name] and row[name] not in known and (name == sheet.parent or local.fullmatch(row[name])):
                yield row.finding("unknown-local-name", name, name=shown(row[name]))


def assign(
    tables: Tables, pass_rows: Iterable[PassRow], known: Mapping[str, str], source_id: str, without: Iterable[str] = ()
) -> dict[str, str]:
    """Return the IDs of records by unit: known IDs, and the next free IDs for new units, in the order of their names.

    Units in `without` get no ID: they got no record of their own when the passes were compared.
    """
    ids, skipped = dict(known), set(without)
    free: dict[str, int] = {}
    for row in sorted((row for row in pass_rows if row.table in UNITS), key=lambda row: (row.table, row.unit)):
        if row.unit in ids or row.unit in skipped:
            continue
        parent = row.values.get(PARENTS[row.table], "")
        prefix = f"{parent if _PLAIN_ID.fullmatch(parent) else source_id}.{UNITS[row.table]}"
        if prefix not in free:
            used = (name.removeprefix(prefix) for name in tables.used_ids(row.table) if name.startswith(prefix))
            free[prefix] = max((int(number) for number in used if number.isdigit()), default=0) + 1
        ids[row.unit] = f"{prefix}{free[prefix]:02d}"
        free[prefix] += 1
    return ids


def _known_spans(coding_pass: Pass) -> Iterator[Span]:
    """Yield the spans of the anchors and logged sentences of a pass in the package."""
    for spans in coding_pass.numbers().current.values():
        yield from (span for start, end in spans if (span := offsets(start, end)))
    if coding_pass.letter == LEAD:
        for row in coding_pass.tables.where("coding_log", source_id=coding_pass.source_id):
            if span := offsets(row["start"], row["end"]):
                yield span


@dataclass
class _Builder:
    tables: Tables
    text: Text
    coding_pass: Pass
    withheld: list[Place] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def read(self, submission: Submission, rows: list[FormRow]) -> list[PassRow]:
        form = self.coding_pass.form
        quoting = [row for row in rows if "quote" in form[row.table].names]
        located, findings = locate(self.text, quoting, _known_spans(self.coding_pass))
        self.findings += findings
        rows = [*(row for row in rows if "quote" not in form[row.table].names), *located]
        submitted = {row["id"] for row in rows if row.table in UNITS}
        withheld = [row for row in self.withheld_rows if row.unit not in submitted]
        found = read_pass_rows(form, replace(submission, rows=rows), self.coding_pass.numbers(), withheld)
        return with_topic_versions(self.tables, found)

    @cached_property
    def withheld_rows(self) -> list[PassRow]:
        """The rows in the package of units that are withheld from this import."""
        units = {key[1] for table, key in self.withheld if table == "coding_units"}
        return [row for row in without_order(self.coding_pass.pass_rows()) if row.unit in units] if units else []

    def with_computed_values(self, row: PassRow) -> PassRow:
        """Return a row of `codings` with its computed values."""
        values = with_bounds(self.coding_pass.form[row.table].table, dict(row.values))
        start, end = values.get("start", ""), values.get("end", "")
        if row.table == "evidence" and start.isdigit() and end.isdigit():
            with suppress(ValueError):
                values["fingerprint"] = self.text.fingerprint(int(start), int(end))
        return replace(row, values=values)

    def table_rows(self, pass_rows: list[PassRow], ids: Mapping[str, str]) -> list[TableRow]:
        return [to_table_row(self.coding_pass.form, row, ids, self.coding_pass.source_id) for row in pass_rows]

    def values(self, pass_rows: list[PassRow], submission: Submission, ids: Mapping[str, str]) -> list[TableRow]:
        units = coding_units(pass_rows, submission, ids)
        return [*units, *codings(self.coding_pass.form, pass_rows, submission, ids)]


def _last_imported(coding_pass: Pass) -> list[TableRow]:
    """Return the units and values that the pass last imported, except values of fields that no longer exist."""
    return [
        TableRow(name, row)
        for name in ("coding_units", "codings")
        for row in coding_pass.tables.where(name, pass_id=coding_pass.pass_id)
        if name != "codings" or is_variable(coding_pass.form, row)
    ]


def build_candidate(tables: Tables, submission: Submission, text: Text, withheld: Iterable[Place] = ()) -> Candidate:
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
    """
    form = Form(tables.package.model, submission.letter == LEAD)
    coding_pass = Pass(tables, form, submission.source_id, submission.letter)
    submission = _versioned(submission, coding_pass)
    builder = _Builder(tables, text, coding_pass, list(withheld))
    rows, builder.findings[:] = check_names(submission.rows, retired_names(tables, submission.source_id))
    builder.findings += check_links(form, rows)
    pass_rows = builder.read(submission, rows)
    findings_of_submission = list(builder.findings)
    shown_rows = builder.read(submission, check_names(submission.shown)[0])
    builder.findings = findings_of_submission
    return (_leading_pass if form.lead else _other_pass)(builder, submission, pass_rows, shown_rows)


def _versioned(submission: Submission, coding_pass: Pass) -> Submission:
    """Return the submission with the codebook version that its pass began with."""
    row = coding_pass.tables.index("coding_passes").get((coding_pass.pass_id,))
    version = row["codebook_version"] if row else submission.codebook_version
    return replace(submission, codebook_version=version or str(coding_pass.form.model.metadata["version"]))


def _baseline_rows(builder: _Builder, submission: Submission, shown_rows: list[TableRow]) -> list[TableRow]:
    """Return the rows of the receipt that fits the tables or, if there is none, the rows that the form showed."""
    rows = baseline(builder.tables, submission.pass_id, submission.origin, shown_rows)
    return without_fixed_entities(builder.tables, submission, rows)


def _leading_pass(
    builder: _Builder, submission: Submission, rows: list[PassRow], shown_rows: list[PassRow]
) -> Candidate:
    coding_pass = builder.coding_pass
    records = coding_pass.records()
    without_record = set(coding_pass.units()) - set(records)
    ids = assign(builder.tables, rows, records, coding_pass.source_id, without_record)

    def table_rows(of_pass: Iterable[PassRow]) -> list[TableRow]:
        return builder.table_rows([row for row in of_pass if row.unit not in without_record], ids)

    submitted = [*table_rows(rows), *builder.values(rows, submission, ids)]
    shown = [*table_rows(shown_rows), *builder.values(shown_rows, submission, ids)]
    last_imported = [
        *table_rows(builder.with_computed_values(row) for row in coding_pass.pass_rows(include_tables=False)),
        *_last_imported(coding_pass),
    ]
    last_imported += replaced_entities(builder.tables, submission, submitted)
    before = Baseline(_baseline_rows(builder, submission, shown), last_imported, builder.withheld)
    merged = merge(coding_pass.form, builder.tables, submitted, before)
    _drop_overtaken_revisions(builder.tables, merged.tables, coding_pass.source_id)
    findings = [*builder.findings, *merged.findings, *_closed_pass_changes(coding_pass, merged)]
    return Candidate(coding_pass.form, merged, merged, findings, submitted)


def _drop_overtaken_revisions(before: Tables, after: Tables, source_id: str) -> None:
    """Remove the revisions of values that the submission has changed or removed."""
    if any(row["source_id"] == source_id for row in before.rows.get(REVISIONS, ())):
        after.rows[REVISIONS] = current_revisions(before, after, source_id)


def _other_pass(builder: _Builder, submission: Submission, rows: list[PassRow], shown_rows: list[PassRow]) -> Candidate:
    coding_pass, records = builder.coding_pass, builder.coding_pass.records()
    added = added_entities(builder.tables, submission, rows)
    own = [*(row for row in rows if row.table in PASS_TABLES), *added]
    submitted = [*builder.table_rows(own, records), *builder.values(rows, submission, records)]
    own_shown = [row for row in shown_rows if row.table in PASS_TABLES]
    shown = [*builder.table_rows(own_shown, records), *builder.values(shown_rows, submission, records)]
    last_imported = [*_last_imported(coding_pass), *present_rows(builder.tables, builder.table_rows(added, records))]
    before = Baseline(_baseline_rows(builder, submission, shown), last_imported, builder.withheld)
    merged = merge(coding_pass.form, builder.tables, submitted, before)
    used = used_entities(coding_pass.form, submission.rows)
    blind = blind_tables(merged.tables, coding_pass.source_id, used)
    blind = with_instrument(blind, coding_pass.source_id, used["processes"])
    ids = assign(blind, rows, {}, coding_pass.source_id)
    rows_to_check = [row for row in builder.table_rows(rows, ids) if row.table not in PASS_TABLES]
    rows_to_check = [row for row in rows_to_check if not _is_known_entity(blind, row)]
    trial = merge(coding_pass.form, blind, rows_to_check)
    trial.origins |= merged.origins
    findings = [*builder.findings, *merged.findings, *trial.findings, *_closed_pass_changes(coding_pass, merged)]
    return Candidate(coding_pass.form, merged, trial, findings, submitted)


def _is_known_entity(tables: Tables, row: TableRow) -> bool:
    """Return whether a row describes an entity that the tables have by now.

    The list that the coder saw may be older. The pass refers to the entity and leaves it as it is: a conflict would
    show the coder a name that somebody else entered.
    """
    return row.table in ENTITIES and key_of(tables.table(row.table), row.values) in tables.index(row.table)


def _closed_pass_changes(coding_pass: Pass, merged: Merged) -> Iterator[Finding]:
    """Yield findings on changes to a pass after its comparison: it would no longer be an independent coding."""
    if not any(coding_pass.tables.where("resolutions", source_id=coding_pass.source_id)):
        return
    for table_row, name in merged.changes:
        if table_row.table in ("coding_units", "codings"):
            form, source = coding_pass.form, coding_pass.source_id
            yield finding_at("closed-pass", form, table_row, name or "value", source=source)
