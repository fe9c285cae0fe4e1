"""Every constraint of every schema is violated once, and every layer that enforces it finds and locates the row."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from clausula.core.constraints import ENFORCED_BY, Constraint
from clausula.core.findings import Report
from clausula.core.model import Model
from clausula.core.package import Package, Resource, csv_path
from clausula.core.schemas import load_model
from clausula.validation import (
    expectations_layer,
    expectations_library,
    frictionless_layer,
    pandera_layer,
    schema_layer,
)
from clausula.validation.duckdb_engine import DuckDBEngine, open_engine
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


def subpackage(model: Model, root: Path, *tables: str) -> Package:
    """Return a package with the given tables and the tables that they refer to."""
    names = {*tables, *(key.resource for table in tables for key in model[table].foreign_keys)}
    resources = {t.name: Resource(t, csv_path(t.name)) for t in model if t.name in names}
    return Package(root, resources, Model({n: model[n] for n in resources}, model.metadata), True)


def changed_fields(constraint: Constraint) -> set[str]:
    """Return the fields that are changed to violate a constraint."""
    return {*constraint.fields, *([constraint.limit[1]] if constraint.kind == "date-bounds" else [])}


def batch_group(constraint: Constraint) -> tuple[str, str]:
    """Return the group of constraints that may be violated together.

    pandera stops at type errors, and a change to a key affects other constraints; these get groups of their own.
    """
    table = MODEL[constraint.table]
    keys = {*table.primary_key, *(field for key in table.foreign_keys for field in key.fields)}
    if len(constraint.fields) > 1 or changed_fields(constraint) & keys or constraint.kind in ("unique", "date-bounds"):
        return table.name, constraint.name
    coerced = constraint.kind == "type" or (constraint.kind == "enum" and table[constraint.field].categories)
    return table.name, constraint.kind if coerced else ""


def batches() -> list[list[Constraint]]:
    """Return batches of constraints of one table that can be violated together because their fields differ."""
    grouped: list[list[Constraint]] = []
    for constraint in CONSTRAINTS:
        fields = changed_fields(constraint)
        for batch in grouped:
            if batch_group(batch[0]) == batch_group(constraint) and not any(
                fields & changed_fields(other) for other in batch
            ):
                batch.append(constraint)
                break
        else:
            grouped.append([constraint])
    return grouped


BATCHES = batches()


class PoisonedTable:
    """The small package with a batch of violated constraints in one table; the table is restored at the end."""

    def __init__(self, root: Path, batch: list[Constraint]) -> None:
        self.root, self.table = root, batch[0].table
        self.path = root / csv_path(self.table)
        self.clean = self.path.read_bytes()
        self.tables, self.row = Tables(root), {}
        rows = self.tables[self.table]
        for constraint in batch:
            rows[:], self.row[constraint.name] = poison(constraint, MODEL[self.table], list(rows))
        self.tables.write(self.table)
        self.store = open_engine(subpackage(MODEL, root, self.table))
        self.reports: dict[str, Report] = {}

    def report(self, layer: str) -> Report:
        if layer not in self.reports:
            self.reports[layer] = run(layer, self.store, self.table)
        return self.reports[layer]

    def close(self) -> None:
        self.store.close()
        self.path.write_bytes(self.clean)


def run(layer: str, store: DuckDBEngine, table: str) -> Report:
    report = Report()
    match layer:
        case "duckdb":
            schema_layer.check(store, report)
        case "frictionless":
            frictionless_layer.check(store, report, {table})
        case "pandera":
            pandera_layer.check_table(store, store.package.model[table], report)
        case _:
            expectations_layer.check_baseline(store, report, {table})
    return report


def cases() -> list[object]:
    return [
        pytest.param(
            number,
            c,
            layer,
            id=f"{layer}-{c.name}",
            marks=[pytest.mark.expectations] if layer == "expectations" else [],
        )
        for number, batch in enumerate(BATCHES)
        for layer, kinds in ENFORCED_BY.items()
        for c in batch
        if c.kind in kinds
    ]


class CurrentBatch:
    """The batch that is violated now; its cases run one after the other."""

    def __init__(self, root: Path) -> None:
        self.root, self.stack, self.number = root, ExitStack(), -1

    def poisoned(self, number: int) -> PoisonedTable:
        if self.number != number:
            self.stack.close()
            self.number = number
            self.table = self.stack.enter_context(closing(PoisonedTable(self.root, BATCHES[number])))
        return self.table


@pytest.fixture(scope="module")
def current_batch(poisonable: Path) -> Iterator[CurrentBatch]:
    batch = CurrentBatch(poisonable)
    with batch.stack:
        yield batch


@pytest.mark.parametrize(("number", "constraint", "layer"), cases())
def test_poisoned_row_is_found_and_located(
    current_batch: CurrentBatch, number: int, constraint: Constraint, layer: str
) -> None:
    if layer == "expectations" and not expectations_library.available():
        pytest.skip("great-expectations is not installed")
    poisoned = current_batch.poisoned(number)
    report = poisoned.report(layer)
    row = poisoned.row[constraint.name]
    found = {(f.code, f.table, f.row, f.field): f for f in report.findings}
    expected = (constraint.kind, constraint.table, row, constraint.field)
    assert expected in found, [(f.code, f.row, f.field, f.message) for f in report.findings]
    finding = found[expected]
    assert finding.file == csv_path(constraint.table)
    assert finding.line == row + 1
    assert finding.column == MODEL[constraint.table].names.index(constraint.field) + 1
    assert finding.key or constraint.kind == "required"
    assert finding.hint
    if layer == "duckdb":
        given = {name: poisoned.tables[name] for name in poisoned.store.package.resources}
        assert set(found) == violations(MODEL, given)


def test_clean_package_has_no_violations(built: Path) -> None:
    report = Report()
    store = open_engine(subpackage(MODEL, built, "evidence"))
    for layer in ("duckdb", "frictionless", "pandera"):
        report.extend(run(layer, store, "evidence").findings)
    assert report.findings == []


def test_every_kind_of_constraint_occurs_in_a_schema() -> None:
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
