"""Application of decisions to the records of a source: create or remove a record, or set a value and its dependents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from clausula.adjudication.chains import set_chains
from clausula.adjudication.decisions import Decision
from clausula.adjudication.records import CannotApply, SourceRecords, UnitOfPass, uncovered
from clausula.agreement.conflicts import ABSENT, PRESENT, UNIT, Conflict
from clausula.agreement.passes import Unit
from clausula.agreement.variables import Variable, is_child_of_evidence, parse_set, row_identity
from clausula.coding.candidate import PARENTS
from clausula.coding.form import Form, is_lead
from clausula.coding.pass_rows import PassRow
from clausula.coding.passes import Pass
from clausula.coding.quotes import offsets
from clausula.core.store import Values
from clausula.evidence.text import Text

DEPENDENT_FIELDS = {
    "provisions.conditionality": ("condition",),
    "provisions.timing": ("due",),
    "reaction_targets.position": ("stance",),
    "reaction_targets.conditional": ("condition",),
}
"""Fields that depend on a variable: a decision copies them from the pass that had the decided value."""

DEPENDENT_ROWS = {
    "provisions.conditionality": {"provision_dependencies": "condition_kind", "provision_triggers": "trigger"}
}
"""Rows that depend on a variable, by table, with the field that they have a value in."""

TOPICS = ("provisions.topic_id", "provision_topics")
"""Variables that absences depend on."""

DEPENDENCIES = "provision_dependencies"


def apply(records: SourceRecords, decision: Decision) -> None:
    """Apply a decision.

    Raises
    ------
    CannotApply
        If the record has to be corrected by hand.
    """
    conflict, record = decision.conflict, records.record_of(decision.conflict)
    variable = records.adjudication.variables.get(conflict.variable)
    if variable is None:
        _apply_unit(records, decision, record)
    elif not record:
        raise CannotApply(f"{conflict.unit_a or conflict.unit_b} has no record")
    elif variable.field is None:
        _set_members(records, variable, record, decision)
    else:
        _set_value(records, variable, record, decision)


def creates_record(records: SourceRecords, decision: Decision) -> bool:
    """Return whether a decision creates a record: the unit is present, has none, and is not the same as another."""
    present = (decision.conflict.variable, decision.value, decision.same_as) == (UNIT, PRESENT, None)
    return present and not records.record_of(decision.conflict)


def _apply_unit(records: SourceRecords, decision: Decision, record: str) -> None:
    """Apply a decision on whether there is a unit."""
    conflict = decision.conflict
    if decision.value not in (PRESENT, ABSENT):
        raise CannotApply(f"{decision.value!r} is not a valid decision on {conflict.variable}")
    passes = records.adjudication.comparison(conflict)
    unit = (passes.a.name, conflict.unit_a) if conflict.unit_a else (passes.b.name, conflict.unit_b)
    same = records.record_of(decision.same_as) if decision.same_as else ""
    if decision.value == ABSENT:
        if record and [other for other, name in records.units.items() if name == record] == [unit]:
            _remove(records, record, decision.log_reason)
    elif same and record and record != same:
        one, other = records.ids.get(record, record), records.ids.get(same, same)
        raise CannotApply(f"{one} and {other} are separate records; first decide which of them is absent")
    elif not record:
        records.units[unit] = same or _create(records, conflict, unit)
        records.assigned.append(unit)


def _create(records: SourceRecords, conflict: Conflict, unit: UnitOfPass) -> str:
    """Create the record of a unit from its values in the pass, and return its local name."""
    pass_id, name = unit
    if records.text is None:
        raise CannotApply(f"the text is needed to hash the anchors of {name}; pass --texts DIR or --text FILE")
    letter = pass_id.rpartition(".")[2]
    form = Form(records.form.model, is_lead(letter))
    rows = [row for row in Pass(records.tables, form, records.source, letter).pass_rows(False) if row.unit == name]
    parent = PARENTS[conflict.kind]
    own = next((row.values for row in rows if row.table == conflict.kind), {})
    if not any(row.table == "evidence" for row in rows) or not (parent == "source_id" or own.get(parent)):
        raise CannotApply(f"{name} has no anchors or no {parent} in pass {pass_id}")
    records.reserve(conflict)
    record = records.reserved[unit]
    for row in rows:
        values = {field.name: "" for field in form[row.table].fields()} | records.linked(row.table, pass_id, row.values)
        values = {n: value for n, value in values.items() if n not in (form[row.table].parent, *form[row.table].item)}
        if row.table == "evidence":
            values |= _anchor(records, name, row, records.text)
        if row.table == "provisions":
            values["ordinal"] = ""
        records.add(replace(row, unit=record, values=values))
    records.update_absences(own.get("instrument_id", ""))
    return record


def _anchor(records: SourceRecords, name: str, row: PassRow, text: Text) -> Values:
    """Return the hash of a new anchor, and remove its span from the coding log."""
    span = offsets(row.values.get("start", ""), row.values.get("end", ""))
    if span is None or span[1] > len(text.raw) or span[0] >= span[1]:
        raise CannotApply(f"anchor {row.item[0]} of {name} is not a valid span of the text")
    for logged in records.of("coding_log"):
        covered = offsets(logged.values["start"], logged.values["end"])
        if covered and covered[0] < span[1] and span[0] < covered[1]:
            records.drop([logged])
            for part in uncovered(covered, [span]):
                records.log(part, logged.values)
    return {"fingerprint": text.fingerprint(*span), "source_id": records.source}


def _remove(records: SourceRecords, record: str, reason: str) -> None:
    """Remove a record; its text gets a reason in the coding log where nothing else covers it."""
    anchors = records.of("evidence", record)
    instruments = {row.values["instrument_id"] for row in records.of("provisions", record)}
    records.drop([row for row in records.rows.values() if row.unit == record])
    records.units = {unit: name for unit, name in records.units.items() if name != record}
    if record in records.ids:
        records.removed.append(records.ids.pop(record))
        records.drop([row for row in records.of(DEPENDENCIES) if _is_order_after(row, records.removed[-1])])
    for anchor in anchors:
        span = offsets(anchor.values["start"], anchor.values["end"])
        for part in uncovered(span, records.covered()) if span else ():
            whole = {"fingerprint": anchor.values["fingerprint"]} if part == span else {}
            records.log(part, {"reason": reason, "note": ""}, **whole)
    for instrument in instruments:
        records.update_absences(instrument)


def _is_order_after(row: PassRow, record: str) -> bool:
    """Return whether a dependency only states an order in time and names a record; a condition is kept."""
    return row.values["depends_on_provision_id"] == record and not row.values["condition_kind"]


def _matching(records: SourceRecords, variable: Variable, record: str, item: str) -> list[PassRow]:
    rows = records.of(variable.table.name, record)
    return [row for row in rows if not variable.per_row or row_identity(variable, records.cells(row)) == item]


def _set_value(records: SourceRecords, variable: Variable, record: str, decision: Decision) -> None:
    """Set a value and the fields that depend on it."""
    conflict, table = decision.conflict, variable.table.name
    assert variable.field is not None
    rows = _matching(records, variable, record, conflict.item)
    if not rows:
        where = f"has no row {conflict.item!r} in" if variable.per_row else "was not found in"
        raise CannotApply(f"{records.ids.get(record, record)} {where} {table}")
    changes = {variable.field.name: decision.value} | _dependents(records, variable, decision)
    for row in rows:
        records.add(replace(row, values={**row.values, **changes}))
    if variable.name in DEPENDENT_ROWS:
        _set_dependent_rows(records, variable, record, decision, rows[0].values[variable.field.name])
    _update_absences(records, variable, record)


def _update_absences(records: SourceRecords, variable: Variable, record: str) -> None:
    """Update the absences of the instrument of a record whose topics may have changed."""
    if variable.name in TOPICS:
        for row in records.of("provisions", record):
            records.update_absences(row.values["instrument_id"])


def _chosen(records: SourceRecords, decision: Decision) -> tuple[str, Unit | None]:
    """Return the pass that had the decided value, and its unit; None if neither pass had the value."""
    passes = records.adjudication.comparison(decision.conflict)
    units = records.adjudication.units(decision.conflict)
    sides = dict(zip("ab", zip((passes.a.name, passes.b.name), units, strict=True), strict=True))
    return sides.get(decision.agrees_with, (passes.a.name, None))


def _set_dependent_rows(
    records: SourceRecords, variable: Variable, record: str, decision: Decision, before: str
) -> None:
    """Replace the rows that depend on a value by those of the pass that had the decided value.

    If that pass has none, because it used a codebook without them, rows that still fit the value stay.
    """
    conflict, (pass_id, unit) = decision.conflict, _chosen(records, decision)
    for table, name in DEPENDENT_ROWS[variable.name].items():
        coded = [records.linked(table, pass_id, row) for row in (unit.rows.get(table, {}).values() if unit else ())]
        coded = [row for row in coded if row.get(name)]
        if (conflict.unit_a, conflict.unit_b, table, "") in records.decided or (not coded and decision.value == before):
            continue
        records.drop([row for row in records.of(table, record) if records.cells(row)[name]])
        for values in coded:
            _add_row(records, PassRow(table, record, (), {}), values)


def _dependents(records: SourceRecords, variable: Variable, decision: Decision) -> Values:
    """Return the dependent fields from the pass that had the decided value."""
    conflict, table = decision.conflict, variable.table.name
    pass_id, unit = _chosen(records, decision)
    if unit is None:
        return {}
    coded = unit.rows.get(table, {}).values() if variable.per_row else [unit.values]
    coded = [row for row in coded if not variable.per_row or row_identity(variable, row) == conflict.item]
    values = records.linked(table, pass_id, dict(next(iter(coded), {})))
    return {
        name: values[name]
        for name in DEPENDENT_FIELDS.get(variable.name, ())
        if name in values
        and (conflict.unit_a, conflict.unit_b, f"{table}.{name}", conflict.item) not in records.decided
    }


def _set_members(records: SourceRecords, variable: Variable, record: str, decision: Decision) -> None:
    """Add the child rows that are missing from a set, and remove those that are superfluous."""
    table = variable.table
    wanted = parse_set(decision.value)

    def members(rows: Iterable[tuple[Values, PassRow]]) -> dict[str, tuple[Values, PassRow]]:
        by, category = table.sets_by, variable.category
        return {row_identity(variable, v): (v, r) for v, r in rows if not category or v.get(by or "") == category}

    present = members((records.cells(row), row) for row in records.of(table.name, record))
    if set(present) == wanted:
        return
    if is_child_of_evidence(table):
        both = records.adjudication.units(decision.conflict)
        chosen_first = both if decision.agrees_with != "b" else both[::-1]
        set_chains(records, variable, record, chosen_first, wanted)
        return
    passes = records.adjudication.comparison(decision.conflict)
    coded: list[tuple[Values, PassRow]] = []
    units: Iterable[tuple[str, Unit | None]] = zip(
        (passes.b.name, passes.a.name), reversed(records.adjudication.units(decision.conflict)), strict=True
    )
    for pass_id, unit in units:
        for values in unit.rows.get(table.name, {}).values() if unit else ():
            coded.append((records.linked(table.name, pass_id, values), PassRow(table.name, record, (), {})))
    known = members(coded)
    for name in sorted(wanted - set(present)):
        if name not in known:
            raise CannotApply(f"neither pass has the row {name!r} in {table.name}")
        values, row = known[name]
        _add_row(records, row, values)
    records.drop(row for name, (_, row) in present.items() if name not in wanted)
    _update_absences(records, variable, record)


def _add_row(records: SourceRecords, row: PassRow, values: Values) -> None:
    """Add a child row with the given values to a record, with the next number if its rows are numbered."""
    sheet = records.form[row.table]
    table = sheet.table
    if table[sheet.item[-1]].type == "integer":
        taken = [int(other.item[-1]) for other in records.of(table.name, row.unit) if other.item[-1].isdigit()]
        values = {**values, sheet.item[-1]: str(max(taken, default=0) + 1)}
    kept = {n: values.get(n, "") for n in table.names if n not in (sheet.parent, *sheet.item)}
    records.add(replace(row, item=tuple(values.get(n, "") for n in sheet.item), values=kept))
