"""`clausula.validate` in Python: the findings as a table, and the good rows and the failures of each table."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import clausula
from clausula.core.findings import ERROR, INFO, WARNING, CouldNotRun, Finding, Report
from clausula.core.package import csv_path
from clausula.validation import duckdb_loading
from tests.foreign.packages import package, single_table, table
from tests.foreign.test_files import parquet

FAST = ["duckdb", "rules"]
FIELDS = [
    {"name": "id", "type": "integer", "constraints": {"required": True, "unique": True}},
    {"name": "share", "type": "number"},
    {"name": "signed", "type": "date"},
    {"name": "at", "type": "datetime"},
    {"name": "open", "type": "boolean"},
    {"name": "row", "type": "string", "constraints": {"maxLength": 5}},
]
HEADER = "id,share,signed,at,open,row\n"
GOOD = "9007199254740993,0.5,2031-05-02,2031-05-02T10:00:00,true,ok\n"


@pytest.mark.parametrize("streamed", [False, True])
def test_good_rows_have_types_and_failures_the_text_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, streamed: bool
) -> None:
    if streamed:
        monkeypatch.setattr(duckdb_loading, "SMALL", 0)
    bad = "2,half,2031-05-02,2031-05-02T10:00:00,true,too long\n"
    root = single_table(tmp_path, FIELDS, HEADER + GOOD + bad + "3,,,,,\n")
    found = clausula.validate(str(root), ["duckdb"]).tables["t"]
    assert list(found.good.index) == [1, 3]
    assert found.good.index.name == "row"
    kinds = [str(kind) for kind in found.good.dtypes]
    assert kinds == ["Int64", "Float64", "datetime64[ms]", "datetime64[us]", "boolean", "str"]
    assert found.good["id"].tolist() == [9007199254740993, 3]
    assert found.good.loc[3].isna().tolist() == [False, True, True, True, True, True]
    assert found.failures.index.tolist() == [(2, "max-length", "row"), (2, "type", "share")]
    assert found.failures.index.names == ["row", "code", "field"]
    assert found.failures["share"].tolist() == ["half", "half"]


def test_a_clean_table_has_no_failures(tmp_path: Path) -> None:
    found = clausula.validate(single_table(tmp_path, FIELDS, HEADER + GOOD) / "datapackage.json", ["duckdb"])
    assert found.total() == 0
    assert len(found.tables["t"].good) == 1
    assert found.tables["t"].failures.empty
    assert list(found.tables["t"].failures.columns) == [field["name"] for field in FIELDS]
    assert found.frame().empty


def test_good_rows_have_the_types_that_load_returns(mini: Path) -> None:
    report = clausula.validate(mini, FAST)
    for name, found in report.tables.items():
        pd.testing.assert_series_equal(found.good.dtypes, clausula.open(mini).load(name).dtypes)
        pd.testing.assert_frame_equal(found.good.reset_index(drop=True), clausula.open(mini).load(name))


def test_a_row_with_only_a_warning_is_good(mini: Path) -> None:
    path = mini / csv_path("actors")
    columns = path.read_text(encoding="utf-8").splitlines()[0].split(",")
    row = dict.fromkeys(columns, "") | {"actor_id": "new", "name": "New", "kind": "group", "unnamed": "false"}
    with path.open("a", encoding="utf-8") as file:
        file.write(",".join(row.values()) + "\n")
    report = clausula.validate(mini, FAST)
    assert {(one.code, one.severity) for one in report.findings} == {("unused-actor", WARNING)}
    assert report.tables["actors"].good["actor_id"].iloc[-1] == "new"
    assert report.tables["actors"].failures.empty


def test_rows_of_the_wrong_length_are_not_good(tmp_path: Path) -> None:
    root = single_table(tmp_path, FIELDS[:2], 'id,share\n1,"0.5"\n2\n3,1,1\n4,2\n\n6,1\n')
    report = clausula.validate(root, ["duckdb"])
    found = report.tables["t"]
    assert found.good["id"].tolist() == [1, 4, 6]
    assert [label[:2] for label in found.failures.index] == [
        (2, "ragged-row"),
        (3, "ragged-row"),
        (5, "blank-row"),
        (5, "required"),
    ]


def test_good_rows_are_refused_if_not_all_errors_are_known(tmp_path: Path) -> None:
    root = single_table(tmp_path, FIELDS[:2], "id,share\n" + "".join(f"{n},half\n" for n in range(5)))
    found = clausula.validate(root, ["duckdb"], shown=3).tables["t"]
    with pytest.raises(CouldNotRun, match="only 3 of 5 findings type on t are listed"):
        _ = found.good
    assert clausula.validate(root, ["duckdb"], shown=5).tables["t"].good.empty
    assert clausula.validate(root, ["duckdb"]).tables["t"].good.empty


def test_parquet_and_a_missing_file(tmp_path: Path) -> None:
    import pyarrow as pa

    fields = [{"name": "id", "type": "integer", "constraints": {"minimum": 2}}]
    content = parquet({"id": pa.array([1, 2, None], pa.int64())})
    listed = [table(fields, "t", "t.parquet"), table(fields, "gone", "gone.csv")]
    found = clausula.validate(package(tmp_path, listed, {"t.parquet": content}), ["duckdb"]).tables
    assert found["t"].good["id"].tolist() == [2, pd.NA]
    assert found["t"].failures.index.tolist() == [(1, "minimum", "id")]
    assert found["t"].failures["id"].tolist() == ["1"]
    assert found["gone"].good.empty
    assert found["gone"].failures.empty


def test_findings_as_a_table() -> None:
    report = Report()
    report.add(Finding("a", "first", severity=INFO, table="t", row=3, line=4, layers=("duckdb",)))
    report.add(Finding("b", "second", severity=ERROR, table="t", value="x"))
    frame = report.frame()
    assert frame["code"].tolist() == ["b", "a"]
    assert frame["severity"].cat.ordered
    assert frame["severity"].max() == ERROR
    assert (str(frame["row"].dtype), frame["row"].tolist()) == ("Int64", [pd.NA, 3])
    assert frame["layers"].tolist() == ["", "duckdb"]
    assert frame["value"].isna().tolist() == [False, True]


def test_faults_with_one_message_are_listed_on_every_line(tmp_path: Path) -> None:
    report = clausula.validate(single_table(tmp_path, FIELDS[:2], "id,share\n1,1\n\n2,1\n\n"), ["duckdb"])
    assert [one.line for one in report.sorted() if one.code == "blank-row"] == [3, 5]


def test_an_unknown_layer_could_not_run(mini: Path) -> None:
    with pytest.raises(CouldNotRun, match="'fast' is not a layer"):
        clausula.validate(mini, ["fast"])


@pytest.mark.parametrize("form", ["any", "%Q", "YYYY/MM/DD"])
def test_dates_in_a_format_that_is_not_judged_stay_text(tmp_path: Path, form: str) -> None:
    fields = [{"name": "a", "type": "date", "format": form}, {"name": "b", "type": "date"}]
    root = single_table(tmp_path, fields, "a,b\n2020/01/02,2020-01-02\nsome day,\n")
    found = clausula.validate(root)
    assert not found.complete
    assert found.tables["t"].good["a"].tolist() == ["2020/01/02", "some day"]
    assert found.tables["t"].good["b"].tolist() == [pd.Timestamp("2020-01-02"), pd.NaT]


def test_repeated_categories_are_errors_and_the_rows_can_be_asked_for(tmp_path: Path) -> None:
    fields = [{"name": "a", "type": "string", "categories": ["x", "y", "x"]}, {"name": "b"}]
    found = clausula.validate(single_table(tmp_path, fields, "a,b\nx,1\nz,2\n"))
    assert [(f.code, f.line) for f in found.sorted()] == [("invalid-descriptor", None), ("enum", 3)]
    assert found.tables["t"].good["a"].tolist() == ["x"]
    assert found.tables["t"].failures["a"].tolist() == ["z"]
