"""Units that two passes anchored at different spans, and that an adjudicator declares to be the same unit."""

from __future__ import annotations

from dataclasses import replace

from clausula.agreement.conflicts import PRESENT, UNIT, Conflict
from clausula.agreement.open_conflicts import Adjudication, Decision

PREFIX = "same:"


def paired_conflict(adjudication: Adjudication, decision: Decision) -> Conflict | None:
    """Return the open conflict over the unit of the other pass that a decision names as the same, if there is one."""
    conflict, name = decision.conflict, decision.value.removeprefix(PREFIX).strip()
    for other in adjudication.open:
        there = other.unit_b if conflict.unit_a else other.unit_a
        here = other.unit_a if conflict.unit_a else other.unit_b
        if other.variable == UNIT and other.round == conflict.round and there == name and not here:
            return other if other.kind == conflict.kind else None
    return None


def is_same_unit(decision: Decision) -> bool:
    """Return whether a decision declares a unit to be the same as a unit of the other pass."""
    return decision.conflict.variable == UNIT and decision.value.startswith(PREFIX)


def expand(adjudication: Adjudication, decision: Decision) -> list[Decision]:
    """Return the decisions to record: two if a unit is the same in both passes, the one with a record first."""
    other = paired_conflict(adjudication, decision) if is_same_unit(decision) else None
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
