"""The store of a package: each table is read once, its rows have the right lines, and a faulty one is not used."""

from __future__ import annotations

import csv
import random
import shutil
from pathlib import Path

import pytest

from clausula.core.csvio import Scan, lenient_rows, write_rows
from clausula.core.findings import Report
from clausula.core.package import csv_path, open_package
from clausula.core.store import FaultyTable, Store, read_cells, read_file, strings_of
from clausula.derive.dialect import DUCKDB
from clausula.derive.files import derived_files
from clausula.derive.frames import InvalidValues, cell_texts, typed
from clausula.validation import duckdb_loading, schema_layer
from clausula.validation.duckdb_engine import open_engine
from tests.foreign.packages import check, single_table
from tests.hostile.system_calls import run_traced, why_unavailable

FIELDS = [{"name": "id", "type": "integer"}, {"name": "note", "type": "string"}]
MULTILINE = 'id,note\n1,"two\nlines"\n2,ok\nx,no line feed at the end'
LAYERS = ("duckdb", "rules", "parquet", "drift", "agreement", "pandera")


@pytest.mark.parametrize("cell", ["a\rb", "\r", "a\nb", "a\r\nb", 'a"b', " a ", "a,b", "", "a\r"])
def test_what_is_written_is_read_again(tmp_path: Path, cell: str) -> None:
    content = write_rows(["id", "note"], [["1", cell], ["2", "next"]])
    assert b"\r\n" not in content.replace(b"a\r\nb", b"")
    (tmp_path / "t.csv").write_bytes(content)
    assert [row for _, row in lenient_rows(tmp_path / "t.csv")] == [["id", "note"], ["1", cell], ["2", "next"]]


PIECES = ["a", "é", '"', '""', ",", "\n", "\r\n", " ", "NA", "\0", "\r"]


def test_a_file_without_faults_is_read_quickly_and_any_other_as_a_careful_reader_reads_it(tmp_path: Path) -> None:
    fields = [*FIELDS, {"name": "more", "type": "string"}]
    package = open_package(single_table(tmp_path, fields, b"id,note,more\n"))
    resource, chance, quick = next(iter(package)), random.Random(7), 0
    for _ in range(300):
        weights = [30, 5, chance.choice([0, 3]), 1, 12, 12, chance.choice([0, 3]), 3, 2, 0.05, 0.05]
        body = "".join(chance.choices(PIECES, weights, k=chance.randrange(30)))
        rows = [[body[:9], body[9:12], body[12:]], ["1", "", "x"]]
        cells = write_rows(["id", "note", "more"], rows) if chance.random() < 0.5 else b"id,note,more\n" + body.encode()
        (tmp_path / resource.path).write_bytes(cells[: len(cells) - chance.randrange(2)])
        file = read_file(package, resource)
        careful = list(read_cells(tmp_path / resource.path, resource, Scan(file.scan.header))) if cells else []
        assert (file.rows, list(file.lines)) == ([row for _, row in careful], [line for line, _ in careful])
        assert file.strings.equals(strings_of(file.table, file.rows))
        assert file.records() == [{f: c or "" for f, c in zip(file.table.names, row, strict=True)} for row in file.rows]
        quick += file.texts is not None
    assert 50 < quick < 250


def test_rows_that_are_streamed_are_those_that_are_kept(tmp_path: Path) -> None:
    package = open_package(single_table(tmp_path, FIELDS, b'id,note\n1,a\n2,"b\nc"\n3,a\n'))
    (name,) = package.model.tables
    store = Store(package)
    assert [row["id"] for row in store.stream(name, ("note", {"a"}))] == ["1", "3"]
    assert list(store.stream(name)) == read_file(package, package.resources[name]).records()
    assert not store._files, "streaming a table does not keep it"
    assert store.digests == {package.resources[name].path: store[name].digest}
    assert [row["id"] for row in store.stream(name, ("note", {"a"}))] == ["1", "3"], "of a table that is kept"


