"""Each text on which readers disagree is reported in its cell by each layer, or not reported for a stated reason."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from clausula.core.findings import Report
from clausula.core.lexical import parse
from clausula.core.package import csv_path, open_package
from clausula.core.schemas import load_model
from clausula.validation import (
    expectations_layer,
    expectations_library,
    frictionless_layer,
    pandera_layer,
    parquet_layer,
    schema_layer,
)
from clausula.validation.duckdb_engine import open_engine
from clausula.validation.layers import LAYERS as ALL_LAYERS
from clausula.validation.layers import layer_check
from tests.conftest import ROOT
from tests.poisoned.layers import subpackage
from tests.poisoned.tables import Tables, loosen_descriptor
from tests.poisoned.texts import BLIND, LAYERS, LINES, REASONS, TABLES, Line, add_disputed_texts, codes

Found = dict[tuple[str, int, str], set[str]]
MODEL = load_model(ROOT / "schemas")


@pytest.fixture(scope="module")
def package_with_texts(built: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    """Return the small package with a row for each text, and the numbers of these rows."""
    target = Path(shutil.copytree(built, tmp_path_factory.mktemp("texts") / "package"))
    loosen_descriptor(target)
    return target, add_disputed_texts(target)


def check_layer(root: Path, layer: str) -> Found:
    """Return the codes that a layer reports, by cell."""
    report = Report(shown=10_000)
    if layer in BLIND:
        layer_check(layer)(open_engine(open_package(root)), report)
        # The agreement layer compares coded values with the passes. Every text here departs from them, whatever it is.
        return codes(found for found in report.findings if found.code != "record-pass-mismatch")
    package = subpackage(MODEL, root, *TABLES)
    store = open_engine(package, rules=False)
    match layer:
        case "duckdb":
            schema_layer.check(store, report)
        case "frictionless":
            frictionless_layer.check(store, report, set(TABLES))
        case "pandera":
            for table in TABLES:
                pandera_layer.check_table(store, MODEL[table], report)
        case _:
            expectations_layer.check_baseline(store, report, set(TABLES))
    return codes(report.findings)


@pytest.fixture(scope="module")
def findings_of_layer(package_with_texts: tuple[Path, dict[str, int]]) -> Callable[[str], Found]:
    """Return a function that runs each layer once for all texts."""
    return cache(lambda layer: check_layer(package_with_texts[0], layer))


def cases() -> list[Any]:
    """Return the cases of every layer except Spark, which `test_engines.py` tests."""
    return [
        pytest.param(
            layer, line, id=f"{layer}-{line.name}", marks=[pytest.mark.expectations] if layer == "expectations" else []
        )
        for layer in (*LAYERS, *BLIND)
        if layer != "spark"
        for line in LINES
    ]


@pytest.mark.parametrize(("layer", "line"), cases())
def test_layer_reports_the_expected_codes(
    package_with_texts: tuple[Path, dict[str, int]],
    findings_of_layer: Callable[[str], Found],
    layer: str,
    line: Line,
) -> None:
    if layer == "expectations" and not expectations_library.available():
        pytest.skip("great-expectations is not installed")
    table, field = line.place
    assert findings_of_layer(layer).get((table, package_with_texts[1][line.name], field), set()) == line.expected(layer)


@pytest.fixture(scope="module")
def typed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(built, tmp_path_factory.mktemp("texts") / "package"))


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.name)
def test_parquet_layer_reports_the_row_that_differs(typed: Path, line: Line) -> None:
    """The layer `parquet` reports for each text that the table differs from the Parquet file, and in which row."""
    table, field = line.place
    path = typed / csv_path(table)
    clean = path.read_bytes()
    tables = Tables(typed)
    tables[table][0][field] = line.text
    tables.write(table)
    report = Report()
    try:
        parquet_layer.check(open_engine(subpackage(MODEL, typed, table), rules=False), report)
    finally:
        path.write_bytes(clean)
    (found,) = report.findings
    assert (found.code, found.table) == ("parquet-mismatch", table)
    assert f"row 1, {field}:" in found.message


def test_list_of_texts_is_complete() -> None:
    """Every text has an outcome for every layer, every stated reason is used, and our lexical rule decides."""
    assert set(ALL_LAYERS) | {"spark"} == {*LAYERS, *BLIND, "parquet"}
    assert len({line.name for line in LINES}) == len(LINES)
    assert all(len(line.outcomes) == len(LAYERS) for line in LINES)
    used = {outcome for line in LINES for outcome in line.outcomes}
    assert used >= set(REASONS)
    for line in LINES:
        field = MODEL[line.place[0]][line.place[1]]
        if line.kind in ("integer", "number", "date", "boolean"):
            assert field.type == line.kind
            assert parse(line.kind, line.text) is None
            assert line.expected("duckdb") == {"type"}
        assert line.expected("duckdb") == line.expected("spark")
        assert bool(line.expected("duckdb")) != (line.outcomes[0] == "value")
