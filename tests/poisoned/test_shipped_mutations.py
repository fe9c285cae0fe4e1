"""Every single change of the shipped package is an error at its place: in tables, derived files and source texts.

Changes that cannot hide each other are made in one package, each in a row or line of its own.
"""

from __future__ import annotations

import json
import random
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clausula.agreement.rebuild import rebuild_findings
from clausula.agreement.recorded_values import recorded_findings
from clausula.agreement.stated_values import is_child
from clausula.agreement.tables import TABLES as GENERATED
from clausula.core.findings import ERROR, Finding, Report
from clausula.core.metadata import RECORDED
from clausula.core.model import Table
from clausula.core.package import open_package, parquet_path
from clausula.core.store import Store
from clausula.core.tables import Tables, read_tables
from clausula.derive.files import derived_files
from clausula.validation import drift_layer, parquet_layer, rules_layer, schema_layer
from clausula.validation.duckdb_engine import open_engine
from clausula.validation.evidence_layer import verify_store
from tests.conftest import ROOT, TEXTS
from tests.poisoned.changes import Cell, Changed, change_lines, key_text, other_letter

SEED = 20261130
PASSES = ("coding_passes", "coding_units", "codings", *GENERATED, "resolutions", "revisions")
ANCHOR = ("start", "end", "fingerprint", "source_id")
COPIED = ("data", "schemas", "validation", "metadata", "docs", "README.md", "CITATION.cff", ".zenodo.json")


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the shipped package with derived files that are up to date."""
    root = tmp_path_factory.mktemp("shipped")
    for name in COPIED:
        path = ROOT / name
        shutil.copytree(path, root / name) if path.is_dir() else shutil.copy(path, root / name)
    shutil.copy(ROOT / "datapackage.json", root)
    for name, content in derived_files(Store(open_package(root))).items():
        (root / name).write_bytes(content)
    return root


@pytest.fixture(scope="module")
def tables(shipped: Path) -> Tables:
    return read_tables(open_package(shipped))


def without_staleness(tables: Tables) -> list[Finding]:
    """Return what the layers find that need no derived file, and the texts if they are at hand."""
    store, report = tables.store(), Report(shown=10**6)
    report.extend([*rebuild_findings(store), *recorded_findings(store)])
    engine = open_engine(store)
    schema_layer.check(engine, report)
    rules_layer.check(engine, report)
    if TEXTS.is_dir():
        verify_store(engine, report, TEXTS, True)
    return report.findings


def parquet_findings(tables: Tables) -> list[Finding]:
    report = Report(shown=10**6)
    parquet_layer.check(open_engine(tables.store(), rules=False), report)
    return report.findings


def is_held(cell: Cell) -> bool:
    """Return whether an error must name a cell without any derived file: codes and anchors."""
    return cell.field.coded or (cell.table == "evidence" and cell.field.name in ANCHOR)


def missed(cells: list[Cell], found: list[Finding]) -> list[Cell]:
    """Return the cells whose row has no error."""
    at = {(one.table, one.key) for one in found if one.severity == ERROR}
    return [cell for cell in cells if not {(cell.table, key) for key in cell.keys} & at]


def with_its_like(cell: Cell, tables: Tables) -> Cell:
    """Return a cell with the key of the row that its change makes equal but for the number, if there is one.

    Which of two equal rows is wrong cannot be known, so that an error at either names the change.
    """
    table, rows = tables.package.model[cell.table], tables[cell.table]
    *_, number = table.primary_key
    changed = {**rows[cell.row - 1], number: ""}
    like = tuple(key_text(table, row) for row in rows if {**row, number: ""} == changed)
    return replace(cell, keys=(*cell.keys, *like))


def test_a_package_that_was_built_again_is_silent(shipped: Path) -> None:
    report = Report()
    engine = open_engine(open_package(shipped), rules=False)
    parquet_layer.check(engine, report)
    drift_layer.check(engine, report)
    assert report.findings == []


def test_every_changed_cell_is_an_error_at_its_row(tables: Tables) -> None:
    """Also without derived files if it is a code or an anchor; the sign of every stance is turned."""
    model = tables.package.model
    made = Changed(tables, SEED)
    for number, row in enumerate(tables["reaction_targets"]):
        if row["stance"] not in ("", "0"):
            targets = model["reaction_targets"]
            made.change(targets, targets["stance"], number, str(-int(row["stance"])))
    assert len(made.cells) >= 100
    for table in model:
        coded_keys = is_child(table) and table.name != "evidence"
        for field in table.fields:
            if table.name not in PASSES and (field.name not in table.primary_key or (field.coded and coded_keys)):
                made.change_some(table, field, 2)
    assert len(made.cells) >= 500
    hidden = missed([cell for cell in made.cells if is_held(cell)], without_staleness(made.tables))
    assert len(hidden) < 5, hidden  # another change to the same record can hide one, so each is looked at alone
    for cell in hidden:
        alone = made.only([cell])
        assert missed([with_its_like(cell, alone)], without_staleness(alone)) == []
    assert missed(made.cells, parquet_findings(made.tables)) == []


def test_every_changed_key_and_row_is_an_error_at_its_key(tables: Tables) -> None:
    """Keys, the tables of the passes, and rows that are removed, added or exchanged."""
    model = tables.package.model
    made = Changed(tables, SEED + 1)
    for table in model:
        for field in table.fields:
            if table.name in PASSES or field.name in table.primary_key:
                made.change_some(table, field, 1)
    keys = {(cell.table, cell.keys) for cell in made.cells}
    for table in model:
        rows, free = made.tables.rows[table.name], made.unchanged(table.name)
        if len(free) < 3:
            continue
        gone, doubled = sorted(made.chance.sample(free, 2))
        copy = dict(rows[doubled])
        last = table.primary_key[-1]
        copy[last] = "999" if copy[last].isdigit() else f"{copy[last]}-more"
        keys |= {(table.name, (key_text(table, row),) * 2) for row in (rows[gone], copy)}
        made.tables.rows[table.name] = [*(row for n, row in enumerate(rows) if n != gone), copy]
    found = parquet_findings(made.tables)
    at = {(one.table, one.key) for one in found if one.severity == ERROR}
    assert len(keys) >= 200
    assert [one for one in keys if not {(one[0], key) for key in one[1]} & at] == []


def change_parquet(path: Path, table: Table, chance: random.Random) -> tuple[str, int] | None:
    """Change a cell of a Parquet file, and return the table and the row; None if a column has one value only."""
    data = pq.read_table(path)
    field = chance.choice([f for f in table.fields if f.name not in table.primary_key] or list(table.fields))
    values, number = data[field.name].to_pylist(), chance.randrange(len(data))
    other = next((value for value in values if value is not None and value != values[number]), None)
    at = data.schema.get_field_index(field.name)
    if other is None and (values[number] is None or not data.schema.field(at).nullable):
        return None
    values[number] = other
    column = pa.array(values, type=data.schema.field(at).type)
    pq.write_table(data.set_column(at, data.schema.field(at), column), path)
    return table.name, number + 1


def test_every_changed_line_and_parquet_cell_is_an_error_at_its_place(shipped: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(shipped, tmp_path / "package"))
    package, chance = open_package(root), random.Random(SEED)
    derived = [name for name in derived_files(Store(package)) if not name.endswith(".parquet")]
    lines = {name: change_lines(root / name, chance, 3) for name in derived}
    cells = {change_parquet(root / parquet_path(table.name), table, chance) for table in package.model} - {None}
    report = Report(shown=10**6)
    engine = open_engine(package, rules=False)
    parquet_layer.check(engine, report)
    drift_layer.check(engine, report)
    assert len(cells) >= 40
    assert {(f.table, f.row) for f in report.findings if f.code == "parquet-mismatch" and f.row} == cells
    stale = {f.file: f.message for f in report.findings if f.code == "stale-file"}
    assert len(lines) >= 45
    for name, numbers in lines.items():
        named = set(re.findall(r"[0-9,]*[0-9]", stale[name].partition(", in line")[2]))
        assert {f"{number:,}" for number in numbers} <= named, stale[name]


def test_recorded_values_cannot_be_deleted(shipped: Path, tmp_path: Path) -> None:
    """The file itself, the statement that the package has it, and each of some lines: every deletion is an error."""
    root = Path(shutil.copytree(shipped, tmp_path / "package"))
    path, statement = root / RECORDED, root / "schemas/package.json"
    content, metadata, chance = path.read_bytes(), statement.read_bytes(), random.Random(SEED)

    def found() -> list[tuple[str | None, str, str | None]]:
        return [(f.file, f.severity, f.table) for f in recorded_findings(Store(open_package(root)))]

    assert found() == []
    path.unlink()
    assert found() == [(RECORDED, ERROR, None)]
    path.write_bytes(content)
    statement.write_bytes(metadata.replace(b'  "recorded": "validation/recorded.jsonl",\n', b""))
    assert found() == [(RECORDED, ERROR, None)]
    statement.write_bytes(metadata)
    lines = content.splitlines(keepends=True)
    for number in chance.sample(range(1, len(lines)), 10):
        path.write_bytes(b"".join(line for place, line in enumerate(lines) if place != number))
        assert found() == [(None, ERROR, json.loads(lines[number])[0])]


@pytest.mark.texts
def test_every_changed_text_is_a_finding_at_its_anchor_and_its_source(shipped: Path, tmp_path: Path) -> None:
    chance = random.Random(SEED)
    store = Store(open_package(shipped))
    anchors: dict[str, list[dict[str, str]]] = {}
    for row in store.records("evidence"):
        anchors.setdefault(row["source_id"], []).append(row)
    changed = set()
    for source, rows in anchors.items():
        text = (TEXTS / f"{source}.txt").read_bytes().decode("utf-8")
        for row in chance.sample(rows, min(3, len(rows))):
            inside = [n for n in range(int(row["start"]), int(row["end"])) if text[n].isalnum()]
            text = other_letter(text, chance.choice(inside))
            changed.add(row["evidence_id"])
        (tmp_path / f"{source}.txt").write_bytes(text.encode("utf-8"))
    report = Report(shown=10**6)
    engine = open_engine(open_package(shipped))
    verify_store(engine, report, tmp_path, True)
    assert len(changed) >= 90
    broken = {f.key for f in report.findings if f.table == "evidence"}
    assert [one for one in changed if f"evidence_id={one}" not in broken] == []
    sources = {f.key for f in report.findings if f.table == "sources"}
    assert [one for one in anchors if f"source_id={one}" not in sources] == []
