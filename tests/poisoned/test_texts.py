"""Each text on which readers disagree, in each layer: found in its cell, or not seen for a reason that is stated."""

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
from clausula.validation.duckdb_engine import open_store
from clausula.validation.run import LAYERS as ALL_LAYERS
from clausula.validation.run import _layer
from tests.conftest import ROOT
from tests.poisoned.tables import Tables, loosen_descriptor
from tests.poisoned.test_constraints import part
from tests.poisoned.texts import BLIND, LAYERS, LINES, REASONS, TABLES, Line, codes, spoil

pytestmark = pytest.mark.xdist_group("texts")
Found = dict[tuple[str, int, str], set[str]]
MODEL = load_model(ROOT / "schemas")


@pytest.fixture(scope="module")
def spoilt(built: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    """The small package with a row for each text, and the numbers of these rows."""
    target = Path(shutil.copytree(built, tmp_path_factory.mktemp("texts") / "package"))
    loosen_descriptor(target)
    return target, spoil(target)


def judged(root: Path, layer: str) -> Found:
    """What a layer finds in which cell of a package."""
    report = Report(shown=10_000)
    if layer in BLIND:
        _layer(layer)(open_store(open_package(root)), report)
        return codes(report.findings)
    package = part(MODEL, root, *TABLES)
    store = open_store(package, rules=False)
    match layer:
        case "duckdb":
            schema_layer.check(store, report)
        case "frictionless":
            frictionless_layer.check(store, report, set(TABLES))
        case "pandera":
            for table in TABLES:
                pandera_layer.check_table(store, MODEL[table], report)
        case _:
            expectations_layer.check(store, report, set(TABLES))
    return codes(report.findings)


@pytest.fixture(scope="module")
def judge(spoilt: tuple[Path, dict[str, int]]) -> Callable[[str], Found]:
    """What a layer finds; each runs once for all texts."""
    return cache(lambda layer: judged(spoilt[0], layer))


def cases() -> list[Any]:
    """Every layer but Spark, which is asked in `test_engines.py`, together with much else."""
    return [
        pytest.param(
            layer, line, id=f"{layer}-{line.name}", marks=[pytest.mark.expectations] if layer == "expectations" else []
        )
        for layer in (*LAYERS, *BLIND)
        if layer != "spark"
        for line in LINES
    ]


@pytest.mark.parametrize(("layer", "line"), cases())
def test_what_a_layer_makes_of_a_text(
    spoilt: tuple[Path, dict[str, int]],
    judge: Callable[[str], Found],
    layer: str,
    line: Line,
) -> None:
    if layer == "expectations" and not expectations_library.available():
        pytest.skip("great-expectations is not installed")
    table, field = line.place
    assert judge(layer).get((table, spoilt[1][line.name], field), set()) == line.due(layer)


@pytest.fixture(scope="module")
def typed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(built, tmp_path_factory.mktemp("texts") / "package"))


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.name)
def test_the_typed_file_holds_no_such_text(typed: Path, line: Line) -> None:
    """The layer `parquet` says of each that the table is not what the typed file holds, and in which row."""
    table, field = line.place
    path = typed / csv_path(table)
    clean = path.read_bytes()
    tables = Tables(typed)
    tables[table][0][field] = line.text
    tables.write(table)
    report = Report()
    try:
        parquet_layer.check(part(MODEL, typed, table), report)
    finally:
        path.write_bytes(clean)
    (found,) = report.findings
    assert (found.code, found.table) == ("parquet-mismatch", table)
    assert f"row 1, {field}:" in found.message


def test_the_list_is_whole() -> None:
    """Every layer has its word on every text, every reason is one that is stated and needed, and our rule decides."""
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
            assert line.due("duckdb") == {"type"}
        assert line.due("duckdb") == line.due("spark")
        assert bool(line.due("duckdb")) != (line.outcomes[0] == "value")
