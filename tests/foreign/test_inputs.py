"""What can be validated: a descriptor of any name, a zip, a single file; and tables in every format."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clausula.core.findings import CouldNotRun, Report
from clausula.validation.run import validate
from tests.command import clausula
from tests.foreign.packages import V2, check, package, table

FIELDS = [{"name": "a", "type": "string"}, {"name": "n", "type": "integer"}]
CSV = "a,n\nx,1\nz,BAD\n"


def places(report: Report) -> list[tuple[str, int | None, int | None, str | None]]:
    return [(f.code, f.row, f.line, f.value) for f in report.sorted()]


def zipped(**files: bytes | str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_", "."), content)
    return out.getvalue()


def workbook(rows: list[list[Any]], name: str = "data") -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = "notes"
    sheet = book.create_sheet(name)
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


ODS = """<?xml version="1.0" encoding="UTF-8"?><office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" office:version="1.2"><office:body><office:spreadsheet>
 <table:table table:name="data">{}</table:table></office:spreadsheet></office:body></office:document-content>"""
KIND = "application/vnd.oasis.opendocument.spreadsheet"


def ods(rows: list[list[Any]]) -> bytes:
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
            if isinstance(cell, str)
            else f'<table:table-cell office:value-type="float" office:value="{cell}"/>'
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", KIND)
        archive.writestr("content.xml", ODS.format(cells))
        archive.writestr("META-INF/manifest.xml", manifest)
    return out.getvalue()


ROWS: list[list[Any]] = [["a", "n"], ["x", 1], ["z", "BAD"]]
BAD = [("type", 2, None, "BAD")]
IN_LINE_3 = [("type", 2, 3, "BAD")]

FORMATS: dict[str, tuple[dict[str, Any], bytes | str, list[Any]]] = {
    "gz": ({"path": "t.csv.gz"}, gzip.compress(CSV.encode()), IN_LINE_3),
    "gz, as stated": ({"path": "t.csv", "compression": "gz"}, gzip.compress(CSV.encode()), IN_LINE_3),
    "zip": ({"path": "t.csv.zip"}, zipped(t_csv=CSV), IN_LINE_3),
    "a file of a zip": (
        {"path": "t.zip", "format": "csv", "innerpath": "t.csv"},
        zipped(t_csv=CSV, u_csv=""),
        IN_LINE_3,
    ),
    "arrays": ({"path": "t.json"}, json.dumps(ROWS), BAD),
    "arrays without a header": ({"path": "t.json", "dialect": {"header": False}}, json.dumps(ROWS[1:]), BAD),
    "objects": ({"path": "t.json"}, '[{"n": 1, "a": "x"}, {"a": "z", "n": "BAD"}]', BAD),
    "objects, keys named": (
        {"path": "t.json", "dialect": {"itemType": "object", "itemKeys": ["a", "n"]}},
        '[{"n": 1, "a": "x", "more": 1}, {"a": "z", "n": "BAD"}]',
        BAD,
    ),
    "a property": ({"path": "t.json", "dialect": {"property": "rows"}}, json.dumps({"rows": ROWS}), BAD),
    "lines of JSON": ({"path": "t.ndjson"}, '{"a": "x", "n": 1}\n{"a": "z", "n": "BAD"}\n', BAD),
    "a list in the descriptor": ({"path": None, "data": ROWS}, "", BAD),
    "objects in the descriptor": ({"path": None, "data": [{"a": "x", "n": 1}, {"a": "z", "n": "BAD"}]}, "", BAD),
    "CSV in the descriptor": ({"path": None, "data": CSV, "format": "csv"}, "", IN_LINE_3),
    "a sheet": ({"path": "t.xlsx", "dialect": {"sheetName": "data"}}, workbook(ROWS), IN_LINE_3),
    "a sheet by number": ({"path": "t.xlsx", "dialect": {"sheetNumber": 2}}, workbook(ROWS), IN_LINE_3),
    "a sheet with comments and a header of two rows": (
        {"path": "t.xlsx", "dialect": {"sheetNumber": 2, "headerRows": [2, 3], "commentRows": [5], "headerJoin": ""}},
        workbook([["note"], ["a", "n"], ["b"], ["x", 1], ["note"], ["z", "BAD"]]),
        [("type", 2, 6, "BAD")],
    ),
    "the wrong sheet": (
        {"path": "t.xlsx", "dialect": {"sheetName": "x"}},
        workbook(ROWS),
        [("unreadable-file", None, None, None)],
    ),
    "a damaged workbook": ({"path": "t.xlsx"}, b"PK", [("unreadable-file", None, None, None)]),
    "a damaged gz": ({"path": "t.csv.gz"}, gzip.compress(CSV.encode())[:-12], [("unreadable-file", None, None, None)]),
    "a zip of two files": (
        {"path": "t.csv.zip"},
        zipped(t_csv=CSV, u_csv=CSV),
        [("unreadable-file", None, None, None)],
    ),
    "JSON that is not a table": ({"path": "t.json"}, '{"a": 1}', [("unreadable-file", None, None, None)]),
    "a row that is too long": (
        {"path": "t.json"},
        '[["a", "n"], ["x", 1, 2], ["y", 2]]',
        [("ragged-row", 1, None, None)],
    ),
    "a number in place of a text": ({"path": "t.json"}, '[["a", "n"], [5, 1]]', [("type", 1, None, "5")]),
    "a text in place of a number": ({"path": "t.json"}, '[["a", "n"], ["x", "1"]]', []),
    "a boolean in place of a number": (
        {"path": "t.json"},
        '[["a", "n"], ["x", true]]',
        [("type", 1, None, "true (boolean)")],
    ),
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_judged(tmp_path: Path, name: str) -> None:
    more, content, expected = FORMATS[name]
    resource = {k: v for k, v in {**table(FIELDS), **more}.items() if v is not None}
    root = package(tmp_path, [resource], {resource["path"]: content} if "path" in resource else {})
    report = check(root)
    if "two rows" in name:
        resource["schema"] = {"fields": [{**FIELDS[0], "name": "ab"}, FIELDS[1]]}
        report = check(package(tmp_path, [resource], {}))
    assert places(report) == expected, report.findings
    assert report.complete is all(code != "unreadable-file" for code, *_ in expected)


def test_ods(tmp_path: Path) -> None:
    root = package(tmp_path, [table(FIELDS, path="t.ods")], {"t.ods": ods(ROWS)})
    try:
        import python_calamine  # noqa: F401
    except ImportError:
        report = check(root)
        assert [f.message for f in report.findings] == [
            "ODS cannot be read: the library python_calamine is not installed"
        ]
        assert report.checked["resources"]["t"]["state"] == "not judged"
        return
    assert places(check(root)) == IN_LINE_3


def test_dates_of_a_workbook(tmp_path: Path) -> None:
    fields = [{"name": "d", "type": "date"}, {"name": "t", "type": "datetime"}, {"name": "x", "type": "integer"}]
    good = [dt.datetime(2020, 1, 2), dt.datetime(2020, 1, 2, 3), 1.0]
    bad = [dt.datetime(2020, 1, 2, 3), "x", 1.5]
    content = workbook([["d", "t", "x"], good, bad])
    report = check(package(tmp_path, [table(fields, path="t.xlsx", dialect={"sheetNumber": 2})], {"t.xlsx": content}))
    assert {(f.code, f.line, f.field) for f in report.findings} == {("type", 3, name) for name in "dtx"}


def parquet() -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table({"a": ["x"], "n": ["BAD"]}), out)
    return out.getvalue()


def test_a_descriptor_of_any_name(tmp_path: Path) -> None:
    root = package(tmp_path, [table(FIELDS)], {"t.csv": CSV})
    (root / "datapackage.json").rename(root / "other.json")
    report = validate(root / "other.json", ["duckdb"])
    assert places(report) == IN_LINE_3
    assert report.checked["package"].endswith("other.json")


@pytest.mark.parametrize("folder", ["", "inner/"])
def test_a_zip_with_a_package(tmp_path: Path, folder: str) -> None:
    descriptor = json.dumps({**V2, "name": "x", "title": "Zipped", "resources": [table(FIELDS)]})
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as archive:
        archive.writestr(f"{folder}datapackage.json", descriptor)
        archive.writestr(f"{folder}t.csv", CSV)
    report = validate(tmp_path / "p.zip", ["duckdb"])
    assert places(report) == IN_LINE_3
    assert report.tables["t"].good["a"].tolist() == ["x"]  # the folder is still there
    page = tmp_path / "report.html"
    assert clausula("validate", str(tmp_path / "p.zip"), "--fast", "--report", str(page)).returncode == 1
    assert "Zipped" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz", "t.tsv", "t.parquet"])
def test_a_single_file(tmp_path: Path, name: str) -> None:
    text = CSV.replace(",", "\t") if name == "t.tsv" else CSV
    content = {"t.csv.gz": gzip.compress(text.encode()), "t.parquet": parquet()}.get(name, text.encode())
    (tmp_path / name).write_bytes(content)
    (tmp_path / "schema.json").write_text(json.dumps({"fields": FIELDS}), encoding="utf-8")
    report = validate(tmp_path / name, ["duckdb"])
    assert report.findings == []
    (state,) = report.checked["resources"].values()
    assert (state["state"], state["what"]) == ("judged", "form")
    report = validate(tmp_path / name, ["duckdb"], schema=tmp_path / "schema.json")
    assert [f.code for f in report.findings] == ["column-type-mismatch" if name == "t.parquet" else "type"]
    (state,) = report.checked["resources"].values()
    assert (state["state"], state["what"]) == ("judged", "table")


def test_a_parquet_file_without_a_schema_may_have_columns_of_any_type(tmp_path: Path) -> None:
    day, many = dt.date(2020, 1, 2), pa.array([[1, 2], None], pa.list_(pa.int64()))
    columns = {"n": [1, 2], "d": [day, None], "t": [True, False], "x": [0.5, None], "b": [b"x", None], "many": many}
    pq.write_table(pa.table(columns), tmp_path / "t.parquet")
    report = validate(tmp_path / "t.parquet", ["duckdb"])
    assert (report.findings, report.complete) == ([], True)
    assert report.tables["t"].good["n"].tolist() == ["1", "2"]  # as text: no schema gives it a type


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["none"], "none does not exist"),
        (["none.csv"], "none.csv does not exist"),
        (["notes.txt"], "notes.txt is neither a package nor a table in a known format"),
        (["empty"], "the folder or zip file has no datapackage.json"),
        (["empty.zip"], "the folder or zip file has no datapackage.json"),
        (["t.csv", "--schema", "none.json"], "none.json: error missing-file: the schema does not exist"),
    ],
)
def test_what_cannot_be_judged_is_named(tmp_path: Path, arguments: list[str], says: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").write_text("a,b\n", encoding="utf-8")
    (tmp_path / "t.csv").write_text("a,b\n", encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "empty.zip", "w") as archive:
        archive.writestr("t.csv", "a,b\n")
    run = clausula("validate", *arguments, cwd=tmp_path)
    assert (run.returncode, says in run.stderr) == (2, True), run.stderr


def test_hints_without_anything_in_the_schema_to_quote(tmp_path: Path) -> None:
    fields = [{"name": "a", "constraints": {"required": True}}, {"name": "n", "constraints": {"pattern": "[a-z]+"}}]
    report = check(package(tmp_path, [table(fields)], {"t.csv": "a,n\n,X\n"}))
    assert [f.hint for f in report.sorted()] == ["Required. Fill in a value.", "It must match [a-z]+."]


def test_a_header_with_another_separator(tmp_path: Path) -> None:
    report = check(package(tmp_path, [table(FIELDS)], {"t.csv": "a;n\nx;1\n"}))
    assert [f.code for f in report.sorted()] == ["missing-column", "missing-column", "unknown-column"]
    assert "';' seems to separate its names" in report.sorted()[-1].message
    report = check(package(tmp_path / "other", [table(FIELDS)], {"t.csv": "a;b\nx;1\n"}))
    assert "is not in the schema" in report.sorted()[-1].message


def test_a_single_file_without_a_schema_is_judged_by_its_form(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1\n1,2,3\n", encoding="utf-8")
    assert [(f.code, f.line) for f in validate(tmp_path / "t.csv", ["duckdb"]).sorted()] == [
        ("ragged-row", 2),
        ("ragged-row", 3),
    ]


@pytest.mark.parametrize("name", ["Table 1.csv", "ä,b.csv", "T.CSV", "a.b.csv.gz"])
def test_a_single_file_may_have_any_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(gzip.compress(CSV.encode()) if name.endswith("gz") else CSV.encode())
    (tmp_path / "s.json").write_text(json.dumps({"fields": FIELDS}), encoding="utf-8")
    assert validate(tmp_path / name, ["duckdb"]).findings == []
    assert places(validate(tmp_path / name, ["duckdb"], schema=tmp_path / "s.json")) == IN_LINE_3


WITHOUT_FORM: dict[str, bytes] = {"t.xlsx": workbook(ROWS), "t.ndjson": b'{"a": "x"}\n', "u.xlsx": b"PK"}


@pytest.mark.parametrize("name", WITHOUT_FORM)
def test_a_single_file_of_which_only_the_file_is_judged(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(WITHOUT_FORM[name])
    run = clausula("validate", str(tmp_path / name))
    assert (run.returncode, "without a schema, only the file was judged" in run.stdout) == (3, True), run.stdout


@pytest.mark.parametrize("more", [{"path": "t.xlsx"}, {"path": "t.json"}, {"path": None, "data": ROWS}])
def test_a_table_without_a_schema_of_which_the_rows_are_not_judged(tmp_path: Path, more: dict[str, Any]) -> None:
    resource = {k: v for k, v in {**table(FIELDS), **more}.items() if v is not None and k != "schema"}
    report = check(package(tmp_path, [resource], {"t.xlsx": workbook(ROWS), "t.json": json.dumps(ROWS)}))
    (state,) = report.checked["resources"].values()
    assert (report.findings, report.complete, state["what"], state["state"]) == ([], False, "file", "in part")
    other = {key: value for key, value in resource.items() if key != "type"}
    assert check(package(tmp_path / "p", [other], {"t.xlsx": workbook(ROWS), "t.json": "{}"})).complete


def test_a_descriptor_without_resources_has_its_other_faults_named_too(tmp_path: Path) -> None:
    (tmp_path / "datapackage.json").write_text('{"resources": [], "created": 5, "name": 7}', encoding="utf-8")
    run = clausula("validate", str(tmp_path))
    assert run.returncode == 2
    assert all(says in run.stderr for says in ("has no resources", "/name: 7", "/created: 5")), run.stderr


@pytest.mark.parametrize("content", [None, "[]", "{", '{"fields": 5}'])
def test_a_schema_that_cannot_be_used(tmp_path: Path, content: str | None) -> None:
    (tmp_path / "t.csv").write_text(CSV, encoding="utf-8")
    if content is not None:
        (tmp_path / "s.json").write_text(content, encoding="utf-8")
    try:
        report = validate(tmp_path / "t.csv", ["duckdb"], schema=tmp_path / "s.json")
    except CouldNotRun as error:
        assert error.finding.code == ("missing-file" if content is None else "invalid-descriptor")
    else:
        assert report.exit_status() == 2


def test_remote_schemas_are_read_from_copies(tmp_path: Path) -> None:
    url = "https://example.org/schemas/t.json"
    root = package(tmp_path / "p", [table(FIELDS, schema={}) | {"schema": url}], {"t.csv": CSV})
    assert [f.code for f in validate(root, ["duckdb"]).findings] == ["unsupported"]
    for place in ("t.json", "example.org/schemas/t.json"):
        copy = tmp_path / "copies" / place
        copy.parent.mkdir(parents=True)
        copy.write_text(json.dumps({"fields": FIELDS}), encoding="utf-8")
        report = validate(root, ["duckdb"], schemas=tmp_path / "copies")
        assert places(report) == IN_LINE_3
        copy.unlink()
        copy.parent.rmdir()


def test_only_layers_of_clausula_are_refused(tmp_path: Path) -> None:
    root = package(tmp_path, [table(FIELDS)], {"t.csv": CSV})
    assert validate(root).checked["layers"] == ["duckdb"]
    with pytest.raises(CouldNotRun) as caught:
        validate(root, ["rules"])
    assert caught.value.finding.code == "unknown-layer"


def test_a_file_in_another_encoding_can_be_declared(tmp_path: Path) -> None:
    latin = "a,n\né,1\n".encode("latin-1")
    (found,) = check(package(tmp_path / "p", [table(FIELDS)], {"t.csv": latin})).findings
    assert (found.code, '"encoding": "windows-1252"' in found.hint) == ("encoding", True)
    declared = [table(FIELDS) | {"encoding": "windows-1252"}]
    assert check(package(tmp_path / "q", declared, {"t.csv": latin})).findings == []


def test_texts_are_refused_for_a_package_without_evidence(tmp_path: Path) -> None:
    root = package(tmp_path, [table(FIELDS)], {"t.csv": "a,n\nx,1\n"})
    assert clausula("validate", str(root)).returncode == 0
    run = clausula("validate", str(root), "--texts", str(tmp_path))
    assert (run.returncode, "error missing-evidence" in run.stderr) == (2, True)
    assert "Leave out --texts" in run.stderr
    with pytest.raises(CouldNotRun, match="nothing to verify against texts"):
        validate(root, texts=tmp_path)


def test_texts_are_refused_on_spark(tmp_path: Path) -> None:
    root = package(tmp_path, [table(FIELDS)], {"t.csv": "a,n\nx,1\n"})
    run = clausula("validate", str(root), "--engine", "spark", "--texts", str(tmp_path))
    assert (run.returncode, "which does not verify texts" in run.stderr) == (2, True)
