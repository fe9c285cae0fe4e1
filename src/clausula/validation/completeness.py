"""What was judged of every resource, at the end of a run."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from clausula.core.package import Package
from clausula.core.resource_state import IN_PART, NOT_JUDGED, ResourceState
from clausula.validation.engine import Engine, Loaded

CUT_OFF = ("unterminated-quote", "field-too-large")
"""Faults after which the rest of a file is not read."""


def resource_states(engine: Engine) -> dict[str, dict[str, Any]]:
    """Return for each resource of the package its state and why, for the report."""
    package = engine.package
    states = deepcopy(package.states) or tuple(ResourceState(one.name, one.path) for one in package)
    for state in states:
        loaded = engine.tables.get(state.name)
        if loaded is not None:
            _add_faults(state, loaded)
        for why, whole in engine.unjudged.get(state.name, {}).items():
            state.restrict(why, NOT_JUDGED if whole else IN_PART)
    return {state.name: state.as_dict() for state in states}


def descriptor_state(package: Package) -> dict[str, Any]:
    """Return what was judged of the descriptor: a profile of others may not be available here."""
    state = ResourceState("", package.descriptor, what="descriptor")
    names = {one.name for one in package.states}
    for note in package.notes:
        if note.code == "unsupported" and note.table not in names:
            state.restrict(note.message)
    return state.as_dict()


def _add_faults(state: ResourceState, loaded: Loaded) -> None:
    """Add what the faults of the files of a table keep from being judged."""
    unreadable = [part for part in loaded.files if not part.scan.readable]
    for part in loaded.files:
        where = f"{part.resource.path}: " if loaded.parts else ""
        for fault in part.scan.findings:
            if part in unreadable:
                state.restrict(f"{where}{fault.message}", NOT_JUDGED if unreadable == loaded.files else IN_PART)
            elif fault.code in CUT_OFF:
                state.restrict(f"{where}the rows from line {fault.line} on: {fault.message}")
