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


def affected_fields(constraint: Constraint) -> set[str]:
    """Return the changed fields, and those of each key and reference that a changed field belongs to."""
    table, changed = MODEL[constraint.table], changed_fields(constraint)
    within = [key.fields + (key.reference if key.resource == table.name else ()) for key in table.foreign_keys]
    return changed.union(*(key for key in (table.primary_key, *table.unique_keys, *within) if changed & set(key)))


def batch_group(constraint: Constraint) -> tuple[str, str]:
    """Return the group of constraints that may be violated together.

    pandera stops at type errors, so these get groups of their own; a repeated value needs a second row; and a row
    without a key may have other required cells, so that it is not taken for a blank one.
    """
    alone = constraint.kind in ("primary-key", "unique", "unique-key", "date-bounds") or len(constraint.fields) > 1
    if alone or (constraint.kind == "required" and constraint.field in MODEL[constraint.table].primary_key):
        return constraint.table, constraint.name
    return constraint.table, constraint.kind if coerced(constraint) else ""


def batches() -> list[list[Constraint]]:
    """Return batches of constraints of one table in which no violation affects another: no key has fields of two."""
    grouped: dict[tuple[str, str], list[list[Constraint]]] = {}
    for constraint in CONSTRAINTS:
        group = grouped.setdefault(batch_group(constraint), [])
        fields = affected_fields(constraint)
        for batch in group:
            if not any(fields & changed_fields(other) for other in batch):
                batch.append(constraint)
                break
        else:
            group.append([constraint])
    return [batch for group in grouped.values() for batch in group]


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
