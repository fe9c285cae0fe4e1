"""Every demand of every schema is broken once, and every layer that is said to enforce it finds and locates it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from clausula.check import baseline, contracts, scan, structure
from clausula.check.store import Store, open_store
from clausula.core.constraints import ENFORCED_BY, Constraint
from clausula.core.findings import Report
from clausula.core.model import Model
from clausula.core.package import Package, Resource, csv_path
from clausula.core.schemas import load_model
from tests.conftest import ROOT
from tests.poisoned.oracle import violations
from tests.poisoned.poison import every_constraint, poison
from tests.poisoned.tables import Tables, loosen_descriptor

MODEL = load_model(ROOT / "schemas")
CONSTRAINTS = every_constraint(MODEL)


@pytest.fixture(scope="session")
def poisonable(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("poisoned") / "package"
    shutil.copytree(built, target)
    loosen_descriptor(target)
    return target


def part(model: Model, root: Path, *tables: str) -> Package:
    """Tables with those that they refer to: all that is needed to judge them."""
    names = {*tables, *(key.resource for table in tables for key in model[table].foreign_keys)}
    resources = {t.name: Resource(t, csv_path(t.name)) for t in model if t.name in names}
    return Package(root, resources, Model({n: model[n] for n in resources}, model.metadata), True)


class Poisoned:
    """The small package with one demand broken; restored at the end."""

    def __init__(self, root: Path, constraint: Constraint) -> None:
        self.root, self.constraint = root, constraint
        self.path = root / csv_path(constraint.table)

    def __enter__(self) -> Poisoned:
        self.clean = self.path.read_bytes()
        tables = Tables(self.root)
        rows, self.row = poison(self.constraint, MODEL[self.constraint.table], tables[self.constraint.table])
        tables[self.constraint.table][:] = rows
        tables.write(self.constraint.table)
        self.tables = tables
        self.store = open_store(part(MODEL, self.root, self.constraint.table))
        return self

    def __exit__(self, *_: object) -> None:
        self.path.write_bytes(self.clean)

    def expected(self) -> tuple[str, str, int, str]:
        return (self.constraint.kind, self.constraint.table, self.row, self.constraint.field)


def run(layer: str, store: Store, table: str) -> Report:
    report = Report()
    match layer:
        case "duckdb":
            scan.check(store, report)
        case "frictionless":
            structure.check(store, report, {table})
        case "pandera":
            contracts.check_table(store, store.package.model[table], report)
        case _:
            baseline.check(store, report, {table})
    return report


def cases() -> list[object]:
    return [
        pytest.param(
            layer, c, id=f"{layer}-{c.name}", marks=[pytest.mark.expectations] if layer == "expectations" else []
        )
        for layer, kinds in ENFORCED_BY.items()
        for c in CONSTRAINTS
        if c.kind in kinds
    ]


@pytest.mark.parametrize(("layer", "constraint"), cases())
def test_poisoned_row_is_found_and_located(poisonable: Path, layer: str, constraint: Constraint) -> None:
    if layer == "expectations" and not baseline.available():
        pytest.skip("great-expectations is not installed")
    with Poisoned(poisonable, constraint) as poisoned:
        report = run(layer, poisoned.store, constraint.table)
        found = {(f.code, f.table, f.row, f.field): f for f in report.findings}
        assert poisoned.expected() in found, [(f.code, f.row, f.field, f.message) for f in report.findings]
        finding = found[poisoned.expected()]
        assert finding.file == csv_path(constraint.table)
        assert finding.line == poisoned.row + 1
        assert finding.column == MODEL[constraint.table].names.index(constraint.field) + 1
        assert finding.key or constraint.kind == "required"
        assert finding.hint
        if layer == "duckdb":
            given = {name: poisoned.tables[name] for name in poisoned.store.package.resources}
            assert set(found) == violations(MODEL, given)


def test_clean_package_breaks_nothing(built: Path) -> None:
    report = Report()
    store = open_store(part(MODEL, built, "evidence"))
    for layer in ("duckdb", "frictionless", "pandera"):
        report.extend(run(layer, store, "evidence").findings)
    assert report.findings == []


def test_every_kind_of_demand_is_declared_somewhere() -> None:
    kinds = {c.kind for c in CONSTRAINTS}
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
    } == kinds
