"""Every constraint of every schema is violated, and every layer that enforces it finds and locates the row.

One package has a poisoned row for every constraint, and each layer checks it once. In `test_constraints_alone.py`, each
constraint is violated by a change of its own.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from clausula.core.constraints import ENFORCED_BY, Constraint, constraints_of
from clausula.core.findings import Finding, Report
from clausula.core.model import Model
from clausula.core.package import csv_path
from clausula.validation import expectations_library
from clausula.validation.duckdb_engine import DuckDBEngine, open_engine
from tests.poisoned.layers import CONSTRAINTS, FEW, MODEL, coerced, due, run, subpackage
from tests.poisoned.oracle import Violation
from tests.poisoned.poison import poison_all
from tests.poisoned.tables import Tables, loosen_descriptor
from tests.poisoned.weaken import weaken

ALL = frozenset(MODEL.tables)


@dataclass
class PoisonedPackage:
    """The small package with rows that violate constraints.

    Attributes
    ----------
    rows : dict of str to int
        The row that violates each constraint, by its name.
    fatal : bool
        Whether the rows have only values that pandera cannot convert.
    """

    root: Path
    tables: Tables
    rows: dict[str, int]
    fatal: bool
    engines: dict[frozenset[str], DuckDBEngine] = field(default_factory=dict)
    reports: dict[tuple[str, frozenset[str]], Report] = field(default_factory=dict)

    def engine(self, checked: frozenset[str], model: Model = MODEL) -> DuckDBEngine:
        """Return an engine with some tables, opened once."""
        if checked not in self.engines:
            self.engines[checked] = open_engine(subpackage(model, self.root, *checked), rules=False)
        return self.engines[checked]

    def report(self, layer: str, checked: frozenset[str], model: Model = MODEL) -> Report:
        """Return the report of a layer on some tables, run once."""
        if (layer, checked) not in self.reports:
            self.reports[layer, checked] = run(layer, self.engine(checked, model), set(checked))
        return self.reports[layer, checked]


@dataclass
class PoisonedPackages:
    """The packages with violated constraints, each made when a layer first needs it.

    pandera stops at values that it cannot convert, so it gets these in a package of their own; the other layers get all
    violations together.
    """

    clean: Path
    folder: Path
    made: dict[str, PoisonedPackage] = field(default_factory=dict)

    def of(self, layer: str, constraint: Constraint | None = None, fatal: bool = False) -> PoisonedPackage:
        """Return the package in which a layer must find the violation of a constraint."""
        fatal = coerced(constraint) if constraint else fatal
        name = "all" if layer != "pandera" else "fatal" if fatal else "others"
        if name not in self.made:
            self.made[name] = self._make(name)
        return self.made[name]

    def _make(self, name: str) -> PoisonedPackage:
        root = Path(shutil.copytree(self.clean, self.folder / name))
        loosen_descriptor(root)
        tables = Tables(root)
        chosen = [c for c in CONSTRAINTS if name == "all" or coerced(c) == (name == "fatal")]
        return PoisonedPackage(root, tables, poison_all(tables, MODEL, chosen), name == "fatal")


@pytest.fixture(scope="module")
def packages(built: Path, tmp_path_factory: pytest.TempPathFactory) -> PoisonedPackages:
    return PoisonedPackages(built, tmp_path_factory.mktemp("poisoned"))


def require_library(layer: str) -> None:
    if layer == "expectations" and not expectations_library.available():
        pytest.skip("great-expectations is not installed")


def checked_tables(layer: str, table: str) -> frozenset[str]:
    """Return the tables that a layer checks at once: great-expectations is slow, so it gets a few for every run."""
    return FEW if layer == "expectations" and table in FEW else ALL - FEW if layer == "expectations" else ALL


def marks(layer: str, table: str) -> list[Any]:
    if layer != "expectations":
        return []
    return [pytest.mark.expectations, *([] if table in FEW else [pytest.mark.exhaustive])]


def cases() -> list[Any]:
    return [
        pytest.param(c, layer, id=f"{layer}-{c.name}", marks=marks(layer, c.table))
        for layer, kinds in ENFORCED_BY.items()
        for c in CONSTRAINTS
        if c.kind in kinds
    ]


def places(report: Report) -> dict[Violation, Finding]:
    """Return the findings by code, table, row and field."""
    return {(f.code, f.table or "", f.row or 0, f.field or ""): f for f in report.findings}


@pytest.mark.parametrize(("constraint", "layer"), cases())
def test_poisoned_row_is_found_and_located(packages: PoisonedPackages, constraint: Constraint, layer: str) -> None:
    require_library(layer)
    package = packages.of(layer, constraint)
    found = places(package.report(layer, checked_tables(layer, constraint.table)))
    row = package.rows[constraint.name]
    expected = (constraint.kind, constraint.table, row, constraint.field)
    in_row = [(f.code, f.field, f.message) for f in found.values() if (f.table, f.row) == (constraint.table, row)]
    assert expected in found, in_row
    finding = found[expected]
    assert finding.file == csv_path(constraint.table)
    assert finding.line == row + 1
    assert finding.column == MODEL[constraint.table].names.index(constraint.field) + 1
    assert finding.key or constraint.kind == "required"
    assert finding.hint


@pytest.mark.parametrize(
    ("layer", "checked", "fatal"),
    [
        ("duckdb", ALL, False),
        ("frictionless", ALL, False),
        ("pandera", ALL, False),
        ("pandera", ALL, True),
        pytest.param("expectations", FEW, False, marks=pytest.mark.expectations),
        pytest.param("expectations", ALL - FEW, False, marks=[pytest.mark.expectations, pytest.mark.exhaustive]),
    ],
    ids=["duckdb", "frictionless", "pandera", "pandera, fatal", "expectations", "expectations, other tables"],
)
def test_layer_reports_what_it_enforces_and_nothing_else(
    packages: PoisonedPackages, layer: str, checked: frozenset[str], fatal: bool
) -> None:
    require_library(layer)
    package = packages.of(layer, fatal=fatal)
    found = places(package.report(layer, checked))
    assert set(found) == due(layer, package.tables, set(checked), fatal)


def one_of_every_kind() -> list[Constraint]:
    """Return a constraint of every kind, each of other fields."""
    chosen: dict[str, Constraint] = {}
    used: set[tuple[str, str]] = set()
    for constraint in reversed(
        CONSTRAINTS
    ):  # constraints on several cells come last, and the others avoid their fields
        cells = {(constraint.table, name) for name in (*constraint.fields, *(MODEL[constraint.table].primary_key))}
        if constraint.table in FEW and constraint.kind not in chosen and not cells & used:
            chosen[constraint.kind] = constraint
            used |= {(constraint.table, name) for name in constraint.fields}
    return list(chosen.values())


@pytest.mark.parametrize(
    "layer", [pytest.param(n, marks=[pytest.mark.expectations] if n == "expectations" else []) for n in ENFORCED_BY]
)
def test_constraint_that_is_not_checked_fails(packages: PoisonedPackages, tmp_path: Path, layer: str) -> None:
    """Without a constraint of every kind in its schemas, a layer misses the violations of these, and only these."""
    require_library(layer)
    for fatal in {layer == "pandera", False}:
        given = packages.of(layer, fatal=fatal)
        root = Path(shutil.copytree(given.root, tmp_path / str(fatal)))
        model = weaken(root, MODEL, one_of_every_kind())
        gone = {c.name: c for c in CONSTRAINTS if c not in constraints_of(model[c.table])}
        assert {c.kind for c in gone.values()} == {c.kind for c in CONSTRAINTS}
        weakened = PoisonedPackage(root, given.tables, given.rows, fatal)
        found = places(weakened.report(layer, FEW, model))
        missed = {
            c.name
            for c in CONSTRAINTS
            if c.table in FEW and c.kind in ENFORCED_BY[layer] and c.name in given.rows
            if (c.kind, c.table, given.rows[c.name], c.field) not in found
        }
        assert missed == {n for n, c in gone.items() if c.kind in ENFORCED_BY[layer] and n in given.rows}


def test_clean_package_has_no_violations(built: Path) -> None:
    engine = open_engine(subpackage(MODEL, built, "evidence"))
    assert [
        f for layer in ("duckdb", "frictionless", "pandera") for f in run(layer, engine, {"evidence"}).findings
    ] == []


def test_every_kind_of_constraint_occurs_in_a_schema() -> None:
    assert {
        "type",
        "required",
        "enum",
        "pattern",
        "minimum",
        "maximum",
        "max-length",
        "unique",
        "primary-key",
        "unique-key",
        "foreign-key",
        "date-bounds",
    } == {c.kind for c in CONSTRAINTS}
