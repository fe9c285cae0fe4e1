"""What the passes, the resolutions and the revisions of a package state about each coded cell of its records.

The last statement about a cell holds, in this order: the leading passes by round, the resolutions by round, the
revisions. A unit of the second pass counts where the leading pass has no unit for the record, and a child row of it
where the leading pass does not have the row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby

from clausula.agreement.conflicts import UNIT
from clausula.agreement.links import link_fields
from clausula.agreement.passes import RECORDS, Pass, Unit, read_passes, record_id, version_key
from clausula.agreement.variables import (
    SETS,
    Variable,
    format_set,
    is_child_of_evidence,
    parse_set,
    row_identity,
    variables,
)
from clausula.core.model import Model, Table
from clausula.core.store import Store, Values

Cell = tuple[str, str, str]
"""ID of a record, name of a variable, and the identity of the child row if the variable is a field of one."""

PASS, RESOLUTION, REVISION = "pass", "resolution", "revision"
ANCHOR_ROW = ("start", "end", "bearing")
"""Fields that identify an anchor of a record in passes."""


@dataclass(frozen=True)
class Statement:
    """The value of a cell, and what states it: a pass, a resolution or a revision."""

    value: str
    by: str


@dataclass
class Statements:
    """The last statement about each cell, and the sources that have passes."""

    cells: dict[Cell, Statement] = field(default_factory=dict)
    sources: set[str] = field(default_factory=set)
    coded: set[str] = field(default_factory=set)
    """The names of the variables that any pass states."""
    unrevised: dict[Cell, Statement | None] = field(default_factory=dict)
    """What passes and resolutions state about the cells that were revised."""
    revised: list[tuple[Cell, int]] = field(default_factory=list)
    """The cell of each revision, with its row number."""


def compared_table(table: Table) -> Table:
    """Return a table with the fields that identify its rows in a pass, also if passes are not measured on it."""
    if table.same_row:
        return table
    identity = ANCHOR_ROW if table.name == "evidence" else table.primary_key[1:]
    return replace(table, descriptor={**table.descriptor, "sameRow": list(identity)})


def is_child(table: Table) -> bool:
    """Return whether the rows of a table belong to a record: by its key, as its anchors, or as rows of its anchors."""
    keys = {name for name in table.primary_key[:1] if table.primary_key[1:]}
    parents = {key.resource for key in table.foreign_keys if set(key.fields) == keys}
    return table.name == "evidence" or is_child_of_evidence(table) or bool(parents & set(RECORDS.values()))


def coded_variables(model: Model, record: str) -> tuple[Variable, ...]:
    """Return the variables of a table of records and of its child tables, including those that are not measured."""
    found: tuple[Variable, ...] | None = model.memo.get(("coded variables", record))
    if found is None:
        found = model.memo["coded variables", record] = tuple(_coded_variables(model, record))
    return found


def _coded_variables(model: Model, record: str) -> list[Variable]:
    found = list(variables(model, record))
    known = {variable.name for variable in found}
    key = model[record].primary_key[0]
    for table in model:
        if not (table.name == record or (is_child(table) and key in {*table.primary_key, *_anchored(table)})):
            continue
        compared = table if table.name == record else compared_table(table)
        skip = compared.same_row
        if not table.same_row and table.name != record:
            found.append(Variable(compared, None, SETS))
        found += [
            Variable(compared, f, "nominal")
            for f in table.fields
            if f.coded and f.name not in skip and f"{table.name}.{f.name}" not in known
        ]
    return found


def _anchored(table: Table) -> Iterable[str]:
    return table.names if table.name == "evidence" else RECORD_KEYS if is_child_of_evidence(table) else ()


RECORD_KEYS = ("provision_id", "reaction_id", "event_id")


def identified_rows(variable: Variable, unit: Unit) -> list[tuple[str, str, Values]]:
    """Return the child rows of a unit that a variable is about: identity, position and values.

    Rows that share an identity get numbers in the order of their coded values: the second is "until #2".
    """
    by = variable.table.sets_by if variable.category else ""
    rows = unit.rows.get(variable.table.name, {})
    found = [
        (row_identity(variable, row), position, row)
        for position, row in rows.items()
        if not by or row.get(by) == variable.category
    ]
    if len(found) > 1:
        coded = variable.table.coded_names
        found.sort(key=lambda one: [one[2].get(name, "") for name in coded])
        if len({one[0] for one in found}) < len(found):
            seen: Counter[str] = Counter()
            for at, (identity, position, row) in enumerate(found):
                seen[identity] += 1
                found[at] = (identity if seen[identity] == 1 else f"{identity} #{seen[identity]}", position, row)
    return found


def unit_values(model: Model, unit: Unit) -> Iterator[tuple[Variable, str, str]]:
    """Yield the variables of a unit with the identity of the child row, and the value."""
    kind, values, rows = unit.kind, unit.values, unit.rows
    known: dict[tuple[str, str, bool], list[tuple[str, str, Values]]] = {}
    for variable, table, name, same in _places_of_values(model, kind):
        if name is not None and table == kind:
            if name in values:
                yield variable, "", values[name]
        elif not rows.get(table):
            if name is None:
                yield variable, "", ""
        else:
            if same not in known:
                known[same] = identified_rows(variable, unit)
            if name is None:
                yield variable, "", format_set(frozenset(item for item, _, _ in known[same]))
            else:
                for item, _, row in known[same]:
                    yield variable, item, row.get(name, "")


def _places_of_values(model: Model, kind: str) -> tuple[tuple[Variable, str, str | None, tuple[str, str, bool]], ...]:
    """Return the variables of a kind of record, each with its table, its field, and what has the same rows."""
    found: tuple[tuple[Variable, str, str | None, tuple[str, str, bool]], ...]
    found = model.memo.get(("places of values", kind), ())
    if not found:
        found = model.memo["places of values", kind] = tuple(
            (one, one.table.name, one.field.name if one.field else None, (one.table.name, one.category, not one.field))
            for one in coded_variables(model, kind)
        )
    return found


def _resolve_links(model: Model, one: Pass) -> None:
    names = {unit.name: unit.record for unit in one.units.values() if unit.record}
    fields = list(link_fields(model))
    for unit in one.units.values():
        for table, name in fields:
            for row in unit.rows.get(table, {}).values():
                row[name] = names.get(row.get(name, ""), row.get(name, ""))


def _with_anchors(unit: Unit) -> Unit:
    """Return a unit with its span as its anchor if its pass has no anchors."""
    if not unit.rows.get("evidence"):
        start, end = unit.spans[0]
        unit.row("evidence", "1").update(start=str(start), end=str(end), bearing="states")
    return unit


def _of_pass(model: Model, one: Pass) -> dict[Cell, str]:
    """Return the values that a pass states about records: those that its codebook asked for, and any that it has."""
    tables = {name for unit in one.units.values() for name in unit.rows}
    asked = {
        kind: {
            v.name for v in coded_variables(model, kind) if _is_asked(model, one, v, v.table.name in {kind, *tables})
        }
        for kind in RECORDS.values()
    }
    found: dict[Cell, str] = {}
    for unit in one.units.values():
        if not unit.record:
            continue
        record, names = unit.record, asked[unit.kind]
        for variable, item, value in unit_values(model, _with_anchors(unit)):
            name = variable.name
            if (value or name in names) and not (one.units_given and variable.table.name == "evidence"):
                found.setdefault((record, name, item), value)
    return found


def _is_asked(model: Model, one: Pass, variable: Variable, given: bool) -> bool:
    """Return whether the codebook of a pass asked for a variable; `given` says whether the pass has rows of its table.

    A table without rows was asked for if it is measured and the coder found the units.
    """
    table = variable.table.name
    measured = bool(model[table].same_row) or table == "evidence"
    return version_key(variable.introduced) <= version_key(one.version) and (
        given or (measured and not one.units_given)
    )


def _of_round(model: Model, members: list[Pass]) -> dict[Cell, str]:
    """Return the values of the passes of one source and round: those of the first, and what only the second has."""
    for one in members:
        _resolve_links(model, one)
    lead = _of_pass(model, members[0])
    records = {cell[0] for cell in lead}
    for second in members[1:2]:
        for cell, value in _of_pass(model, second).items():
            if cell[0] not in records or cell[2]:
                lead.setdefault(cell, value)
    return lead


def statements(store: Store, revisions: bool = True) -> Statements:
    """Return the last statement about every coded cell; without the revisions if they are not wanted.

    Raises
    ------
    ValueError
        If a table is malformed or does not match its schema.
    """
    model, result = store.package.model, Statements()
    passes = sorted(read_passes(store), key=lambda p: (p.round, p.source, p.name))
    result.sources = {one.source for one in passes}
    stated: dict[str, Statement] = {}
    for _, members in groupby(passes, key=lambda p: (p.round, p.source)):
        for cell, value in _of_round(model, list(members)).items():
            if value not in stated:
                stated[value] = Statement(value, PASS)
            result.cells[cell] = stated[value]
    result.coded = {variable for _, variable, _ in result.cells}
    for row in sorted(store.records("resolutions"), key=lambda row: int(row["round"])):
        if row["variable"] != UNIT:
            result.cells[record_id(row), row["variable"], row["item"]] = Statement(row["value"], RESOLUTION)
    if revisions and "revisions" in store:
        for number, row in enumerate(store.records("revisions"), 1):
            cell = (record_id(row), row["variable"], row["item"])
            result.unrevised.setdefault(cell, result.cells.get(cell))
            result.cells[cell] = Statement(row["value"], REVISION)
            result.revised.append((cell, number))
    return result


def is_equal(variable: Variable, one: str, other: str) -> bool:
    """Return whether two values of a variable are the same."""
    return parse_set(one) == parse_set(other) if variable.field is None else one == other