@pytest.mark.parametrize("row", ["2", "2,b,c", '2,"b'])
def test_a_fault_behind_rows_that_were_streamed_is_reported(tmp_path: Path, row: str) -> None:
    package = open_package(single_table(tmp_path, FIELDS, f"id,note\n1,a\n{row}\n".encode()))
    (name,) = package.model.tables
    with pytest.raises(FaultyTable):
        list(Store(package).stream(name))


def test_equal_cells_of_a_large_table_are_one_object(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clausula.core.plain_rows.LARGE", 1)
    package = open_package(single_table(tmp_path, FIELDS, b'id,note\n1,"a long note"\n2,"a long note"\n'))
    file = read_file(package, next(iter(package)))
    assert file.texts is not None and list(file.lines) == [2, 3]
    assert file.texts[0][1] is file.texts[1][1]


def test_a_cell_that_is_too_long_for_the_quick_reader_is_read_too(tmp_path: Path) -> None:
    before = csv.field_size_limit(100_000)  # frictionless raises it for the whole process
    try:
        long = "x" * 100_001
        package = open_package(single_table(tmp_path, FIELDS, f"id,note\n1,{long}\n"))
        file = read_file(package, next(iter(package)))
    finally:
        csv.field_size_limit(before)
    assert (file.texts, file.rows, file.faults) == (None, [["1", long]], [])


VALIDATE = """\
import sys
from pathlib import Path
from clausula.validation.run import validate
report = validate(Path(sys.argv[1]), sys.argv[2].split(","))
assert not report.findings, report.findings
assert report.checked["layers"] == sys.argv[2].split(",")
"""
BUILD = """\
import sys
from pathlib import Path
from clausula.versions.build import build
(Path(sys.argv[1]) / "datapackage.json").unlink()
assert build(Path(sys.argv[1])).changed == ["datapackage.json"]
"""

DIFF = """\
import sys
from clausula.versions.diff.compare import diff
result = diff(sys.argv[1], sys.argv[2])
assert [(one.added, one.removed, one.changed) for one in result.tables if one.table == "actors"] == [(0, 1, 0)]
"""


@pytest.mark.skipif(bool(why_unavailable()), reason=why_unavailable())
@pytest.mark.parametrize(
    ("code", "args", "times"),
    [
        pytest.param(VALIDATE, [",".join(LAYERS)], 1, id="validate"),
        pytest.param(DIFF, ["changed"], 1, id="diff"),
        pytest.param(BUILD, [], 2, id="build"),  # the second time, the commit makes sure that the file is unchanged
    ],
)
def test_each_table_is_opened_once_per_run(mini: Path, tmp_path: Path, code: str, args: list[str], times: int) -> None:
    changed = tmp_path / "changed"
    shutil.copytree(mini, changed)
    with (changed / csv_path("actors")).open("r+b") as file:
        file.truncate(file.read().rstrip(b"\n").rindex(b"\n") + 1)
    args = [str(changed) if one == "changed" else one for one in args]
    _, accesses = run_traced(code, str(mini), *args, folder=tmp_path)
    opened = [one.path for one in accesses if one.call.startswith("open")]
    for name in open_package(mini).resources:
        assert opened.count(mini / csv_path(name)) == 2 * times, name  # such a call names the file and returns it


@pytest.mark.parametrize("streamed", [False, True])
def test_line_after_a_cell_of_several_lines_without_a_last_line_feed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, streamed: bool
) -> None:
    if streamed:
        monkeypatch.setattr(duckdb_loading, "SMALL", 0)
    (found,) = check(single_table(tmp_path, FIELDS, MULTILINE)).findings
    assert (found.code, found.row, found.line) == ("type", 3, 5)


