"""Decisions on conflicts: their check against the schemas, and decisions that two units are the same."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from clausula.adjudication.open_conflicts import Adjudication
from clausula.agreement.conflicts import PRESENT, UNIT, Conflict
from clausula.agreement.variables import format_set, parse_set
from clausula.core.constraints import constraints_of
from clausula.core.findings import Finding, finding
from clausula.core.lexical import compiled, parse
from clausula.core.model import Table
from clausula.core.wording import a

RESOLUTIONS = "resolutions"
INVALID_DECISION = "invalid-decision"
"""Code of findings on a decision that is invalid by itself."""

SAME = "same:"
"""Start of a value that names the same unit in the other pass, for units that were anchored at different spans."""


@dataclass(frozen=True)
class Decision:
    """An adjudicator's decision on a conflict.

    Attributes
    ----------
    value : str
        Decided value, in the notation of the conflict.
    reason, note : str
        Reason and note, as in the table `resolutions`.
    log_reason : str
        Reason for the coding log, if the decision removes a record and leaves text without one.
    same_as : Conflict or None
        The conflict over the same unit in the other pass, whose record is assigned to this unit.
    """

    conflict: Conflict
    value: str
    reason: str
    note: str = ""
    log_reason: str = ""
    same_as: Conflict | None = None

    @property
    def agrees_with(self) -> str:
        """The pass that had the decided value: a, b or neither."""
        sides = (("a", self.conflict.value_a), ("b", self.conflict.value_b))
        return next((side for side, value in sides if value == self.value), "neither")

    def reject(self, code: str, name: str = "value", **given: Any) -> Finding:
        """Return a registered finding on a part of the decision."""
        one = self.conflict
        key = f"{one.unit_a or '-'} {one.unit_b or '-'} {one.variable} {one.item}".strip()
        value = str(getattr(self, name)) or None
        return finding(code, **given, table=RESOLUTIONS, field=name, key=key, value=value)


def paired_conflict(adjudication: Adjudication, decision: Decision) -> Conflict | None:
    """Return the open conflict over the unit of the other pass that a decision names as the same, if there is one."""
    conflict, name = decision.conflict, decision.value.removeprefix(SAME).strip()
    if conflict.variable != UNIT or not decision.value.startswith(SAME):
        return None
    for other in adjudication.open:
        there, here = (other.unit_b, other.unit_a) if conflict.unit_a else (other.unit_a, other.unit_b)
        if (other.variable, other.round, other.kind, there, here) == (UNIT, conflict.round, conflict.kind, name, ""):
            return other
    return None


def expand(adjudication: Adjudication, decision: Decision) -> list[Decision]:
    """Return the decisions to record: two if a unit is the same in both passes, the one with a record first."""
    other = paired_conflict(adjudication, decision)
    if other is None:
        return [decision]
    pair = sorted((decision.conflict, other), key=lambda conflict: (not conflict.record, not conflict.unit_a))
    first, second = (
        replace(decision, conflict=one, value=PRESENT, note=_note(two, decision.note))
        for one, two in (pair, pair[::-1])
    )
    return [first, replace(second, same_as=first.conflict)]


def _note(other: Conflict, note: str) -> str:
    same = f"The same unit as {other.unit_a or other.unit_b} of pass {'a' if other.unit_a else 'b'}."
    return f"{same} {note}".strip()


def normalise(adjudication: Adjudication, conflict: Conflict, text: str) -> str:
    """Return a value in the notation of conflicts, with the members of a set in order."""
    variable = adjudication.variables.get(conflict.variable)
    return format_set(parse_set(text)) if variable is not None and variable.field is None else text.strip()


def _value_error(adjudication: Adjudication, decision: Decision) -> str:
    """Return what is wrong with a decided value, or an empty text."""
    conflict, value = decision.conflict, decision.value
    variable = adjudication.variables.get(conflict.variable)
    if value in (conflict.value_a, conflict.value_b) or paired_conflict(adjudication, decision):
        return ""
    if variable is None:
        if value.startswith(SAME):
            return "the other pass has no such unmatched unit"
        return f"{value!r} is not present, absent or same:UNIT"
    field = variable.field
    if field is None:
        is_sorted = value == format_set(parse_set(value))
        return "" if is_sorted else "a set is written in alphabetical order, with semicolons"
    if not value:
        return "a value is required" if variable.table.required(field) else ""
    if field.allowed and value not in {str(v) for v in field.allowed}:
        return f"{value!r} is not one of {', '.join(str(v) for v in field.allowed)}"
    if parse(field.type, value) is None:
        return f"{value!r} is not {a(field.type)}"
    pattern = field.constraints.get("pattern")
    matches = not pattern or compiled(pattern).fullmatch(value)
    return "" if matches else f"{value!r} does not match the pattern {pattern}"


def _is_valid_note(table: Table, note: str) -> bool:
    limits = {one.kind: one.limit for one in constraints_of(table) if one.field == "note"}
    is_short = "max-length" not in limits or len(note) <= limits["max-length"]
    return is_short and ("pattern" not in limits or compiled(limits["pattern"]).fullmatch(note) is not None)


def check_decision(adjudication: Adjudication, decision: Decision) -> list[Finding]:
    """Check a decision against the schemas, before any table is changed."""
    model, found = adjudication.model, []
    if error := _value_error(adjudication, decision):
        found.append(decision.reject("invalid-decision", error=error))
    for name, table, what in (
        ("reason", RESOLUTIONS, "reason"),
        ("log_reason", "coding_log", "reason for the coding log"),
    ):
        given, listed = getattr(decision, name), [str(v) for v in model[table]["reason"].allowed]
        if given not in (listed if name == "reason" else ["", *listed]):
            fault = f"{given!r} is not a valid {what}" if given else "a reason is required"
            found.append(decision.reject("invalid-decision:reason", name, what=fault, listed=", ".join(listed)))
    if decision.reason == "judgement" and not decision.note:
        found.append(decision.reject("invalid-decision:no-note", "note"))
    if decision.note and not _is_valid_note(model[RESOLUTIONS], decision.note):
        found.append(decision.reject("invalid-decision:note", "note"))
    return found


def resolution_row(adjudication: Adjudication, decision: Decision, number: int) -> dict[str, str]:
    """Return a decision as a row of the table `resolutions`."""
    return {
        **adjudication.conflict_values(decision.conflict),
        "resolution_no": str(number),
        "value": decision.value,
        "agrees_with": decision.agrees_with,
        "reason": decision.reason,
        "note": decision.note,
    }
