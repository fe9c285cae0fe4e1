"""Check the tables that no coding pass states, such as actors, against the recorded values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from clausula.agreement.final_records import LAYER
from clausula.agreement.passes import RECORDS
from clausula.agreement.stated_values import is_child
from clausula.agreement.variables import quoted
from clausula.core.findings import CouldNotRun, Finding, finding
from clausula.core.metadata import RECORDED
from clausula.core.model import Model
from clausula.core.package import MEASURED
from clausula.core.recorded import Recorded, RecordedValues, read_recorded, says_recorded
from clausula.core.store import Store

PASSES = ("coding_units", "codings", *MEASURED)
"""What coders submitted, and what is computed from it."""

STATEMENTS = ("resolutions",)
"""A table that is compared with the records; only its coded fields are recorded."""

COMPUTED = ("absences", "retired_ids", "revisions")
"""Absences follow from the provisions, and the reasons of revisions from the passes. IDs are retired by commands."""


def recorded_fields(model: Model) -> dict[str, tuple[str, ...]]:
    """Return the fields that are recorded, by table: codes, references, dates and numbers, but no texts and no keys."""
    found = {}
    for table in model:
        if table.name in (*RECORDS.values(), *PASSES, *COMPUTED) or is_child(table):
            continue
        found[table.name] = tuple(
            field.name
            for field in table.fields
            if field.name not in table.primary_key
            and (field.coded or (field.level != "text" and table.name not in STATEMENTS))
        )
    return found


def recorded_now(store: Store) -> RecordedValues:
    """Return what is to be recorded of the tables as they are."""
    model = store.package.model
    found = RecordedValues(recorded_fields(model))
    for name in found.fields:
        found.rows |= found.of(model[name], store.records(name))
    return found


def _of_row(names: tuple[str, ...], now: Recorded, recorded: Recorded | None, **place: Any) -> Iterator[Finding]:
    """Yield the findings on a row."""
    if recorded is None:
        yield finding("unrecorded-value:row", **place)
        return
    for name, one, other in zip(names, now, recorded, strict=True):
        if one != other:
            given = {"name": name, "present": quoted(one), "recorded": quoted(other)}
            yield finding("unrecorded-value", field=name, value=one or None, **given, **place)


def recorded_findings(store: Store) -> list[Finding]:
    """Return a finding for each value that differs from what is recorded, and for each row added or removed.

    A package without recorded values has none to compare with. If it says that it has some, their file must exist.
    """
    model, root = store.package.model, store.package.root
    try:
        recorded = read_recorded(root, model.tables)
    except CouldNotRun as error:
        return [error.finding]
    if (recorded is not None) != says_recorded(model.metadata):
        code = "unrecorded-value:unstated" if recorded is not None else "unrecorded-value:missing"
        return [finding(code, file=RECORDED, layers=(LAYER,))]
    if recorded is None:
        return []
    found: list[Finding] = []
    left = dict(recorded.rows)
    for name, fields in recorded_fields(model).items():
        if recorded.fields.get(name) != fields:
            found.append(finding("unrecorded-value:table", table=name, file=RECORDED, layers=(LAYER,)))
            continue
        table = model[name]
        for number, row in enumerate(store.records(name), 1):
            ((place, now),) = recorded.of(table, [row]).items()
            if recorded.rows.get(place) != now:
                key = ", ".join(f"{one}={row[one]}" for one in table.primary_key)
                at: dict[str, Any] = {"table": name, "key": key, "row": number, "layers": (LAYER,)}
                found += _of_row(recorded.fields[name], now, recorded.rows.get(place), **at)
            left.pop(place, None)
    for name, place_text in left:
        names = ", ".join(model[name].primary_key)
        found.append(finding("unrecorded-value:removed", table=name, key=f"{names}={place_text}", layers=(LAYER,)))
    return found
