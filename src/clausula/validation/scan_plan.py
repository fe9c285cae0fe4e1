"""The plan for checking a table: the constraints that one scan checks, and their conditions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TypeVar

from clausula.core import json_schema
from clausula.core.constraints import CELL_KINDS, Constraint
from clausula.core.findings import finding
from clausula.core.model import Table
from clausula.core.resource_reading import unsupported
from clausula.core.wording import a
from clausula.derive.cell import SQL_TYPES, Cell, Unsupported
from clausula.derive.sql import comparable, is_valid, key_text, probes, typed, violation
from clausula.validation.engine import GROUPED, Engine

WIDE = 100
"""Maximum number of constraints or fields in one query; planning time grows with the square of this number."""

T = TypeVar("T")

UNIQUE = ("unique", "primary-key", "unique-key")


@dataclass
class Plan:
    """The constraints that one scan of a table checks.

    Attributes
    ----------
    conditions : list of (Constraint, str)
        Constraints on cell values, each with the condition that is true of a violation.
    required : list of Constraint
        Constraints that a cell is not empty.
    implied : list of (Constraint, str)
        Patterns of references whose target has the same pattern. They are checked only if that one is violated.
    references, keys, bounds, json : list of Constraint
        Foreign keys; unique and primary keys; EDTF dates with a first and last day; JSON with a schema, and GeoJSON.
    prepared : dict
        For each field, the SQL test of its validity, its alias, the SQL of its typed value, and its alias.
    """

    table: Table
    conditions: list[tuple[Constraint, str]] = field(default_factory=list)
    required: list[Constraint] = field(default_factory=list)
    implied: list[tuple[Constraint, str]] = field(default_factory=list)
    references: list[Constraint] = field(default_factory=list)
    keys: list[Constraint] = field(default_factory=list)
    bounds: list[Constraint] = field(default_factory=list)
    json: list[Constraint] = field(default_factory=list)
    prepared: dict[str, tuple[str, str, str, str]] = field(default_factory=dict)


def _same_pattern(engine: Engine, constraint: Constraint, plan: Plan) -> bool:
    """Whether a reference to a field with the same pattern implies this pattern."""
    for reference in plan.references:
        resource, fields = reference.limit
        if reference.fields == constraint.fields and engine.tables[resource].is_text:
            target = engine.package.model[resource][fields[0]]
            return bool(target.constraints.get("pattern") == constraint.limit)
    return False


def _prepared(engine: Engine, plan: Plan, field_name: str) -> Cell:
    """Return the cell of a field; its validity and typed value are computed once, in `relation`."""
    cell = engine.cell(plan.table, field_name, "t")
    if not cell.is_text or cell.field.type not in SQL_TYPES:
        return cell
    if field_name not in plan.prepared:
        plain = engine.cell(plan.table, field_name)
        valid = is_valid(plain, engine.dialect)
        if valid is None:
            return cell
        number = len(plan.prepared)
        inner = replace(plain, valid=f"_ok{number}")
        plan.prepared[field_name] = (valid, f"_ok{number}", typed(inner, engine.dialect), f"_is{number}")
    _, ok, _, value = plan.prepared[field_name]
    return replace(cell, valid=f"t.{ok}", value=f"t.{value}")


def relation(
    engine: Engine,
    plan: Plan,
    numbered: bool = False,
    only: Iterable[str] | None = None,
    group: str = "",
) -> str:
    """Return the cells of the table, or of the fields in `only`, with their validity and typed values.

    Parameters
    ----------
    group : str
        Relation of several tables in the place of that of the table; see `Group`.
    """
    source = group or (engine.numbered if numbered else engine.relation)(plan.table.name)
    prepared = list(plan.prepared.values())
    if only is not None:
        fields = list(dict.fromkeys(only))
        more = [*(["_row"] if numbered else []), *([GROUPED] if group else [])]
        columns = ", ".join([*more, *map(engine.dialect.name, fields)])
        source = f"(SELECT {columns} FROM {source})"
        prepared = [plan.prepared[f] for f in fields if f in plan.prepared]
    if not prepared:
        return source
    first = ", ".join(f"{valid} AS {ok}" for valid, ok, _, _ in prepared)
    second = ", ".join(f"{value} AS {name}" for _, _, value, name in prepared)
    return f"(SELECT *, {second} FROM (SELECT *, {first} FROM {source}))"


def _probe(engine: Engine, constraints: list[Constraint]) -> None:
    """Let the engine parse the values in some constraints; raise one of its errors if it cannot."""
    parts = []
    for c in constraints:
        with suppress(Unsupported):  # reported with its condition
            parts += probes(c, engine.cell(engine.package.model[c.table], c.field), engine.dialect)
    new = [part for part in dict.fromkeys(parts) if part not in engine.readable]
    if new:
        engine.rows(f"SELECT {', '.join(new)}")
        engine.readable.update(new)


def probe(engine: Engine) -> None:
    """Let the engine parse the constraints of all tables at once; after an error each table is probed separately."""
    with suppress(*engine.errors):
        for part in parts_of([c for table in engine.package.model for c in engine.constraints(table)]):
            _probe(engine, part)


def _doubtful(engine: Engine, constraints: list[Constraint]) -> list[Constraint]:
    """Return the constraints to probe one by one because the engine cannot parse one of them; usually none."""
    try:
        _probe(engine, constraints)
    except engine.errors:
        return constraints
    return []


def _condition(engine: Engine, plan: Plan, constraint: Constraint, doubtful: bool) -> str:
    if doubtful:
        try:
            _probe(engine, [constraint])
        except engine.errors as error:
            raise Unsupported(f"the {constraint.kind} {constraint.limit!r:.60}") from error
    plain = constraint.kind in ("pattern", "min-length", "max-length")
    cell = engine.cell(plan.table, constraint.field, "t") if plain else _prepared(engine, plan, constraint.field)
    return violation(constraint, cell, engine.dialect)


def plan_of(engine: Engine, table: Table) -> Plan:
    """Return the plan of a table; add findings to the engine for constraints that cannot be checked."""
    plan = Plan(table)
    constraints = engine.constraints(table)
    for constraint in constraints:
        if constraint.kind == "foreign-key":
            resource, fields = constraint.limit
            if resource not in engine.tables or not set(fields) <= _fields(engine, resource):
                continue  # reported with the descriptor
            if engine.has(resource, fields):
                plan.references.append(constraint)
            elif not engine.package.own:
                what = f"the foreign key of {'+'.join(constraint.fields)} to {resource}"
                why = f"the columns of {resource} cannot be read"
                where = {"table": table.name, "file": engine.tables[table.name].resource.path or None}
                engine.findings.append(finding("unsupported:left-out", what=what, why=why, **where))
                engine.leave_out(table.name, f"{what}: {why}")
        elif constraint.kind in UNIQUE:
            plan.keys.append(constraint)
        elif constraint.kind == "date-bounds" and engine.has(table.name, constraint.limit):
            plan.bounds.append(constraint)
        elif constraint.kind == "json-schema":
            _plan_json(engine, plan, constraint)
    doubtful = _doubtful(engine, constraints)
    for constraint in constraints:
        if constraint.kind == "required":
            plan.required.append(constraint)
        if constraint.kind == "required" or constraint.kind not in CELL_KINDS:
            continue
        try:
            condition = _condition(engine, plan, constraint, constraint in doubtful)
        except Unsupported as error:
            _leave_out(engine, table, f"{error} ({constraint.field})")
            continue
        if constraint.kind == "type" and table[constraint.field].type == "geojson":
            plan.json.append(constraint)
        implied = constraint.kind == "pattern" and _same_pattern(engine, constraint, plan)
        (plan.implied if implied else plan.conditions).append((constraint, condition))
    return plan


def _plan_json(engine: Engine, plan: Plan, constraint: Constraint) -> None:
    kind = plan.table[constraint.field].type
    try:
        if kind not in json_schema.COMPOUND:
            raise json_schema.UnusableSchema(f"the jsonSchema of {a(kind)}")
        json_schema.require_usable(constraint.limit)
    except json_schema.UnusableSchema as error:
        _leave_out(engine, plan.table, f"{error} ({constraint.field})")
    else:
        plan.json.append(constraint)


def _fields(engine: Engine, resource: str) -> set[str]:
    return set(engine.tables[resource].table.names)


def _leave_out(engine: Engine, table: Table, what: str) -> None:
    """Report a part of a schema that is not supported."""
    engine.findings.append(unsupported(table.name, what, engine.tables[table.name].resource.path or None))
    engine.leave_out(table.name, f"{what} is not supported")


def filled(engine: Engine, table: Table, fields: tuple[str, ...], alias: str = "t") -> str:
    """Return the condition that none of the fields is empty."""
    return " AND ".join(f"{engine.cell(table, f, alias).expression} IS NOT NULL" for f in fields)


def key_of(engine: Engine, table: Table, fields: tuple[str, ...], as_text: bool = False) -> list[str]:
    """Return expressions for the logical values of several fields."""
    must_cast = as_text and not engine.tables[table.name].is_text
    express = key_text if must_cast else comparable
    return [express(engine.cell(table, f, "t"), engine.dialect) for f in fields]


def _as_text(engine: Engine, reference: Constraint) -> bool:
    """Whether one side of a reference is text and the other typed, so that both are compared as text."""
    return engine.tables[reference.table].is_text != engine.tables[reference.limit[0]].is_text


def _targets(engine: Engine, reference: Constraint) -> str:
    """Return the query for the keys that a reference may contain."""
    resource, fields = reference.limit
    other = engine.package.model[resource]
    columns = [
        f"{expression} AS k{i}"
        for i, expression in enumerate(key_of(engine, other, fields, _as_text(engine, reference)))
    ]
    source = f"{engine.relation(resource)} t WHERE {filled(engine, other, fields)}"
    return f"SELECT {'' if engine.dialect.subquery_in_filter else 'DISTINCT '}{', '.join(columns)} FROM {source}"


def joins(engine: Engine, plan: Plan) -> str:
    """Return the joins of rows with the rows that they refer to, if the engine needs them."""
    if engine.dialect.subquery_in_filter:
        return ""
    parts = []
    for number, reference in enumerate(plan.references):
        keys = key_of(engine, plan.table, reference.fields, _as_text(engine, reference))
        on = " AND ".join(f"r{number}.k{i} = {expression}" for i, expression in enumerate(keys))
        parts.append(f" LEFT JOIN (SELECT *, true AS hit FROM ({_targets(engine, reference)})) r{number} ON {on}")
    return "".join(parts)


def dangling(engine: Engine, plan: Plan, number: int) -> str:
    """Return the condition that a reference has no target; a reference with an empty part is not checked."""
    reference = plan.references[number]
    complete = filled(engine, plan.table, reference.fields)
    if not engine.dialect.subquery_in_filter:
        return f"{complete} AND r{number}.hit IS NULL"
    keys = key_of(engine, plan.table, reference.fields, _as_text(engine, reference))
    row = keys[0] if len(keys) == 1 else f"({', '.join(keys)})"
    return f"{complete} AND {row} NOT IN ({_targets(engine, reference)})"


def parts_of(items: list[T]) -> Iterator[list[T]]:
    """Yield a list in parts that are small enough for one query."""
    return (items[start : start + WIDE] for start in range(0, len(items), WIDE))