def test_line_in_a_package_with_schemas(mini: Path) -> None:
    path = mini / csv_path("actors")
    lines = path.read_text(encoding="utf-8").splitlines()
    columns = lines[0].split(",")
    cells = dict.fromkeys(columns, "") | {"actor_id": "new-actor", "note": '"two\nlines"'}
    bad = dict.fromkeys(columns, "") | {"actor_id": "NOT AN ID"}
    text = "\n".join([*lines, *(",".join(row[c] for c in columns) for row in (cells, bad))])
    path.write_text(text, encoding="utf-8")
    engine, report = open_engine(open_package(mini), rules=False), Report()
    schema_layer.check(engine, report)
    (found,) = [one for one in report.findings if (one.table, one.field, one.code) == ("actors", "actor_id", "pattern")]
    assert (found.row, found.line) == (len(lines) + 1, len(lines) + 3)


def test_engine_and_store_have_the_same_cells(mini: Path) -> None:
    engine = open_engine(open_package(mini), rules=False)
    for resource in engine.package:
        columns = ", ".join(DUCKDB.name(name) for name in resource.table.names)
        rows = engine.rows(f"SELECT {columns} FROM raw.{DUCKDB.name(resource.name)} ORDER BY _row")
        assert rows == [tuple(row) for row in engine.store[resource.name].rows]
        assert engine.tables[resource.name].rows == len(rows)


def test_views_have_the_typed_values_of_copies(mini: Path) -> None:
    views, copies = (open_engine(open_package(mini), copy=copy) for copy in (False, True))
    for resource in copies.package:
        query = f"SELECT * FROM main.{DUCKDB.name(resource.name)} ORDER BY _row"
        assert views.rows(query) == copies.rows(query)
    kinds = "SELECT DISTINCT table_type FROM information_schema.tables WHERE table_schema = 'main'"
    assert (views.rows(kinds), copies.rows(kinds)) == ([("VIEW",)], [("BASE TABLE",)])


def test_typed_table_is_made_once_and_its_texts_are_those_of_the_file(mini: Path) -> None:
    store = Store(open_package(mini))
    for resource in store.package:
        file = store[resource.name]
        data = typed(file, "1.0.0")
        assert data is typed(file, "1.0.0")
        assert cell_texts(data) == [tuple(cell or "" for cell in row) for row in file.rows]


def test_every_invalid_cell_is_listed_also_if_its_text_is_repeated(mini: Path) -> None:
    path = mini / csv_path("evidence")
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    place = header.split(",").index("start")
    cells = [row.split(",") for row in rows]
    assert len(cells) > 2
    for number in (0, 2):
        cells[number][place] = "1e3"
    path.write_text("\n".join([header, *(",".join(row) for row in cells), ""]), encoding="utf-8")
    with pytest.raises(InvalidValues) as caught:
        typed(Store(open_package(mini))["evidence"], "1.0.0")
    assert caught.value.cells == [(1, "start", "1e3"), (3, "start", "1e3")]


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("ragged row", lambda content: content + b"only one cell\n"),
        ("stray quotation mark", lambda content: content + b'a"b",c"\n"'),
        ("missing column", lambda content: content.replace(b"bearing", b"other", 1)),
        ("empty file", lambda content: b""),
    ],
)
def test_nothing_is_derived_from_a_table_with_a_fault(mini: Path, name: str, damage: object) -> None:
    path = mini / csv_path("evidence")
    content = path.read_bytes()
    assert b"bearing" in content.splitlines()[0] or name != "missing column"
    path.write_bytes(damage(content))  # type: ignore[operator]
    store = Store(open_package(mini))
    with pytest.raises(FaultyTable, match=r"evidence\.csv"):
        store.records("evidence")
    with pytest.raises(FaultyTable):
        derived_files(store)


def test_a_missing_table_has_a_fault_and_an_unknown_one_no_rows(mini: Path) -> None:
    (mini / csv_path("evidence")).unlink()
    store = Store(open_package(mini))
    assert [fault.code for fault in store["evidence"].faults] == ["missing-file"]
    with pytest.raises(FaultyTable):
        store.records("evidence")
    assert store.records("no_such_table") == []
