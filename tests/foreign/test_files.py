"""Files as others write them: dialects, encodings, columns, marks for missing values, Parquet, sizes and hashes."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clausula.core.findings import CouldNotRun
from tests.foreign.packages import V1, V2, errors, judge, one, package, table, told, unsupported

FIELDS = [{"name": "a", "type": "string"}, {"name": "n", "type": "integer"}]

DIALECTS: dict[str, tuple[dict[str, Any], str]] = {
    "semicolon": ({"delimiter": ";"}, "a;n\nx,y;1\nz;BAD\n"),
    "tab": ({"delimiter": "\t"}, "a\tn\nx\t1\nz\tBAD\n"),
    "bar": ({"delimiter": "|"}, "a|n\nx|1\nz|BAD\n"),
    "another quote": ({"quoteChar": "'"}, "a,n\n'x,''y',1\nz,BAD\n"),
    "an escape": ({"doubleQuote": False, "escapeChar": "\\"}, 'a,n\n"x\\"y",1\nz,BAD\n'),
    "version 1, nested": ({"csv": {"delimiter": ";"}}, "a;n\nx;1\nz;BAD\n"),
    "line feeds with carriage returns": ({"lineTerminator": "\r\n"}, "a,n\r\nx,1\r\nz,BAD\r\n"),
    "the defaults, said": (
        {"header": True, "headerRows": [1], "commentRows": [], "skipInitialSpace": False, "headerJoin": " "},
        "a,n\nx,1\nz,BAD\n",
    ),
}

NOT_FOLLOWED: list[dict[str, Any]] = [
    {"commentChar": "#"},
    {"commentRows": [2]},
    {"headerRows": [1, 2]},
    {"headerRows": [2]},
    {"headerJoin": "-", "headerRows": [1, 2]},
    {"skipInitialSpace": True},
    {"nullSequence": "\\N"},
    {"property": "rows"},
    {"itemType": "object"},
    {"itemKeys": ["a"]},
    {"sheetNumber": 1},
    {"sheetName": "s"},
    {"table": "t"},
    {"delimiter": "§"},
    {"something": 1},
]


@pytest.mark.parametrize("version", [V1, V2], ids=["v1", "v2"])
@pytest.mark.parametrize("name", DIALECTS)
def test_dialects(tmp_path: Path, name: str, version: dict[str, Any]) -> None:
    dialect, content = DIALECTS[name]
    root = package(tmp_path, [table(FIELDS, dialect=dialect)], {"t.csv": content}, **version)
    assert told(judge(root)) == {("type", "t", 3, "n")}


def test_without_a_header(tmp_path: Path) -> None:
    report = judge(one(tmp_path, FIELDS, "x,1\nz,BAD\n", dialect={"header": False}))
    assert told(report) == {("type", "t", 2, "n")}


def test_a_dialect_in_a_file_of_its_own_and_tsv(tmp_path: Path) -> None:
    resources = [table(FIELDS, dialect="d.json"), table(FIELDS, "u", "u.tsv")]
    files = {"d.json": '{"delimiter": ";"}', "t.csv": "a;n\nx;BAD\n", "u.tsv": "a\tn\nx\tBAD\n"}
    assert told(judge(package(tmp_path, resources, files))) == {("type", "t", 2, "n"), ("type", "u", 2, "n")}


@pytest.mark.parametrize("dialect", NOT_FOLLOWED, ids=str)
def test_a_dialect_that_is_not_followed_is_told_and_nothing_is_judged(tmp_path: Path, dialect: dict[str, Any]) -> None:
    report = judge(one(tmp_path, FIELDS, "a,n\nx,BAD\n", dialect=dialect))
    assert any("dialect" in message for message in unsupported(report))
    assert errors(report) == []


@pytest.mark.parametrize(
    "dialect", [{"delimiter": ""}, {"delimiter": ";;"}, {"quoteChar": "\n"}, {"delimiter": '"'}, []], ids=str
)
def test_a_dialect_that_cannot_be_could_not_run(tmp_path: Path, dialect: Any) -> None:
    with pytest.raises(CouldNotRun):
        judge(one(tmp_path, FIELDS, "a,n\n", dialect=dialect or [1]))


@pytest.mark.parametrize("encoding", ["utf-8", "UTF8", "latin-1", "iso-8859-1", "utf-16", "utf-16-le", "windows-1251"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    text = "a,n\nж,1\nz,BAD\n" if encoding not in ("latin-1", "iso-8859-1") else "a,n\nä,1\nz,BAD\n"
    root = one(
        tmp_path, [{**FIELDS[0], "constraints": {"maxLength": 1}}, FIELDS[1]], text.encode(encoding), encoding=encoding
    )
    assert told(judge(root)) == {("type", "t", 3, "n")}


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "utf-16"])
def test_bytes_that_are_no_text_in_the_encoding(tmp_path: Path, encoding: str) -> None:
    content = "a,n\nx,1\n".encode(encoding) + (b"\xd8\xd8\xd8" if encoding == "utf-16" else b"\xff,2\n")
    codes = {f.code for f in judge(one(tmp_path, FIELDS, content, encoding=encoding)).findings}
    assert "encoding" in codes


@pytest.mark.parametrize("encoding", ["", "x", "rot13", "base64", "zlib", "undefined", 8, None])
def test_an_encoding_that_is_none_could_not_run(tmp_path: Path, encoding: Any) -> None:
    with pytest.raises(CouldNotRun):
        judge(one(tmp_path, FIELDS, "a,n\n", encoding=encoding))


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "utf-16"])
def test_an_empty_file(tmp_path: Path, encoding: str) -> None:
    assert {f.code for f in judge(one(tmp_path, FIELDS, b"", encoding=encoding)).findings} == {"empty-file"}


MATCHES: dict[str, tuple[list[str], list[str]]] = {
    "exact": (["a,b,c"], ["a,c,b", "a,b", "a,b,c,d"]),
    "equal": (["a,b,c", "c,a,b"], ["a,b", "a,b,c,d"]),
    "subset": (["a,b,c", "d,c,b,a"], ["a,b", "a,b,d"]),
    "superset": (["a,b,c", "c,a", "b"], ["a,b,c,d", "d"]),
    "partial": (["a,b,c", "c,d", "d,b"], ["d,e"]),
}


@pytest.mark.parametrize("listed", [False, True])
@pytest.mark.parametrize("match", MATCHES)
def test_columns_and_fields(tmp_path: Path, match: str, listed: bool) -> None:
    good, bad = MATCHES[match]
    fields = [{"name": n, "type": "integer"} for n in "abc"]
    schema = {"fieldsMatch": [match] if listed else match}
    for number, header in enumerate([*good, *bad]):
        cells = ",".join("x" if name in "abc" else "1" for name in header.split(","))
        root = one(tmp_path / str(number), fields, f"{header}\n{cells}\n", schema=schema)
        codes = {f.code for f in judge(root).findings if f.line == 1}
        assert bool(codes) is (header in bad), header
        typed = {f.field for f in judge(root).findings if f.code == "type"}
        assert typed == {name for name in header.split(",") if name in "abc"}


MISSING: dict[str, tuple[dict[str, Any], list[Any] | None, dict[int, str]]] = {
    "the default": ({}, None, {2: "required", 3: "type", 4: "type"}),
    "of the schema": ({}, ["", "NA"], {2: "required", 3: "required", 4: "type"}),
    "of the schema, labelled": (
        {},
        [{"value": "NA", "label": "not asked"}, {"value": "", "label": "?"}],
        {2: "required", 3: "required", 4: "type"},
    ),
    "of the field": ({"missingValues": ["-99"]}, ["", "NA"], {2: "type", 3: "type", 4: "required"}),
    "of the field, labelled": (
        {"missingValues": [{"value": "-99", "label": "x"}, ""]},
        None,
        {2: "required", 3: "type", 4: "required"},
    ),
    "none at all": ({}, [], {2: "type", 3: "type", 4: "type"}),
}


@pytest.mark.parametrize("name", MISSING)
def test_marks_for_missing_values(tmp_path: Path, name: str) -> None:
    own, marks, expected = MISSING[name]
    field = {"name": "x", "type": "boolean", "constraints": {"required": True}, **own}
    root = one(
        tmp_path,
        [field, {"name": "y"}],
        "x,y\n,1\nNA,1\n-99,1\n1,1\n",
        schema={} if marks is None else {"missingValues": marks},
    )
    assert told(judge(root)) == {(code, "t", line, "x") for line, code in expected.items()}


def test_marks_outside_the_schema_are_told(tmp_path: Path) -> None:
    root = package(tmp_path, [table(FIELDS, missingValues=["NA"])], {"t.csv": "a,n\nx,1\n"}, missingValues=["NA"])
    assert len(unsupported(judge(root))) == 2


def parquet(columns: dict[str, pa.Array]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


def test_parquet_is_judged_by_value_and_by_column_type(tmp_path: Path) -> None:
    fields = [
        {"name": "i", "type": "integer", "constraints": {"maximum": 5, "unique": True}},
        {"name": "s", "type": "string", "format": "email"},
        {"name": "o", "type": "object"},
        {"name": "m", "missingValues": ["NA"], "constraints": {"required": True}},
        {"name": "d", "type": "date"},
        {"name": "w", "type": "boolean"},
    ]
    columns = {
        "i": pa.array([1, 7, 1, None]),
        "s": pa.array(["a@b.org", "x", None, "c@d.org"]),
        "o": pa.array(["{}", "[", "{}", "{}"]),
        "m": pa.array(["x", "NA", "y", "z"]),
        "d": pa.array([0, 1, 2, 3], pa.int32()).cast(pa.date32()),
        "w": pa.array(["true"] * 4),
    }
    report = judge(package(tmp_path, [table(fields, path="a=1/[t]*.parquet")], {"a=1/[t]*.parquet": parquet(columns)}))
    assert {(f.code, f.row, f.field) for f in report.findings} == {
        *{("maximum", 2, "i"), ("unique", 3, "i"), ("type", 2, "s"), ("type", 2, "o"), ("required", 2, "m")},
        ("column-type-mismatch", None, None),
    }


def test_references_between_csv_and_parquet(tmp_path: Path) -> None:
    def refers(to: str) -> dict[str, Any]:
        return {"foreignKeys": [{"fields": "k", "reference": {"resource": to, "fields": "k"}}]}

    fields = [{"name": "k", "type": "integer"}, {"name": "d", "type": "date"}]
    resources = [table(fields, "c", "c.csv", schema=refers("p")), table(fields, "p", "p.parquet", schema=refers("c"))]
    dates = pa.array([0, 1, 2], pa.int32()).cast(pa.date32())
    files = {"c.csv": "k,d\n01,\n2,\n4,\nx,\n", "p.parquet": parquet({"k": pa.array([1, 2, 3]), "d": dates})}
    report = judge(package(tmp_path, resources, files))
    assert {(f.code, f.table, f.row) for f in report.findings} == {
        *{("foreign-key", "c", 3), ("foreign-key", "c", 4), ("type", "c", 4), ("foreign-key", "p", 3)}
    }


def test_a_parquet_file_that_is_none(tmp_path: Path) -> None:
    root = package(tmp_path, [table(FIELDS, path="t.parquet")], {"t.parquet": b"PAR1 no"})
    assert {f.code for f in judge(root).findings} == {"unreadable-file"}


def test_names_of_files_are_no_patterns(tmp_path: Path) -> None:
    """`[1]`, `*` and `?` in a name are letters; `k=v` in a folder adds no column."""
    names = ["[1].csv", "*.csv", "?.csv", "n=5/t.csv", "it's.csv", "a b;--.csv"]
    resources = [table(FIELDS, f"t{i}", name) for i, name in enumerate(names)]
    files = {**dict.fromkeys(names, "a,n\nx,BAD\n"), "1.csv": "a,n\nx,1\n", "z.csv": "a,n\nx,1\n"}
    report = judge(package(tmp_path, resources, files))
    assert told(report) == {("type", f"t{i}", 2, "n") for i in range(len(names))}
    assert {t["rows"] for t in report.checked["tables"].values()} == {1}


ELSEWHERE: dict[str, dict[str, Any]] = {
    "remote": {"path": "https://example.org/t.csv"},
    "ftp": {"path": "ftp://example.org/t.csv"},
    "file address": {"path": "file:///etc/passwd"},
    "several parts": {"path": ["t.csv", "t2.csv"]},
    "extra parts": {"extrapaths": ["t2.csv"]},
    "inline data": {"path": None, "data": [["a", "n"], ["x", "BAD"]]},
    "compressed": {"path": "t.csv.gz"},
    "compressed, said": {"compression": "zip"},
    "another format": {"path": "t.xlsx"},
    "another format, said": {"format": "json"},
    "no schema": {"schema": None},
    "remote schema": {"schema": "https://example.org/s.json"},
    "remote dialect": {"dialect": "https://example.org/d.json"},
}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_what_is_not_read_is_told_and_the_others_are_judged(tmp_path: Path, name: str) -> None:
    first = {k: v for k, v in {**table(FIELDS), **ELSEWHERE[name]}.items() if v is not None}
    resources = [first, table(FIELDS, "u", "u.csv")]
    root = package(tmp_path, resources, {"t.csv": "a,n\nx,1\n", "u.csv": "a,n\nx,BAD\n"})
    report = judge(root)
    assert len(unsupported(report)) == 1
    assert {(f.code, f.table) for f in errors(report)} == {("type", "u")}


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256", "sha512"])
def test_size_and_hash(tmp_path: Path, algorithm: str) -> None:
    content = b"a,n\nx,1\n"
    stated = hashlib.new(algorithm, content).hexdigest()
    stated = stated if algorithm == "md5" else f"{algorithm}:{stated}"
    good = one(tmp_path / "good", FIELDS, content, hash=stated, bytes=len(content))
    bad = one(tmp_path / "bad", FIELDS, content.replace(b"x", b"yy"), hash=stated, bytes=len(content))
    assert judge(good).findings == []
    assert {f.code for f in judge(bad).findings} == {"hash", "size"}


def test_a_hash_that_nobody_knows_is_told(tmp_path: Path) -> None:
    assert unsupported(judge(one(tmp_path, FIELDS, "a,n\nx,1\n", hash="crc32:1"))) != []


def test_both_layers_agree_on_a_package_of_several_tables(tmp_path: Path) -> None:
    schema = '{"fields": [{"name": "k", "type": "integer"}, {"name": "s"}], "primaryKey": "k"}'
    refers = {"foreignKeys": [{"fields": ["n"], "reference": {"resource": "k", "fields": ["k"]}}]}
    resources = [
        {"name": "k", "path": ["k.csv"], "schema": "k.json", "profile": "https://example.org/p.json"},
        table(FIELDS, schema=refers, encoding="latin-1", dialect={"delimiter": ";"}),
        table(FIELDS, "p", "p.parquet"),
    ]
    files = {"k.json": schema, "k.csv": "k,s\n1,x\n1,y\n", "t.csv": "a;n\nä;1\nx;9\nx;BAD\n".encode("latin-1")}
    files["p.parquet"] = parquet({"a": pa.array(["x"]), "n": pa.array([1])})
    report = judge(package(tmp_path, resources, files, profile="https://example.org/p.json"), "duckdb", "frictionless")
    assert {(f.code, f.table, f.line, f.field, f.layers) for f in report.findings} == {
        ("primary-key", "k", 3, "k", ("duckdb", "frictionless")),
        ("foreign-key", "t", 3, "n", ("duckdb", "frictionless")),
        ("foreign-key", "t", 4, "n", ("duckdb",)),  # to frictionless a cell without a value refers to nothing
        ("type", "t", 4, "n", ("duckdb", "frictionless")),
    }
