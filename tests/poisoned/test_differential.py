"""frictionless and DuckDB on random changes: every finding that only one of them reports has a known reason.

`CLAUSULA_EXAMPLES=3000 pytest tests/poisoned/test_differential.py` tests more changes than CI does.
"""

from __future__ import annotations

import copy
import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, note, settings

from clausula.core.constraints import Constraint, constraints_of
from clausula.core.findings import Report
from clausula.core.lexical import parse
from clausula.core.package import csv_path
from clausula.validation import frictionless_layer, schema_layer
from clausula.validation.duckdb_engine import open_engine
from tests.conftest import ROOT
from tests.poisoned.differences import BOTH, DIFFERENCES, Difference, Mismatch, frictionless_accepts
from tests.poisoned.layers import MODEL, subpackage
from tests.poisoned.mutate import Change, Sheet, apply, changes, sheets_of, write
from tests.poisoned.tables import loosen_descriptor

EXAMPLES = int(os.environ.get("CLAUSULA_EXAMPLES", "40"))
FEW = 12
"""Number of changes that `make test` tests; `make test-exhaustive` tests EXAMPLES others."""

TABLES = ["provisions", "provision_quantities", "reaction_targets", "events", "actors", "evidence"]
"""Tables with every type and every kind of constraint."""

SHEETS = sheets_of(Path(__file__).parents[1] / "mini", TABLES)
Location = tuple[str, int, str]
"""Kind, row and field of a finding."""


@pytest.fixture(scope="module")
def package(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = Path(shutil.copytree(built, tmp_path_factory.mktemp("differential") / "package"))
    loosen_descriptor(target)
    return target


def findings_of_both(root: Path, table: str) -> tuple[set[Location], set[Location]]:
    """Return what each layer finds of the kinds that both enforce."""
    ours, theirs = Report(10_000), Report(10_000)
    store = open_engine(subpackage(MODEL, root, table), rules=False)
    try:
        schema_layer.check(store, ours)
        frictionless_layer.check(store, theirs, {table})
    finally:
        store.close()
    found = [{(f.code, f.row or 0, f.field or "") for f in r.findings if f.table == table} for r in (ours, theirs)]
    assert not {code for code, _, _ in found[1]} & {"failed-layer", "unreadable-file"}
    return tuple({loc for loc in locations if loc[0] in BOTH} for locations in found)  # type: ignore[return-value]


def lenient_texts(sheets: dict[str, Sheet], constraint: Constraint) -> frozenset[str]:
    """Return texts in the columns of a key, or in those that it refers to, that only frictionless accepts."""
    columns = {(constraint.table, field) for field in constraint.fields}
    if constraint.kind == "foreign-key":
        columns |= {(constraint.limit[0], field) for field in constraint.limit[1]}
    texts = {
        (MODEL[table][field].type, row[field])
        for table, field in columns
        if table in sheets and field in sheets[table].header
        for row in sheets[table].records()
    }
    return frozenset(text for kind, text in texts if frictionless_accepts(kind, text) and parse(kind, text) is None)


def mismatch(sheets: dict[str, Sheet], table: str, location: Location, ours: set[Location], is_ours: bool) -> Mismatch:
    kind, row, field = location
    record = sheets[table].records()[row - 1]
    constraint = next(c for c in constraints_of(MODEL[table]) if c.kind == kind and c.field == field)
    type_error = ("type", row, field) in ours
    lenient = lenient_texts(sheets, constraint) if kind in ("primary-key", "foreign-key", "unique") else frozenset()
    target = constraint.limit[0] if kind == "foreign-key" else table
    wrong_header = target in sheets and sheets[target].header != SHEETS[target].header
    field_type = MODEL[table][field].type
    return Mismatch(
        is_ours, kind, field_type, record[field], record, constraint.fields, type_error, lenient, wrong_header
    )


def mismatches(package: Path, applied: Sequence[Change]) -> list[tuple[Mismatch, Difference | None]]:
    """Return every mismatch that some changes cause, with the difference that explains it."""
    sheets = copy.deepcopy(SHEETS)
    for change in applied:
        apply(sheets, change)
    touched = {str(change[1]) for change in applied}
    before = {name: (package / csv_path(name)).read_bytes() for name in touched}
    write(sheets, touched, package)
    found = []
    try:
        for name in sorted(touched):
            if sheets[name].header != SHEETS[name].header:
                continue  # both have reported the header, and the columns can only be guessed
            ours, theirs = findings_of_both(package, name)
            found += [mismatch(sheets, name, location, ours, location in ours) for location in sorted(ours ^ theirs)]
    finally:
        for name, content in before.items():
            (package / csv_path(name)).write_bytes(content)
    return [(entry, next((d for d in DIFFERENCES if d.explains(entry)), None)) for entry in found]


def explain_mismatches(package: Path, applied: list[Change]) -> None:
    """Fail if a mismatch that some changes cause has no known reason."""
    unexplained = [entry for entry, difference in mismatches(package, applied) if difference is None]
    for entry in unexplained:
        note(f"{'ours' if entry.ours else 'theirs'}: {entry}")
    assert not unexplained


SETTINGS = settings(
    derandomize="CLAUSULA_EXAMPLES" not in os.environ,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@settings(SETTINGS, max_examples=FEW)
@given(applied=changes(SHEETS))
def test_every_mismatch_has_a_known_reason(package: Path, applied: list[Change]) -> None:
    explain_mismatches(package, applied)


@pytest.mark.exhaustive
@settings(SETTINGS, max_examples=EXAMPLES)
@given(applied=changes(SHEETS))
def test_more_changes(package: Path, applied: list[Change]) -> None:
    explain_mismatches(package, applied)


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda d: d.name)
def test_example_still_shows_the_difference(package: Path, difference: Difference) -> None:
    assert difference.name in {known.name for _, known in mismatches(package, difference.example) if known}


def test_validation_page_lists_every_difference() -> None:
    page = (ROOT / "docs" / "validation.md").read_text(encoding="utf-8")
    section = page.split("## Where frictionless differs\n")[1].split("\n## ")[0]
    listed = [" ".join(item.split()) for item in re.split(r"^- ", section, flags=re.MULTILINE)[1:]]
    assert listed == [difference.reason for difference in DIFFERENCES]
