"""Conversion of the rows of a pass to rows of tables: records, units of the pass, and its values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from clausula.agreement.passes import version_key
from clausula.coding.form import LEAD, RECORDS, UNITS, Form, Sheet
from clausula.coding.pass_rows import PassRow
from clausula.coding.submission import FormRow, Submission
from clausula.core.model import Table
from clausula.core.store import Values


@dataclass(frozen=True)
class TableRow:
    """One row of a table, complete or partial, and the row of the form that it comes from.

    `shown_in` maps fields without a column of their own name to the column of the form that shows them.
    """

    table: str
    values: Values
    row: FormRow | None = None
    shown_in: Mapping[str, str] = field(default_factory=dict)


def to_table_row(form: Form, pass_row: PassRow, ids: Mapping[str, str], source_id: str) -> TableRow:
    """Convert a row of a pass to a row of its table.

    Parameters
    ----------
    ids : mapping of str to str
        IDs of records by the local names of units.
    """
    sheet = form[pass_row.table]
    values = {k: ids.get(v, v) if k in sheet.links else v for k, v in pass_row.values.items()}
    record = ids.get(pass_row.unit, pass_row.unit)
    if pass_row.table in UNITS:
        values = {RECORDS[pass_row.table]: record, **values}
    elif pass_row.table == "evidence":
        parents = {UNITS[table]: name for table, name in RECORDS.items()}
        values |= dict.fromkeys(RECORDS.values(), "") | {
            "evidence_id": f"{record}.e{pass_row.item[0]}" if record else ""
        }
        values[parents.get(pass_row.unit[:1], "provision_id")] = record
    elif pass_row.table == "attributions":
        anchor, step = pass_row.item
        values = {"evidence_id": f"{record}.e{anchor}" if anchor else pass_row.unit, "step": step, **values}
    elif sheet.parent:
        values = {sheet.parent: record, **dict(zip(sheet.item, pass_row.item, strict=True)), **values}
    if "source_id" in sheet.table.names:
        values["source_id"] = source_id
    return TableRow(pass_row.table, values, pass_row.row)


def is_variable(form: Form, row: Values) -> bool:
    """Return whether a row of `codings` has a variable that the form still has."""
    table, _, name = row["variable"].rpartition(".")
    letters = {letter: unit for unit, letter in UNITS.items()}
    table = table or ("reaction_targets" if ".t" in row["unit"] else letters.get(row["unit"][:1], ""))
    return table in form and name in form[table].table.names


def _is_younger(table: Table, name: str, version: str) -> bool:
    """Return whether a codebook did not have a field yet, so that a pass that used it did not code the field."""
    return any(version_key(since) > version_key(version) for since in (table.since, table[name].since))


def codings(
    form: Form, pass_rows: Iterable[PassRow], submission: Submission, ids: Mapping[str, str]
) -> Iterator[TableRow]:
    """Yield the values of a pass as rows of `codings`, one for each variable of each unit or item."""
    for row in pass_rows:
        if not row.unit:
            continue
        sheet = form[row.table]
        target = row.table == "reaction_targets"
        unit = f"{row.unit}.t{row.item[0]}" if target else row.unit
        own = row.table in UNITS or target
        item = "1" if own else " ".join(row.item)
        left = {"source_id", *sheet.shown_in} if row.table != "evidence" else {"source_id", "fingerprint"}
        named = {k: v for k, v in row.values.items() if k not in left}
        if not named:
            named = {sheet.item[-1]: row.item[-1]}
        for name, value in named.items():
            if not value and not _counts_empty(sheet, name):
                continue
            if _is_younger(sheet.table, name, submission.codebook_version):
                continue
            yield TableRow(
                "codings",
                {
                    "pass_id": submission.pass_id,
                    "unit": unit,
                    "variable": name if own else f"{row.table}.{name}",
                    "item": item,
                    "value": ids.get(value, value) if name in sheet.links else value,
                },
                row.row,
                {"value": sheet.column(name), "unit": "id" if "id" in sheet.names else sheet.parent},
            )


def _counts_empty(sheet: Sheet, name: str) -> bool:
    """Return whether an empty cell is a value.

    In a unit it always is, except in the fields for what a target could be about; in an item only if a voice is absent.
    """
    if sheet.name == "reaction_targets":
        return all(name not in key.fields for key in sheet.table.foreign_keys)
    return sheet.name in UNITS or name == "voice_id"


def coding_units(pass_rows: Iterable[PassRow], submission: Submission, ids: Mapping[str, str]) -> Iterator[TableRow]:
    """Yield the units of a pass with the span that states each and, in the leading pass, the record created from it."""
    rows = list(pass_rows)
    spans: dict[str, tuple[bool, int, str, str]] = {}
    for row in rows:
        if row.table == "evidence" and row.values["start"]:
            here = (row.values["bearing"] != "states", int(row.item[0]), row.values["start"], row.values["end"])
            spans[row.unit] = min(spans.get(row.unit, here), here, key=lambda span: span[:2])
    for row in rows:
        if row.table not in UNITS and row.table != "reaction_targets":
            continue
        target = row.table == "reaction_targets"
        values = {"pass_id": submission.pass_id, "unit": f"{row.unit}.t{row.item[0]}" if target else row.unit}
        if row.unit in spans:
            values |= dict(zip(("start", "end"), spans[row.unit][2:], strict=True))
        if submission.letter == LEAD and row.unit in ids:
            values[RECORDS[row.table] if not target else "reaction_id"] = ids[row.unit]
            if target:
                values["target_no"] = row.item[0]
        yield TableRow("coding_units", values, row.row, {"unit": "id" if not target else "reaction_id"})
