"""Resolution of conflicts: a decision is recorded as a resolution and applied to the records, both or neither.

Each decision is first checked against the schemas. The changed tables are then validated in a copy of the package,
structure and rules, before anything is written, so a decision that violates a rule is reported as a finding.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from clausula.agreement.apply_decision import DecisionWriter
from clausula.agreement.apply_value import CannotApply, Tables
from clausula.agreement.conflicts import UNIT, Conflict, Key, resolution_key
from clausula.agreement.open_conflicts import Adjudication, Decision
from clausula.agreement.passes import RECORDS, Row, record_id
from clausula.agreement.tables import conflicts_bytes
from clausula.agreement.unit_pairs import expand, is_same_unit, paired_conflict
from clausula.agreement.variables import format_set, parse_set
from clausula.core.commit import commit
from clausula.core.constraints import constraints_of
from clausula.core.findings import Finding, Report
from clausula.core.lexical import compiled, parse
from clausula.core.model import Model
from clausula.core.package import csv_path, open_package
from clausula.core.scratch import Scratch
from clausula.core.wording import a

RESOLUTIONS = "resolutions"
INVALID_DECISION = "invalid-decision"
"""Code of findings on a decision that is invalid by itself."""

COPIED = ("schemas", "validation/rules", "data")
"""Folders of a package that the validation of its tables needs."""


def _reject(conflict: Conflict, message: str, hint: str, name: str, value: str) -> Finding:
    key = f"{conflict.unit_a or '-'} {conflict.unit_b or '-'} {conflict.variable} {conflict.item}".strip()
    return Finding(INVALID_DECISION, message, hint, table=RESOLUTIONS, field=name, key=key, value=value or None)


def _value_error(adjudication: Adjudication, decision: Decision) -> str:
    """Return what is wrong with a decided value, or an empty text."""
    conflict, value = decision.conflict, decision.value
    if value in (conflict.value_a, conflict.value_b):
        return ""
    if is_same_unit(decision):
        return "" if paired_conflict(adjudication, decision) else "the other pass has no such unmatched unit"
    variable = adjudication.variables.get(conflict.variable)
    if conflict.variable == UNIT or variable is None:
        return f"{value!r} is not present, absent or same:UNIT"
    if variable.field is None:
        return (
            "" if value == format_set(parse_set(value)) else "a set is written in alphabetical order, with semicolons"
        )
    if not value:
        return "a value is required" if variable.table.required(variable.field) else ""
    if variable.field.allowed and value not in {str(v) for v in variable.field.allowed}:
        return f"{value!r} is not one of {', '.join(str(v) for v in variable.field.allowed)}"
    if parse(variable.field.type, value) is None:
        return f"{value!r} is not {a(variable.field.type)}"
    pattern = variable.field.constraints.get("pattern")
    return (
        "" if not pattern or compiled(pattern).fullmatch(value) else f"{value!r} does not match the pattern {pattern}"
    )


def normalise(adjudication: Adjudication, conflict: Conflict, text: str) -> str:
    """Return a value in the notation of conflicts, with the members of a set in order."""
    variable = adjudication.variables.get(conflict.variable)
    return format_set(parse_set(text)) if variable is not None and variable.field is None else text.strip()


def check_decision(adjudication: Adjudication, decision: Decision) -> list[Finding]:
    """Check a decision against the schemas, before any table is changed."""
    table = adjudication.model[RESOLUTIONS]
    found = []
    error = _value_error(adjudication, decision)
    if error:
        hint = "Choose the value of a pass or another value that the codebook allows."
        found.append(_reject(decision.conflict, f"the value is invalid: {error}", hint, "value", decision.value))
    reasons = [str(v) for v in table["reason"].allowed]
    if decision.reason not in reasons:
        hint = f"Choose one of {', '.join(reasons)}."
        message = f"{decision.reason!r} is not a valid reason" if decision.reason else "a reason is required"
        found.append(_reject(decision.conflict, message, hint, "reason", decision.reason))
    listed = [str(v) for v in adjudication.model["coding_log"]["reason"].allowed]
    if decision.log_reason and decision.log_reason not in listed:
        hint = f"Choose one of {', '.join(listed)}."
        message = f"{decision.log_reason!r} is not a valid reason for the coding log"
        found.append(_reject(decision.conflict, message, hint, "log_reason", decision.log_reason))
    if decision.reason == "judgement" and not decision.note:
        hint = "Explain in the note why this reading was chosen."
        found.append(_reject(decision.conflict, "a judgement requires a note", hint, "note", ""))
    for constraint in constraints_of(table):
        if constraint.field == "note" and decision.note and constraint.kind in ("pattern", "max-length"):
            limit = constraint.limit
            too_long = constraint.kind == "max-length" and len(decision.note) > limit
            if too_long or (constraint.kind == "pattern" and not compiled(limit).fullmatch(decision.note)):
                found.append(_reject(decision.conflict, "the note is invalid", constraint.hint, "note", decision.note))
    return found


def resolution_row(model: Model, decision: Decision, number: int) -> Row:
    """Return a decision as a row of the table `resolutions`."""
    conflict = decision.conflict
    ids = {model[kind].primary_key[0]: "" for kind in RECORDS.values()}
    ids[model[conflict.kind].primary_key[0]] = conflict.record
    return {
        "source_id": conflict.source,
        "resolution_no": str(number),
        "round": str(conflict.round),
        "unit_a": conflict.unit_a,
        "unit_b": conflict.unit_b,
        **ids,
        "variable": conflict.variable,
        "item": conflict.item,
        "value": decision.value,
        "agrees_with": decision.agrees_with,
        "reason": decision.reason,
        "note": decision.note,
    }


def _add(tables: Tables, decisions: Sequence[Decision]) -> None:
    """Add decisions to the table `resolutions`, each after the last row of its source."""
    rows = tables[RESOLUTIONS]
    for decision in decisions:
        source = decision.conflict.source
        numbers = [int(row["resolution_no"]) for row in rows if row["source_id"] == source]
        places = [i for i, row in enumerate(rows) if row["source_id"] == source]
        new = resolution_row(tables.package.model, decision, max(numbers, default=0) + 1)
        rows.insert(places[-1] + 1 if places else len(rows), new)
    tables.touched.add(RESOLUTIONS)


def record(adjudication: Adjudication, decisions: Sequence[Decision], more: bool = False) -> tuple[Report, list[str]]:
    """Record decisions in the package: add resolutions, and change the records that differ from them.

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
    tables = Tables(adjudication.package)
    expanded = [one for decision in decisions for one in expand(adjudication, decision)]
    if len({one.conflict.key for one in expanded}) < len(expanded):
        hint = "Enter same:UNIT for one of the two units, and leave the other empty."
        report.add(_reject(decisions[0].conflict, "a unit has two decisions", hint, "value", decisions[0].value))
        return report, []
    decided = {key[2:] for key in _decided_keys(adjudication, tables, expanded, more)}
    for decision in expanded:
        writer = DecisionWriter(tables, adjudication.comparison(decision.conflict), adjudication.text, decided)
        try:
            _apply(adjudication, writer, decision)
        except CannotApply as error:
            hint = "Choose another value, or correct the record by hand; then resolve the conflict again."
            report.add(_reject(decision.conflict, str(error), hint, "value", decision.value))
    if report.exit_status():
        return report, []
    current = current_conflicts(adjudication, tables)
    _add(tables, [_with_current_record(one, current[one.conflict.key]) for one in expanded])
    files = {csv_path(name): tables.content(name) for name in sorted(tables.touched)}
    files[csv_path("conflicts")] = conflicts_bytes(adjudication.model, list(current.values()))
    _validate(adjudication, files, report)
    if report.exit_status():
        return report, []
    adjudication.conflicts = list(current.values())
    resolved = {one.conflict.key for one in expanded}
    adjudication.open = [current[one.key] for one in adjudication.open if one.key not in resolved]
    return report, commit(adjudication.package.root, files)


