"""Each constraint is violated alone: every layer that enforces it finds the row, and DuckDB finds nothing else.

In `test_constraints.py` all constraints are violated together, so one violation could hide that another is not found.
"""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from clausula.core.constraints import ENFORCED_BY, Constraint
from clausula.core.findings import Report
from clausula.core.package import DESCRIPTOR, csv_path
from clausula.validation.duckdb_engine import open_engine
from tests.poisoned.layers import CONSTRAINTS, MODEL, coerced, due, run, subpackage
from tests.poisoned.poison import poison
from tests.poisoned.tables import Tables, loosen_descriptor

pytestmark = pytest.mark.exhaustive
LAYERS = ("duckdb", "frictionless", "pandera")
"""The layers that run again; each expectation of the layer `expectations` sees only the columns of one constraint."""


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
    return table.name, constraint.kind if coerced(constraint) else ""


def batches() -> list[list[Constraint]]:
    """Return batches of constraints of one table whose violations cannot affect each other, as their fields differ."""
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
        self.table = batch[0].table
        self.path = root / csv_path(self.table)
        self.clean = self.path.read_bytes()
        self.tables, self.row = Tables(root), {}
        rows = self.tables[self.table]
        for constraint in batch:
            rows[:], self.row[constraint.name] = poison(constraint, MODEL[self.table], list(rows))
        self.tables.write(self.table)
        package = subpackage(MODEL, root, self.table)
        self.engine = open_engine(package, rules=False)
        published = json.loads((root / "all.json").read_text(encoding="utf-8"))
        published["resources"] = [r for r in published["resources"] if r["name"] in package.resources]
        (root / DESCRIPTOR).write_text(json.dumps(published), encoding="utf-8")

    def close(self) -> None:
        self.engine.close()
        self.path.write_bytes(self.clean)


@pytest.fixture(scope="module")
def package(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = Path(shutil.copytree(built, tmp_path_factory.mktemp("poisoned") / "package"))
    loosen_descriptor(root)
    (root / DESCRIPTOR).rename(root / "all.json")
    return root


@pytest.mark.parametrize("batch", BATCHES, ids=lambda batch: batch[0].name)
def test_violation_alone_is_found(package: Path, batch: list[Constraint]) -> None:
    with closing(PoisonedTable(package, batch)) as poisoned:
        for layer in LAYERS:
            enforced = [c for c in batch if c.kind in ENFORCED_BY[layer]]
            report = run(layer, poisoned.engine, {poisoned.table}) if enforced else Report()
            found = {(f.code, f.table, f.row, f.field) for f in report.findings}
            missed = {c.name for c in enforced if (c.kind, c.table, poisoned.row[c.name], c.field) not in found}
            assert not missed, layer
            if layer == "duckdb":
                assert found == due(layer, poisoned.tables, set(poisoned.engine.package.resources))


def test_every_constraint_is_in_a_batch() -> None:
    assert sorted(c.name for batch in BATCHES for c in batch) == sorted(c.name for c in CONSTRAINTS)
