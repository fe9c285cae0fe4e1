"""Whatever is changed at random in the small package, the DuckDB layer finds just what the oracle says, in its place.

`CLAUSULA_EXAMPLES=3000 pytest tests/poisoned/test_random.py` looks further than CI does.
"""

from __future__ import annotations

import copy
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from clausula.core.findings import Report
from clausula.core.package import csv_path, open_package
from clausula.validation import duckdb_engine as stores
from clausula.validation import schema_layer
from tests.poisoned.expected import compare
from tests.poisoned.mutate import Change, apply, changes, sheets_of, write
from tests.poisoned.test_constraints import MODEL

EXAMPLES = int(os.environ.get("CLAUSULA_EXAMPLES", "60"))
NAMES = [table.name for table in MODEL]
SHEETS = sheets_of(Path(__file__).parents[1] / "mini", NAMES)


@pytest.fixture(scope="module")
def ground(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(built, tmp_path_factory.mktemp("random") / "package"))


def check(root: Path, stream: bool) -> Report:
    """The report of the DuckDB layer; `stream` reads as large files are read."""
    with pytest.MonkeyPatch.context() as patch:
        if stream:
            patch.setattr(stores, "SMALL", 0)
        store = stores.open_store(open_package(root), rules=False)
        report = Report()
        try:
            schema_layer.check(store, report)
        finally:
            store.close()
    return report


@settings(
    max_examples=EXAMPLES,
    derandomize="CLAUSULA_EXAMPLES" not in os.environ,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(made=changes(SHEETS), stream=st.booleans())
def test_just_what_is_broken_is_found_and_located(ground: Path, made: list[Change], stream: bool) -> None:
    sheets = copy.deepcopy(SHEETS)
    for change in made:
        apply(sheets, change)
    touched = {str(change[1]) for change in made}
    before = {name: (ground / csv_path(name)).read_bytes() for name in touched}
    write(sheets, touched, ground)
    try:
        wrong = compare(MODEL, sheets, check(ground, stream))
    finally:
        for name, content in before.items():
            (ground / csv_path(name)).write_bytes(content)
    for line in wrong:
        note(line)
    assert not wrong
