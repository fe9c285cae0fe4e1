"""A table in several files: its rows are numbered through all of them, its lines in each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clausula.core.schemas import read_json
from clausula.validation import duckdb_loading
from clausula.validation.run import validate
from tests.foreign.parts import PARTS, parts_package


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("case", PARTS)
def test_findings_of_each_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str, streamed: bool) -> None:
    if streamed:
        monkeypatch.setattr(duckdb_loading, "SMALL", 0)
    files, expected = PARTS[case]
    report = validate(parts_package(tmp_path, files), ["duckdb"])
    assert {(f.code, f.file, f.row, f.line) for f in report.findings} == expected


def test_good_rows_and_failures_of_several_files(tmp_path: Path) -> None:
    files, _ = PARTS["a ragged row"]
    table = validate(parts_package(tmp_path, files), ["duckdb"]).tables["table-0"]
    assert list(table.good.index) == [1, 2]
    assert [row for row, *_ in table.failures.index] == [3, 4, 5, 6]


def test_many_tables_in_several_files(tmp_path: Path) -> None:
    """Tables are loaded on several threads."""
    found = validate(parts_package(tmp_path, *[files for files, _ in PARTS.values()]), ["duckdb"]).findings
    for number, (_, places) in enumerate(PARTS.values()):
        folder = f"{number}/" if number else ""
        expected = {(code, folder + file, row, line) for code, file, row, line in places}
        assert {(f.code, f.file, f.row, f.line) for f in found if f.table == f"table-{number}"} == expected


def test_parquet_files(tmp_path: Path) -> None:
    """Rows of Parquet files are numbered through all files too; a wrong column type is reported for its file."""
    import duckdb

    parts_package(tmp_path, [b"missing"])
    files = ("1 AS id, 'act' AS form", "2 AS id, 'ACT' AS form", "2 AS id, 5 AS form")
    for number, columns in enumerate(files):
        query = f"SELECT {columns}, 'a1' AS actor, NULL::VARCHAR AS mail"
        duckdb.connect().execute(f"COPY ({query}) TO '{tmp_path}/t{number}.parquet'")
    descriptor = read_json(tmp_path / "datapackage.json")
    for last, expected in ((2, {("pattern", "t1.parquet", 2)}), (3, {("column-type-mismatch", "t2.parquet", None)})):
        descriptor["resources"][0] |= {"path": [f"t{n}.parquet" for n in range(last)], "format": "parquet"}
        (tmp_path / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
        found = validate(tmp_path, ["duckdb"]).findings
        repeated = {("primary-key", "t2.parquet", 3)} if last > 2 else set()
        assert {(f.code, f.file, f.row) for f in found} == expected | repeated


@pytest.mark.parametrize("bad", ["../t1.csv", "/etc/passwd", "https://example.org/t1.csv"])
def test_no_file_outside_the_package_is_read(tmp_path: Path, bad: str) -> None:
    descriptor = read_json(parts_package(tmp_path, PARTS["clean"][0]) / "datapackage.json")
    descriptor["resources"][0]["path"] = ["t0.csv", bad]
    (tmp_path / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    if "://" in bad:
        (found,) = validate(tmp_path, ["duckdb"]).findings
        assert (found.code, found.message) == (
            "unsupported",
            f"the remote file {bad} is not supported and was not checked",
        )
        return
    report = validate(tmp_path, ["duckdb"])
    assert {f.code for f in report.findings} == {"unsafe-path", "invalid-descriptor"}
    assert report.checked["resources"]["table-0"]["state"] == "not judged"
    assert report.checked["resources"]["actors"]["state"] == "judged"
