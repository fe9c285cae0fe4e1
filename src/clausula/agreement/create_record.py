"""Making a record of a unit that one pass saw and that was decided to be one, from the values of that pass."""

from __future__ import annotations

import re
from collections.abc import Mapping

from clausula.agreement.apply_value import NotWritable, Tables
from clausula.agreement.dependent_rows import insert_provision, remake_absences
from clausula.agreement.passes import TARGETS, Row, Unit, any_id
from clausula.agreement.remove_record import uncover_log
from clausula.core.edtf import bounds
from clausula.core.model import Table
from clausula.evidence.text import Text

PARENTS = {"provisions": "instrument_id", "reactions": "source_id", "events": "process_id"}
"""The field by whose value the id of a record begins."""

ANCHORED = ("evidence", "attributions")
_LOCAL = re.compile(r"[prv]\d{3,}")


def new_id(tables: Tables, unit: Unit, parent: str) -> str:
    """An id that was never given: one more than the highest number that records or units have."""
    key = tables.package.model[unit.kind].primary_key[0]
    prefix = f"{parent}.{unit.name[0]}"
    held = [row[key] for name in (unit.kind, "coding_units", "resolutions", "conflicts") for row in tables[name]]
    held += [row["value"] for row in tables["codings"]]
    held += [word for row in tables["resolutions"] for word in row["note"].split() if word.startswith(prefix)]
    numbers = [int(i.removeprefix(prefix)) for i in held if i.startswith(prefix) and i[len(prefix) :].isdigit()]
    return f"{prefix}{max(numbers, default=0) + 1:02d}"


def make_record(tables: Tables, unit: Unit, pass_id: str, source: str, text: Text | None) -> str:
    """Make a record, and what is below it; its id.

    Raises
    ------
    NotWritable
        If the text is not given, or the values of the pass make no whole record.
    """
    if text is None:
        raise NotWritable(f"a record of {unit.name} needs fingerprints of its words; give the text with --texts")
    table = tables.package.model[unit.kind]
    parent = source if PARENTS[unit.kind] == "source_id" else unit.values.get(PARENTS[unit.kind], "")
    if not parent or not unit.rows.get("evidence"):
        raise NotWritable(f"pass {pass_id} has no anchors or no {PARENTS[unit.kind]} of {unit.name}")
    record = new_id(tables, unit, parent)
    names = local_names(tables, pass_id) | {unit.name: record}
    row = _row(table, unit.values, names) | {table.primary_key[0]: record}
    if "source_id" in table.names:
        row["source_id"] = source
    _anchors(tables, unit, record, source, text)
    if unit.kind == "provisions":
        insert_provision(tables, row)
    else:
        tables.insert(unit.kind, row, PARENTS[unit.kind])
    _below(tables, unit, record, names)
    give_id(tables, pass_id, unit, record)
    if unit.kind == "provisions":
        remake_absences(tables, parent)
    return record


def local_names(tables: Tables, pass_id: str) -> dict[str, str]:
    """The records that came of the units of a pass, by the names of the units."""
    units = [row for row in tables["coding_units"] if row["pass_id"] == pass_id]
    return {row["unit"]: any_id(row) for row in units}


def give_id(tables: Tables, pass_id: str, unit: Unit, record: str) -> None:
    """Write down which record came of a unit, and of each of its targets."""
    key = tables.package.model[unit.kind].primary_key[0]
    for row in tables["coding_units"]:
        name, _, target = row["unit"].partition(".t")
        if row["pass_id"] == pass_id and name == unit.name:
            row[key] = record
            if target:
                row["target_no"] = target
            tables.touched.add("coding_units")


def _row(table: Table, values: Mapping[str, str], names: Mapping[str, str]) -> Row:
    """Values of a pass as a row of a table: local names become ids, and dates get their first and last day."""
    links = {name for key in table.foreign_keys for name in key.fields if name.endswith("provision_id")}
    row = {name: values.get(name, "") for name in table.names}
    for name in links:
        if _LOCAL.fullmatch(row[name]):
            row[name] = names.get(row[name], "")
    for field in table.fields:
        if field.bounds:
            try:
                days = bounds(row[field.name]) if row[field.name] else (None, None)
            except ValueError as error:
                raise NotWritable(str(error)) from error
            row |= {name: day.isoformat() if day else "" for name, day in zip(field.bounds, days, strict=True)}
    return row


def _anchors(tables: Tables, unit: Unit, record: str, source: str, text: Text) -> None:
    """The anchors of a unit with fingerprints of their words, and the voices that they are attributed to."""
    key = tables.package.model[unit.kind].primary_key[0]
    model = tables.package.model
    for item, given in unit.rows["evidence"].items():
        start, end = given.get("start", ""), given.get("end", "")
        if not (start.isdigit() and end.isdigit() and int(start) < int(end) <= len(text.raw)):
            raise NotWritable(f"the anchor {item} of {unit.name} has no place in the text")
        row = _row(model["evidence"], given, {}) | {"evidence_id": f"{record}.e{item}", key: record}
        row |= {"source_id": source, "fingerprint": text.fingerprint(int(start), int(end))}
        tables.insert("evidence", row, "source_id")
        uncover_log(tables, source, (int(start), int(end)), text)
    for item, given in unit.rows.get("attributions", {}).items():
        anchor, _, step = item.partition(" ")
        row = _row(model["attributions"], given, {}) | {"evidence_id": f"{record}.e{anchor}", "step": step}
        tables.insert("attributions", row, "evidence_id")


def _below(tables: Tables, unit: Unit, record: str, names: Mapping[str, str]) -> None:
    """The actors, quantities, places and targets of a unit."""
    for name, given in unit.rows.items():
        if name in ANCHORED or name not in tables.package.model.tables:
            continue
        table = tables.package.model[name]
        for item, values in given.items():
            row = _row(table, values, names) | {table.primary_key[0]: record}
            if name == TARGETS:
                row["target_no"] = item.removeprefix("t")
            tables.insert(name, row, table.primary_key[0])
