"""Resolution of conflicts: decisions are recorded and applied to the records, in one commit or not at all."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import replace

from clausula.adjudication.apply import apply, creates_record
from clausula.adjudication.decisions import RESOLUTIONS, Decision, check_decision, expand, resolution_row
from clausula.adjudication.open_conflicts import Adjudication
from clausula.adjudication.records import CannotApply, SourceRecords
from clausula.agreement.conflicts import Conflict, Key, resolution_key
from clausula.agreement.passes import TARGETS, record_id
from clausula.agreement.revise import REVISIONS
from clausula.agreement.tables import conflict_rows
from clausula.coding.candidate import Candidate, assign
from clausula.coding.checks import check_rows
from clausula.coding.form import RECORDS
from clausula.coding.merge import Baseline, Merged, merge
from clausula.coding.passes import TABLE_OF_LETTER
from clausula.coding.records import to_table_row
from clausula.core.findings import Finding, Report
from clausula.core.store import Values
from clausula.core.tables import Tables, read_tables, write_tables

PASS_TABLES = ("coding_units", RESOLUTIONS, "conflicts")
"""Tables that link units to records: the ID of a removed record is cleared in them."""


def record(adjudication: Adjudication, decisions: Sequence[Decision], more: bool = False) -> tuple[Report, list[str]]:
    """Record decisions in the package: add resolutions, and change the records that differ from them.

    Rows that somebody else changed since the adjudicator was shown them are kept; where both changed a cell, the
    decision is not recorded.

    Parameters
    ----------
    more : bool
        Whether further decisions will follow, so that dependent fields with an open conflict wait for their own.

    Returns
    -------
    Report, list of str
        Findings on the decisions or on the changed tables; and the files that changed, none if there are errors.
    """
    report = Report()
    for decision in decisions:
        report.extend(check_decision(adjudication, decision))
    if report.exit_status() or not decisions:
        return report, []
    now = adjudication.now()
    expanded = [one for decision in decisions for one in expand(adjudication, decision)]
    report.extend(_stale(now, expanded))
    if report.exit_status():
        return report, []
    resolved = {resolution_key(row) for row in now.tables[RESOLUTIONS]} | {one.conflict.key for one in expanded}
    decided = {key[2:] for key in (*resolved, *(one.key for one in adjudication.open if more)) if key[0] == now.source}
    records = SourceRecords(adjudication, decided)
    for decision in expanded:
        if creates_record(records, decision):
            records.reserve(decision.conflict)
    for decision in expanded:
        try:
            apply(records, decision)
        except CannotApply as error:
            report.add(decision.reject("invalid-decision:record", error=error))
    if report.exit_status():
        return report, []
    merged = _merge(records, now.tables)
    _drop_overtaken_revisions(merged.tables, records.removed, expanded)
    report.extend(_references(merged.tables, records.removed, expanded[-1]))
    current = _current_conflicts(now, merged.tables)
    _add_resolutions(now, merged.tables, [_with_current_record(one, current[one.conflict.key]) for one in expanded])
    merged.tables.rows["conflicts"] = conflict_rows(now.model, current.values())
    if not report.exit_status() and not merged.findings:
        form = records.form
        report.extend(check_rows(Candidate(form, merged, merged), [], now.tables))
    report.extend(merged.findings)
    if report.exit_status():
        return report, []
    files = write_tables(now.tables, merged.tables)
    done = {one.conflict.key for one in expanded}
    adjudication.tables, adjudication.comparisons = read_tables(adjudication.package), now.comparisons
    adjudication.conflicts = list(current.values())
    adjudication.open = [current[one.key] for one in now.open if one.key not in done]
    return report, files


def _stale(now: Adjudication, decisions: Sequence[Decision]) -> Iterable[Finding]:
    """Yield findings on conflicts that have two decisions here, or that somebody else resolved or changed."""
    current = {one.key: one for one in now.open}
    for number, decision in enumerate(decisions):
        known = current.get(decision.conflict.key)
        if decision.conflict.key in {one.conflict.key for one in decisions[:number]}:
            yield decision.reject("invalid-decision:two-units")
        elif known is None or (known.value_a, known.value_b) != (decision.conflict.value_a, decision.conflict.value_b):
            yield decision.reject("invalid-decision:changed")


def _merge(records: SourceRecords, current: Tables) -> Merged:
    """Merge the changed records into the current tables, and assign them to their units."""
    rows, form, source = records.ordered(), records.form, records.source
    ids = assign(current, rows, records.ids, source)
    submitted = [to_table_row(form, row, ids, source) for row in rows]
    shown = [to_table_row(form, row, records.shown_ids, source) for row in records.shown]
    merged = merge(form, current, submitted, Baseline(shown=shown))
    assigned = {unit: ids[records.units[unit]] for unit in records.assigned if unit in records.units}
    rows_of = merged.tables.rows
    targets = {(row["reaction_id"], row["target_no"]) for row in rows_of[TARGETS]}
    units = (_assign(row, assigned) for row in rows_of["coding_units"])
    rows_of["coding_units"] = [_without_lost_target(row, targets) for row in units]
    return merged


def _without_lost_target(row: Values, targets: Container[tuple[str, str]]) -> Values:
    """Return a row of `coding_units` without the target that a decision dropped; the others keep their numbers."""
    if not row["target_no"] or (row["reaction_id"], row["target_no"]) in targets:
        return row
    return {**row, "reaction_id": "", "target_no": ""}


def _assign(row: Values, assigned: dict[tuple[str, str], str]) -> Values:
    """Return a row of `coding_units` with the record that a decision assigned to its unit."""
    name, dot, target = row["unit"].partition(".t")
    if (row["pass_id"], name) not in assigned:
        return row
    found = {**row, RECORDS[TABLE_OF_LETTER[name[0]]]: assigned[row["pass_id"], name]}
    return {**found, "target_no": target} if dot else found


def _drop_overtaken_revisions(tables: Tables, removed: Sequence[str], decisions: Iterable[Decision]) -> None:
    """Remove the revisions of removed records, and those of values that are decided now."""
    if REVISIONS not in tables.rows:
        return
    gone, decided = set(removed), {(c.record, c.variable, c.item) for c in (one.conflict for one in decisions)}
    rows = [row for row in tables[REVISIONS] if record_id(row) not in gone]
    tables.rows[REVISIONS] = [r for r in rows if (record_id(r), r["variable"], r["item"]) not in decided]


def _references(tables: Tables, removed: Sequence[str], decision: Decision) -> Iterable[Finding]:
    """Clear the IDs of removed records, and yield findings on rows of other records that refer to them."""
    gone = set(removed)
    for table in tables.package.model if gone else ():
        for link in table.foreign_keys:
            kind, name = link.resource or table.name, link.fields[0]
            if kind not in RECORDS:
                continue
            clears = table.name in (kind, *PASS_TABLES)
            for row in () if clears else [row for row in tables[table.name] if row[name] in gone]:
                where = ", ".join(row[part] for part in table.primary_key)
                given = {"referring": f"{table.name} ({where})", "record": row[name], "link": name}
                yield decision.reject("invalid-decision:referred", **given)
            if clears:
                blank = dict.fromkeys([name, *(["target_no"] if "target_no" in table.names else [])], "")
                tables.rows[table.name] = [{**r, **blank} if r[name] in gone else r for r in tables[table.name]]


def _current_conflicts(adjudication: Adjudication, tables: Tables) -> dict[Key, Conflict]:
    """Return all conflicts with the current records of their units, by key."""
    known = {(row["pass_id"], row["unit"]): record_id(row) for row in tables["coding_units"]}
    found = {}
    for one in adjudication.conflicts:
        passes = adjudication.comparison(one)
        kept = known.get((passes.a.name, one.unit_a)) or known.get((passes.b.name, one.unit_b)) or ""
        found[one.key] = replace(one, record=kept)
    return found


def _with_current_record(decision: Decision, current: Conflict) -> Decision:
    """Update the record of a decision; the note names a removed record."""
    removed = decision.conflict.record if not current.record else ""
    note = f"{decision.note} {removed} was removed.".strip() if removed else decision.note
    return replace(decision, conflict=current, note=note)


def _add_resolutions(adjudication: Adjudication, tables: Tables, decisions: Sequence[Decision]) -> None:
    """Add decisions to the table `resolutions`, after the last row of the source."""
    rows = list(tables[RESOLUTIONS])
    own = [number for number, row in enumerate(rows) if row["source_id"] == adjudication.source]
    place, last = (own[-1] + 1 if own else len(rows)), max((int(rows[n]["resolution_no"]) for n in own), default=0)
    new = [resolution_row(adjudication, one, number) for number, one in enumerate(decisions, last + 1)]
    tables.rows[RESOLUTIONS] = [*rows[:place], *new, *rows[place:]]
