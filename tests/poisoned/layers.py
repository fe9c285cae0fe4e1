"""One layer on poisoned tables: which package it gets, how it runs, and which violations it must report."""

from __future__ import annotations

from pathlib import Path

from clausula.core.constraints import ENFORCED_BY, Constraint, all_constraints, constraints_of
from clausula.core.findings import Report
from clausula.core.model import Model
from clausula.core.package import Package, Resource, csv_path
from clausula.core.schemas import load_model
from clausula.validation import expectations_layer, frictionless_layer, pandera_layer, schema_layer
from clausula.validation.duckdb_engine import DuckDBEngine
from tests.conftest import ROOT
from tests.poisoned.oracle import Violation, all_violations
from tests.poisoned.tables import Tables

MODEL = load_model(ROOT / "schemas")
CONSTRAINTS = all_constraints(MODEL)
SHOWN = 10_000


def tables_with_every_kind() -> frozenset[str]:
    """Return a few tables that have constraints of every kind."""
    kinds = {table.name: {c.kind for c in constraints_of(table)} for table in MODEL}
    chosen: list[str] = []
    missing = set().union(*kinds.values())
    while missing:
        chosen.append(max(kinds, key=lambda name: len(kinds[name] & missing)))
        missing -= kinds[chosen[-1]]
    return frozenset(chosen)


FEW = tables_with_every_kind()
"""Tables that have constraints of every kind, for layers and engines that are too slow to check all in every run."""


def subpackage(model: Model, root: Path, *tables: str) -> Package:
    """Return a package with the given tables and the tables that they refer to."""
    names = {*tables, *(key.resource for table in tables for key in model[table].foreign_keys)}
    resources = {t.name: Resource(t, csv_path(t.name)) for t in model if t.name in names}
    return Package(root, resources, Model({n: model[n] for n in resources}, model.metadata), True)


def coerced(constraint: Constraint) -> bool:
    """Whether a violation cannot be converted to the type of its column, which is where the pandera layer stops."""
    return constraint.kind == "type" or (
        constraint.kind == "enum" and bool(MODEL[constraint.table][constraint.field].categories)
    )


def run(layer: str, engine: DuckDBEngine, tables: set[str]) -> Report:
    """Run a layer on some tables; the DuckDB layer checks all tables of the engine."""
    report = Report(SHOWN)
    match layer:
        case "duckdb":
            schema_layer.check(engine, report)
        case "frictionless":
            frictionless_layer.check(engine, report, tables)
        case "pandera":
            for table in engine.package.model:
                if table.name in tables:
                    pandera_layer.check_table(engine, table, report)
        case _:
            expectations_layer.check_baseline(engine, report, tables)
    return report


def due(layer: str, tables: Tables, checked: set[str], fatal: bool = False) -> set[Violation]:
    """Return the violations in some tables that a layer must report, according to the oracle.

    Parameters
    ----------
    fatal : bool
        Whether the tables contain values that pandera cannot convert; it then reports only these.
    """
    found = {
        (c.kind, c.table, row, c.field): c
        for c, row in all_violations(MODEL, {name: tables[name] for name in MODEL.tables})
        if c.table in checked
    }
    enforced = {place for place, c in found.items() if c.kind in ENFORCED_BY[layer]}
    if layer == "pandera":
        return {place for place in enforced if coerced(found[place])} if fatal else enforced
    if layer == "duckdb":
        return enforced
    mistyped = {(table, row, field) for kind, table, row, field in found if kind == "type"}
    enforced -= {("enum", *place) for place in mistyped}  # a text of the wrong type is not compared with the categories
    if layer == "frictionless":
        return enforced | _keys_without_values(tables, checked, mistyped)
    required = {(c.table, c.field) for c in CONSTRAINTS if c.kind == "required"}
    return enforced | {  # a text of the wrong type is a missing value in the frame
        ("required", table, row, field) for table, row, field in mistyped if (table, field) in required
    }


def _keys_without_values(tables: Tables, checked: set[str], mistyped: set[tuple[str, int, str]]) -> set[Violation]:
    """Return the primary key errors that only frictionless reports: it compares keys in which values are missing."""
    found: set[Violation] = set()
    for table in (t for t in MODEL if t.name in checked):
        seen: set[tuple[str, ...]] = set()
        for number, row in enumerate(tables[table.name], 1):
            key = tuple("" if (table.name, number, f) in mistyped else row[f] for f in table.primary_key)
            if not any(key) or key in seen:
                found.add(("primary-key", table.name, number, table.primary_key[0]))
            seen.add(key)
    return found
