"""Units of two passes that are the same one, though their words overlap too little to be matched."""

from __future__ import annotations

from dataclasses import replace

from clausula.agreement.conflicts import PRESENT, UNIT, Conflict
from clausula.agreement.open_conflicts import Decision, Session

PREFIX = "same:"


def other_of(session: Session, decision: Decision) -> Conflict | None:
    """The open conflict over the unit of the other pass that a decision names as the same."""
    conflict, name = decision.conflict, decision.value.removeprefix(PREFIX).strip()
    for one in session.open:
        there = one.unit_b if conflict.unit_a else one.unit_a
        here = one.unit_a if conflict.unit_a else one.unit_b
        if one.variable == UNIT and one.round == conflict.round and there == name and not here:
            return one if one.kind == conflict.kind else None
    return None


def is_same(decision: Decision) -> bool:
    """Whether a decision says that a unit is one of the other pass."""
    return decision.conflict.variable == UNIT and decision.value.startswith(PREFIX)


def spread(session: Session, decision: Decision) -> list[Decision]:
    """A decision as it is recorded: one on the same unit settles two conflicts, the one that has a record first."""
    other = other_of(session, decision) if is_same(decision) else None
    if other is None:
        return [decision]
    pair = sorted((decision.conflict, other), key=lambda conflict: (not conflict.record, not conflict.unit_a))
    first, second = (
        replace(decision, conflict=one, value=PRESENT, note=_note(one, two, decision.note))
        for one, two in (pair, pair[::-1])
    )
    return [first, replace(second, same=first.conflict)]


def _note(one: Conflict, two: Conflict, note: str) -> str:
    told = f"The same unit as {two.unit_a or two.unit_b} of pass {'a' if two.unit_a else 'b'}."
    return f"{told} {note}".strip()