def _with_current_record(decision: Decision, current: Conflict) -> Decision:
    """Update the record of a decision; the note names a removed record, so that its ID is never reused."""
    removed = decision.conflict.record if not current.record else ""
    note = f"{decision.note} {removed} was removed.".strip() if removed else decision.note
    return replace(decision, conflict=current, note=note)


def _decided_keys(adjudication: Adjudication, tables: Tables, expanded: Sequence[Decision], more: bool) -> set[Key]:
    """Return the keys of conflicts that have a decision of their own, or will get one."""
    resolved = {resolution_key(row) for row in tables[RESOLUTIONS] if row["source_id"] == adjudication.source}
    open_keys = {one.key for one in adjudication.open} if more else set()
    return resolved | open_keys | {one.conflict.key for one in expanded}


def _apply(adjudication: Adjudication, writer: DecisionWriter, decision: Decision) -> None:
    """Apply a decision to the tables."""
    conflict = replace(decision.conflict, record=writer.record(decision.conflict))
    variable = adjudication.variables.get(conflict.variable)
    if variable is None:
        same = writer.record(decision.same_as) if decision.same_as else ""
        writer.apply_unit(conflict, decision.value, decision.log_reason, same)
    else:
        writer.apply_value(variable, conflict, decision.value, decision.agrees_with)


def current_conflicts(adjudication: Adjudication, tables: Tables) -> dict[Key, Conflict]:
    """Return all conflicts with the current records of their units, by key."""
    if "coding_units" not in tables.touched:
        return {one.key: one for one in adjudication.conflicts}
    known = {(row["pass_id"], row["unit"]): record_id(row) for row in tables["coding_units"]}
    found = {}
    for one in adjudication.conflicts:
        passes = adjudication.comparison(one)
        record = known.get((passes.a.name, one.unit_a)) or known.get((passes.b.name, one.unit_b)) or ""
        found[one.key] = replace(one, record=record)
    return found


def _validate(adjudication: Adjudication, files: dict[str, bytes], report: Report) -> None:
    """Validate the changed tables in a copy of the package, and report only new findings."""
    package, check = adjudication.package, adjudication.check
    if check is None:
        raise ValueError("pass a check to record decisions: open_adjudication(root, source, check)")
    before = Report()
    check(package, before)
    known = {replace(f, line=None, row=None).identity for f in before.findings}
    with Scratch("resolve") as folder:
        root = Path(folder)
        for part in COPIED:
            if (package.root / part).is_dir():
                ignored = shutil.ignore_patterns("parquet")
                shutil.copytree(package.root / part, root / part, ignore=ignored)
        for path, content in files.items():
            (root / path).write_bytes(content)
        after = Report()
        check(open_package(root), after)
    report.extend(f for f in after.findings if replace(f, line=None, row=None).identity not in known)
