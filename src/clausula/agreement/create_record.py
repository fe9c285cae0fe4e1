"""Creation of a record for a unit that only one pass has and that was decided to be present."""

from __future__ import annotations

import re
from collections.abc import Mapping

from clausula.agreement.apply_value import CannotApply, Tables
from clausula.agreement.dependent_rows import insert_provision, update_absences
from clausula.agreement.passes import TARGETS, Row, Unit, record_id
from clausula.agreement.remove_record import trim_log
from clausula.core.edtf import bounds
from clausula.core.model import Table
from clausula.evidence.text import Text

PARENTS = {"provisions": "instrument_id", "reactions": "source_id", "events": "process_id"}
"""The field whose value is the first part of the ID of a record."""

ANCHORED = ("evidence", "attributions")
_UNIT_NAME = re.compile(r"[prv]\d{3,}")


def new_id(tables: Tables, unit: Unit, parent: str) -> str:
    """Return a new ID, one higher than any that was ever used, so that IDs are never reused."""
    key = tables.package.model[unit.kind].primary_key[0]
    prefix = f"{parent}.{unit.name[0]}"
    used = [row[key] for name in (unit.kind, "coding_units", "resolutions", "conflicts") for row in tables[name]]
    used += [row["value"] for row in tables["codings"]]
    used += [word for row in tables["resolutions"] for word in row["note"].split() if word.startswith(prefix)]
    numbers = [int(i.removeprefix(prefix)) for i in used if i.startswith(prefix) and i[len(prefix) :].isdigit()]
    return f"{prefix}{max(numbers, default=0) + 1:02d}"


def create_record(tables: Tables, unit: Unit, pass_id: str, source: str, text: Text | None) -> str:
    """Create a record with its child rows from the values of a pass, and return its ID.

    Raises
    ------
    CannotApply
        If the text is not available, or the values of the pass do not make a complete record.
    """
    if text is None:
        raise CannotApply(f"the text is needed to hash the anchors of {unit.name}; pass --texts DIR")
    table = tables.package.model[unit.kind]
    parent = source if PARENTS[unit.kind] == "source_id" else unit.values.get(PARENTS[unit.kind], "")
    if not parent or not unit.rows.get("evidence"):
        raise CannotApply(f"{unit.name} has no anchors or no {PARENTS[unit.kind]} in pass {pass_id}")
    record = new_id(tables, unit, parent)
    records = records_by_unit(tables, pass_id) | {unit.name: record}
    row = _row(table, unit.values, records) | {table.primary_key[0]: record}
    if "source_id" in table.names:
        row["source_id"] = source
    _insert_anchors(tables, unit, record, source, text)
    if unit.kind == "provisions":
        insert_provision(tables, row)
    else:
        tables.insert(unit.kind, row, PARENTS[unit.kind])
    _insert_child_rows(tables, unit, record, records)
    assign_record(tables, pass_id, unit, record)
    if unit.kind == "provisions":
        update_absences(tables, parent)
    return record


def records_by_unit(tables: Tables, pass_id: str) -> dict[str, str]:
    """Return the IDs of the records that resulted from the units of a pass, by unit name."""
    units = [row for row in tables["coding_units"] if row["pass_id"] == pass_id]
    return {row["unit"]: record_id(row) for row in units}


def assign_record(tables: Tables, pass_id: str, unit: Unit, record: str) -> None:
    """Assign a record to a unit and its targets in coding_units."""
    key = tables.package.model[unit.kind].primary_key[0]
    for row in tables["coding_units"]:
        name, _, target = row["unit"].partition(".t")
        if row["pass_id"] == pass_id and name == unit.name:
            row[key] = record
            if target:
                row["target_no"] = target
            tables.touched.add("coding_units")


def _row(table: Table, values: Mapping[str, str], records: Mapping[str, str]) -> Row:
    """Return coded values as a row: unit names become record IDs, and dates get their first and last day."""
    links = {name for key in table.foreign_keys for name in key.fields if name.endswith("provision_id")}
    row = {name: values.get(name, "") for name in table.names}
    for name in links:
        if _UNIT_NAME.fullmatch(row[name]):
            row[name] = records.get(row[name], "")
    for field in table.fields:
        if field.bounds:
            try:
                days = bounds(row[field.name]) if row[field.name] else (None, None)
            except ValueError as error:
                raise CannotApply(str(error)) from error
            row |= {name: day.isoformat() if day else "" for name, day in zip(field.bounds, days, strict=True)}
    return row


def _insert_anchors(tables: Tables, unit: Unit, record: str, source: str, text: Text) -> None:
    """Insert the anchors of a unit with the hashes of their spans, and their attributions."""
    key = tables.package.model[unit.kind].primary_key[0]
    model = tables.package.model
    for item, values in unit.rows["evidence"].items():
        start, end = values.get("start", ""), values.get("end", "")
        if not (start.isdigit() and end.isdigit() and int(start) < int(end) <= len(text.raw)):
            raise CannotApply(f"anchor {item} of {unit.name} is not a valid span of the text")
        row = _row(model["evidence"], values, {}) | {"evidence_id": f"{record}.e{item}", key: record}
        row |= {"source_id": source, "fingerprint": text.fingerprint(int(start), int(end))}
        tables.insert("evidence", row, "source_id")
        trim_log(tables, source, (int(start), int(end)), text)
    for item, values in unit.rows.get("attributions", {}).items():
        anchor, _, step = item.partition(" ")
        row = _row(model["attributions"], values, {}) | {"evidence_id": f"{record}.e{anchor}", "step": step}
        tables.insert("attributions", row, "evidence_id")


def _insert_child_rows(tables: Tables, unit: Unit, record: str, records: Mapping[str, str]) -> None:
    """Insert the actors, quantities, places and targets of a unit."""
    for name, rows in unit.rows.items():
        if name in ANCHORED or name not in tables.package.model.tables:
            continue
        table = tables.package.model[name]
        for item, values in rows.items():
            row = _row(table, values, records) | {table.primary_key[0]: record}
            if name == TARGETS:
                row["target_no"] = item.removeprefix("t")
            tables.insert(name, row, table.primary_key[0])
