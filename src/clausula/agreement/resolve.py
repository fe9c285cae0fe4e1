"""Resolving conflicts: a decision becomes a resolution, and the record says what was decided; both or neither.

Decisions are checked one by one against the schemas. The tables that they would make are validated in a copy of the
package, structure and rules, before anything is published, so that a decision which breaks a rule is a finding.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from clausula.agreement.apply_decision import Settling
from clausula.agreement.apply_value import NotWritable, Tables
from clausula.agreement.conflicts import UNIT, Conflict, Key, resolution_key
from clausula.agreement.open_conflicts import Decision, Session
from clausula.agreement.passes import RECORDS, Row, any_id
from clausula.agreement.tables import conflicts_bytes
from clausula.agreement.unit_pairs import is_same, other_of, spread
from clausula.agreement.variables import parsed, spelled
from clausula.core.constraints import constraints_of
from clausula.core.findings import Finding, Report
from clausula.core.lexical import compiled, parse
from clausula.core.model import Model
from clausula.core.package import csv_path, open_package
from clausula.core.publish import publish
from clausula.core.scratch import Scratch

RESOLUTIONS = "resolutions"
BAD = "invalid-decision"
"""Code of findings on a decision that cannot be taken, whatever else is decided."""

COPIED = ("schemas", "validation/rules", "data")
"""What of a package a validation of its tables needs."""


def _reject(conflict: Conflict, message: str, hint: str, name: str, value: str) -> Finding:
    key = f"{conflict.unit_a or '-'} {conflict.unit_b or '-'} {conflict.variable} {conflict.item}".strip()
    return Finding(BAD, message, hint, table=RESOLUTIONS, field=name, key=key, value=value or None)


def _value_fault(session: Session, decision: Decision) -> str:
    """What is wrong with a decided value, or an empty text."""
    conflict, value = decision.conflict, decision.value
    if value in (conflict.value_a, conflict.value_b):
        return ""
    if is_same(decision):
        return "" if other_of(session, decision) else "no such unit of the other pass is in question"
    variable = session.variables.get(conflict.variable)
    if conflict.variable == UNIT or variable is None:
        return "a unit is present or absent"
    if variable.field is None:
        return "" if value == spelled(parsed(value)) else "a set is written with semicolons, in alphabetical order"
    if not value:
        return "it may not be empty" if variable.table.required(variable.field) else ""
    if variable.field.allowed and value not in {str(v) for v in variable.field.allowed}:
        return f"it is none of {', '.join(str(v) for v in variable.field.allowed)}"
    if parse(variable.field.type, value) is None:
        return f"it is no {variable.field.type}"
    pattern = variable.field.constraints.get("pattern")
    return "" if not pattern or compiled(pattern).fullmatch(value) else "it has not the form that the schema asks for"


def normal(session: Session, conflict: Conflict, text: str) -> str:
    """A value as it is spelled in conflicts: sets in order."""
    variable = session.variables.get(conflict.variable)
    return spelled(parsed(text)) if variable is not None and variable.field is None else text.strip()


def faults(session: Session, decision: Decision) -> list[Finding]:
    """What is wrong with a decision, before any table is touched."""
    table = session.model[RESOLUTIONS]
    found = []
    fault = _value_fault(session, decision)
    if fault:
        hint = "Take the value of a pass or one that the codebook knows."
        found.append(_reject(decision.conflict, f"the value cannot be taken: {fault}", hint, "value", decision.value))
    reasons = [str(v) for v in table["reason"].allowed]
    if decision.reason not in reasons:
        hint = f"Take one of {', '.join(reasons)}."
        found.append(
            _reject(decision.conflict, "the reason is not in the closed list", hint, "reason", decision.reason)
        )
    listed = [str(v) for v in session.model["coding_log"]["reason"].allowed]
    if decision.log_reason and decision.log_reason not in listed:
        hint = f"Take one of {', '.join(listed)}."
        message = "the reason for the coding log is not in the closed list"
        found.append(_reject(decision.conflict, message, hint, "log_reason", decision.log_reason))
    if decision.reason == "judgement" and not decision.note:
        hint = "Write why this reading was taken."
        found.append(_reject(decision.conflict, "a judgement needs a note", hint, "note", ""))
    for constraint in constraints_of(table):
        if constraint.field == "note" and decision.note and constraint.kind in ("pattern", "max-length"):
            limit = constraint.limit
            long = constraint.kind == "max-length" and len(decision.note) > limit
            if long or (constraint.kind == "pattern" and not compiled(limit).fullmatch(decision.note)):
                found.append(
                    _reject(decision.conflict, "the note cannot be taken", constraint.hint, "note", decision.note)
                )
    return found


def resolution_row(model: Model, decision: Decision, number: int) -> Row:
    """A decision as a row of the table of resolutions."""
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
    """Add the resolutions, each at the end of those of its source."""
    rows = tables[RESOLUTIONS]
    for decision in decisions:
        source = decision.conflict.source
        numbers = [int(row["resolution_no"]) for row in rows if row["source_id"] == source]
        places = [i for i, row in enumerate(rows) if row["source_id"] == source]
        new = resolution_row(tables.package.model, decision, max(numbers, default=0) + 1)
        rows.insert(places[-1] + 1 if places else len(rows), new)
    tables.touched.add(RESOLUTIONS)


def record(session: Session, decisions: Sequence[Decision], more: bool = False) -> tuple[Report, list[str]]:
    """Write decisions into the package: resolutions, and the records where they say another thing.

    Parameters
    ----------
    more : bool
        Whether further decisions are to come, so that a value in an open conflict waits for its own.

    Returns
    -------
    Report, list of str
        What is wrong with the decisions or with the tables that they would make; and the files that changed, none of
        them if anything is wrong.
    """
    report = Report()
    for decision in decisions:
        report.extend(faults(session, decision))
    if report.exit_status() or not decisions:
        return report, []
    tables = Tables(session.package)
    whole = [one for decision in decisions for one in spread(session, decision)]
    if len({one.conflict.key for one in whole}) < len(whole):
        hint = "Say on one of the two units that they are the same, and leave the other blank."
        report.add(_reject(decisions[0].conflict, "a unit is decided twice", hint, "value", decisions[0].value))
        return report, []
    decided = {key[2:] for key in _decided(session, tables, whole, more)}
    for decision in whole:
        settling = Settling(tables, session.comparison(decision.conflict), session.text, decided)
        try:
            _settle(session, settling, decision)
        except NotWritable as error:
            hint = "Decide it otherwise, or change the record by hand first; then resolve the conflict again."
            report.add(_reject(decision.conflict, str(error), hint, "value", decision.value))
    if report.exit_status():
        return report, []
    now = current(session, tables)
    _add(tables, [_as_recorded(one, now[one.conflict.key]) for one in whole])
    files = {csv_path(name): tables.content(name) for name in sorted(tables.touched)}
    files[csv_path("conflicts")] = conflicts_bytes(session.model, list(now.values()))
    _validate(session, files, report)
    if report.exit_status():
        return report, []
    session.all = list(now.values())
    done = {one.conflict.key for one in whole}
    session.open = [now[one.key] for one in session.open if one.key not in done]
    return report, publish(session.package.root, files)


def _as_recorded(decision: Decision, now: Conflict) -> Decision:
    """A decision on what there is by now; the id of a record that went is told, so that it is never given again."""
    gone = decision.conflict.record if not now.record else ""
    note = f"{decision.note} {gone} was removed.".strip() if gone else decision.note
    return replace(decision, conflict=now, note=note)


def _decided(session: Session, tables: Tables, whole: Sequence[Decision], more: bool) -> set[Key]:
    """The conflicts that have a decision of their own, or are to get one."""
    settled = {resolution_key(row) for row in tables[RESOLUTIONS] if row["source_id"] == session.source}
    waiting = {one.key for one in session.open} if more else set()
    return settled | waiting | {one.conflict.key for one in whole}


def _settle(session: Session, settling: Settling, decision: Decision) -> None:
    """Bring the tables to one decision."""
    conflict = replace(decision.conflict, record=settling.record(decision.conflict))
    variable = session.variables.get(conflict.variable)
    if variable is None:
        same = settling.record(decision.same) if decision.same else ""
        settling.unit(conflict, decision.value, decision.log_reason, same)
    else:
        settling.value(variable, conflict, decision.value, decision.agrees_with)


def current(session: Session, tables: Tables) -> dict[Key, Conflict]:
    """The conflicts with the records that came of their units by now."""
    if "coding_units" not in tables.touched:
        return {one.key: one for one in session.all}
    known = {(row["pass_id"], row["unit"]): any_id(row) for row in tables["coding_units"]}
    found = {}
    for one in session.all:
        passes = session.comparison(one)
        record = known.get((passes.a.name, one.unit_a)) or known.get((passes.b.name, one.unit_b)) or ""
        found[one.key] = replace(one, record=record)
    return found


def _validate(session: Session, files: dict[str, bytes], report: Report) -> None:
    """Validate the tables that decisions would make, in a copy; only new findings are reported."""
    package, check = session.package, session.check
    if check is None:
        raise ValueError("a session that records decisions needs a check: open_session(root, source, check)")
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
