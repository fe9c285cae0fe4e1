"""After random changes to the small package, the DuckDB layer reports the findings of the oracle, and no others.

`CLAUSULA_EXAMPLES=3000 pytest tests/poisoned/test_random.py` tests more changes than CI does.
"""

from __future__ import annotations

import copy
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from clausula.core.findings import Report
from clausula.core.package import csv_path
from clausula.validation import duckdb_engine, duckdb_loading, schema_layer
from tests.poisoned.expected import compare
from tests.poisoned.layers import MODEL, subpackage
from tests.poisoned.mutate import Change, apply, changes, sheets_of, write
from tests.poisoned.reload import referring

EXAMPLES = int(os.environ.get("CLAUSULA_EXAMPLES", "60"))
FEW = 20
"""Number of changes that `make test` tests; `make test-exhaustive` tests EXAMPLES others."""

NAMES = [table.name for table in MODEL]
SHEETS = sheets_of(Path(__file__).parents[1] / "mini", NAMES)


@pytest.fixture(scope="module")
def package(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(built, tmp_path_factory.mktemp("random") / "package"))


def check(root: Path, names: Iterable[str], stream: bool) -> Report:
    """Return the report of the DuckDB layer on some tables; `stream` reads files in the same way as large ones."""
    with pytest.MonkeyPatch.context() as patch:
        if stream:
            patch.setattr(duckdb_loading, "SMALL", 0)
        store = duckdb_engine.open_engine(subpackage(MODEL, root, *names), rules=False)
        report = Report(shown=10_000)
        try:
            schema_layer.check(store, report)
        finally:
            store.close()
    return report


def compare_with_oracle(package: Path, applied: list[Change], stream: bool) -> None:
    """Change tables, check them and the tables that refer to them, and compare the findings with the oracle's."""
    sheets = copy.deepcopy(SHEETS)
    for change in applied:
        apply(sheets, change)
    touched = {str(change[1]) for change in applied}
    names = referring(MODEL, touched)
    checked = subpackage(MODEL, package, *names).resources
    before = {name: (package / csv_path(name)).read_bytes() for name in touched}
    write(sheets, touched, package)
    try:
        wrong = compare(MODEL, {name: sheets[name] for name in checked}, check(package, names, stream))
    finally:
        for name, content in before.items():
            (package / csv_path(name)).write_bytes(content)
    for line in wrong:
        note(line)
    assert not wrong


SETTINGS = settings(
    derandomize="CLAUSULA_EXAMPLES" not in os.environ,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@settings(SETTINGS, max_examples=FEW)
@given(applied=changes(SHEETS), stream=st.booleans())
def test_exactly_the_violations_are_found_and_located(package: Path, applied: list[Change], stream: bool) -> None:
    compare_with_oracle(package, applied, stream)


@pytest.mark.exhaustive
@settings(SETTINGS, max_examples=EXAMPLES)
@given(applied=changes(SHEETS), stream=st.booleans())
def test_more_changes(package: Path, applied: list[Change], stream: bool) -> None:
    compare_with_oracle(package, applied, stream)
