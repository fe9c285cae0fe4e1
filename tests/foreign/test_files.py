"""Files of foreign packages: dialects, encodings, columns, missing values, Parquet, sizes and hashes."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.foreign.packages import V1, V2, check, errors, locations, package, single_table, table, unsupported

FIELDS = [{"name": "a", "type": "string"}, {"name": "n", "type": "integer"}]

DIALECTS: dict[str, tuple[dict[str, Any], str]] = {
    "semicolon": ({"delimiter": ";"}, "a;n\nx,y;1\nz;BAD\n"),
    "tab": ({"delimiter": "\t"}, "a\tn\nx\t1\nz\tBAD\n"),
    "bar": ({"delimiter": "|"}, "a|n\nx|1\nz|BAD\n"),
    "another quote": ({"quoteChar": "'"}, "a,n\n'x,''y',1\nz,BAD\n"),
    "an escape": ({"doubleQuote": False, "escapeChar": "\\"}, 'a,n\n"x\\"y",1\nz,BAD\n'),
    "version 1, nested": ({"csv": {"delimiter": ";"}}, "a;n\nx;1\nz;BAD\n"),
    "line feeds with carriage returns": ({"lineTerminator": "\r\n"}, "a,n\r\nx,1\r\nz,BAD\r\n"),
    "the defaults, stated": (
        {"header": True, "headerRows": [1], "commentRows": [], "skipInitialSpace": False, "headerJoin": " "},
        "a,n\nx,1\nz,BAD\n",
    ),
}

SPECIAL_DIALECTS: dict[str, tuple[dict[str, Any], str, int]] = {
    "comments": ({"commentChar": "#"}, "# note\na,n\n#x,1\nx,1\nz,BAD\n", 5),
    "comments with a quotation mark": ({"commentChar": "//"}, 'a,n\n// "x\nx,1\nz,BAD\n', 4),
    "rows that are comments": ({"commentRows": [1, 3]}, "note\na,n\nnote\nx,1\nz,BAD\n", 5),
    "a later header": ({"headerRows": [3]}, "note\n\na,n\nx,1\nz,BAD\n", 5),
    "a header of two rows": ({"headerRows": [1, 2]}, "fruit\na,n\nx,1\nz,BAD\n", 4),
    "a header of two rows, joined": ({"headerRows": [1, 2], "headerJoin": "-"}, "fruit\na,n\nx,1\nz,BAD\n", 4),
    "spaces after the delimiter": ({"skipInitialSpace": True}, 'a, n\n"x", 1\nz, BAD\n', 3),
    "a null sequence": ({"nullSequence": "NA"}, "a,n\nx,NA\nz,BAD\n", 3),
    "a delimiter of two characters": ({"delimiter": "||"}, 'a||n\n"x||y"||1\nz||BAD\n', 3),
    "a delimiter outside ASCII": ({"delimiter": "§"}, "a§n\nx§1\nz§BAD\n", 3),
    "another end of rows": ({"lineTerminator": ";"}, "a,n;x,1;z,BAD", 3),
    "no quotation marks": ({"quoteChar": ""}, 'a,n\n"x,1\nz,BAD\n', 3),
    "an escape without quotation marks": ({"escapeChar": "|"}, "a,n\nx|,y,1\nz,BAD\n", 3),
    "names in another case": ({"caseSensitiveHeader": False}, "A,N\nx,1\nz,BAD\n", 3),
    "properties of other formats": ({"property": "rows", "sheetName": "s", "table": "t"}, "a,n\nx,1\nz,BAD\n", 3),
    "unknown properties": ({"something": 1}, "a,n\nx,1\nz,BAD\n", 3),
}


@pytest.mark.parametrize("name", SPECIAL_DIALECTS)
def test_special_dialects(tmp_path: Path, name: str) -> None:
    dialect, content, line = SPECIAL_DIALECTS[name]
    joined = dialect.get("headerJoin", " ")
    fields = [{**f, "name": f"fruit{joined}{f['name']}"} for f in FIELDS] if "of two rows" in name else FIELDS
    report = check(single_table(tmp_path, fields, content, dialect=dialect))
    assert [(f.code, f.line, f.column, f.value) for f in report.findings] == [("type", line, 2, "BAD")]
    assert report.complete


@pytest.mark.parametrize("version", [V1, V2], ids=["v1", "v2"])
@pytest.mark.parametrize("name", DIALECTS)
def test_dialects(tmp_path: Path, name: str, version: dict[str, Any]) -> None:
    dialect, content = DIALECTS[name]
    report = check(package(tmp_path, [table(FIELDS, dialect=dialect)], {"t.csv": content}, **version))
    assert [(f.code, f.line, f.field) for f in errors(report)] == [("type", 3, "n")]
    warned = [f.message for f in report.findings if f.severity == "warning"]
    assert all("which the standard has a default" in message for message in warned)
    assert not (warned and version == V2)


def test_without_a_header(tmp_path: Path) -> None:
    report = check(single_table(tmp_path, FIELDS, "x,1\nz,BAD\n", dialect={"header": False}))
    assert locations(report) == {("type", "t", 2, "n")}


def test_dialect_in_separate_file_and_tsv(tmp_path: Path) -> None:
    resources = [table(FIELDS, dialect="d.json"), table(FIELDS, "u", "u.tsv")]
    files = {"d.json": '{"delimiter": ";"}', "t.csv": "a;n\nx;BAD\n", "u.tsv": "a\tn\nx\tBAD\n"}
    assert locations(check(package(tmp_path, resources, files))) == {("type", "t", 2, "n"), ("type", "u", 2, "n")}


@pytest.mark.parametrize(
    "dialect",
    [{"delimiter": ""}, {"quoteChar": "\n"}, {"quoteChar": "ab"}, {"delimiter": '"'}, {"header": 1}, []],
    ids=str,
)
def test_table_of_an_invalid_dialect_is_not_judged(tmp_path: Path, dialect: Any) -> None:
    resources = [table(FIELDS, dialect=dialect or [1]), table(FIELDS, "u", "u.csv")]
    report = check(package(tmp_path, resources, {"t.csv": "a,n\n", "u.csv": "a,n\nx,BAD\n"}))
    assert {(f.code, f.line) for f in report.findings} == {("invalid-descriptor", None), ("type", 2)}
    assert [one["state"] for one in report.checked["resources"].values()] == ["not judged", "judged"]


@pytest.mark.parametrize("encoding", ["utf-8", "UTF8", "latin-1", "iso-8859-1", "utf-16", "utf-16-le", "windows-1251"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    text = "a,n\nж,1\nz,BAD\n" if encoding not in ("latin-1", "iso-8859-1") else "a,n\nä,1\nz,BAD\n"
    root = single_table(
        tmp_path, [{**FIELDS[0], "constraints": {"maxLength": 1}}, FIELDS[1]], text.encode(encoding), encoding=encoding
    )
    assert locations(check(root)) == {("type", "t", 3, "n")}


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "utf-16"])
def test_bytes_that_are_invalid_in_the_encoding(tmp_path: Path, encoding: str) -> None:
    content = "a,n\nx,1\n".encode(encoding) + (b"\xd8\xd8\xd8" if encoding == "utf-16" else b"\xff,2\n")
    codes = {f.code for f in check(single_table(tmp_path, FIELDS, content, encoding=encoding)).findings}
    assert "encoding" in codes


@pytest.mark.parametrize("content", [b"a,n\n", "a,n\nx,1\n".encode("utf-16-le")])
def test_utf_16_without_a_byte_order_mark(tmp_path: Path, content: bytes) -> None:
    report = check(single_table(tmp_path, FIELDS, content, encoding="utf-16"))
    assert "encoding" in {f.code for f in report.findings}


@pytest.mark.parametrize("key", ["hash", "bytes", "name", "format", "dialect"])
@pytest.mark.parametrize("value", [[], [1], 1.5, True, None])
def test_property_of_the_wrong_kind_is_no_traceback(tmp_path: Path, key: str, value: Any) -> None:
    root = single_table(tmp_path, FIELDS, "a,n\nx,1\n", **{key: value})
    assert any(f.code in ("invalid-descriptor", "unsupported") for f in check(root).findings)


@pytest.mark.parametrize("encoding", ["", "x", "rot13", "base64", "zlib", "undefined", 8])
def test_table_in_an_unknown_encoding_is_not_judged(tmp_path: Path, encoding: Any) -> None:
    report = check(single_table(tmp_path, FIELDS, "a,n\n", encoding=encoding))
    assert {f.code for f in report.findings} == {"invalid-descriptor"}
    assert report.exit_status() == 2


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "utf-16"])
def test_empty_file(tmp_path: Path, encoding: str) -> None:
    assert {f.code for f in check(single_table(tmp_path, FIELDS, b"", encoding=encoding)).findings} == {"empty-file"}


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
        root = single_table(tmp_path / str(number), fields, f"{header}\n{cells}\n", schema=schema)
        codes = {f.code for f in check(root).findings if f.line == 1}
        assert bool(codes) is (header in bad), header
        typed = {f.field for f in check(root).findings if f.code == "type"}
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
        {"missingValues": [{"value": "-99", "label": "x"}, {"value": ""}]},
        None,
        {2: "required", 3: "type", 4: "required"},
    ),
    "none at all": ({}, [], {2: "type", 3: "type", 4: "type"}),
}


@pytest.mark.parametrize("name", MISSING)
def test_missing_values(tmp_path: Path, name: str) -> None:
    own, marks, expected = MISSING[name]
    field = {"name": "x", "type": "boolean", "constraints": {"required": True}, **own}
    root = single_table(
        tmp_path,
        [field, {"name": "y"}],
        "x,y\n,1\nNA,1\n-99,1\n1,1\n",
        schema={} if marks is None else {"missingValues": marks},
    )
    assert locations(check(root)) == {(code, "t", line, "x") for line, code in expected.items()}


def test_missing_values_outside_the_schema_are_reported(tmp_path: Path) -> None:
    root = package(tmp_path, [table(FIELDS, missingValues=["NA"])], {"t.csv": "a,n\nx,1\n"}, missingValues=["NA"])
    assert len(unsupported(check(root))) == 2


def parquet(columns: dict[str, pa.Array]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out)
    return out.getvalue()


def test_parquet_is_checked_by_value_and_by_column_type(tmp_path: Path) -> None:
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
    report = check(package(tmp_path, [table(fields, path="a=1/[t]*.parquet")], {"a=1/[t]*.parquet": parquet(columns)}))
    assert {(f.code, f.row, f.field) for f in report.findings} == {
        *{("maximum", 2, "i"), ("unique", 3, "i"), ("type", 2, "s"), ("type", 2, "o"), ("required", 2, "m")},
        ("column-type-mismatch", None, "w"),
    }


def test_references_between_csv_and_parquet(tmp_path: Path) -> None:
    def reference(to: str) -> dict[str, Any]:
        return {"foreignKeys": [{"fields": "k", "reference": {"resource": to, "fields": "k"}}]}

    fields = [{"name": "k", "type": "integer"}, {"name": "d", "type": "date"}]
    resources = [
        table(fields, "c", "c.csv", schema=reference("p")),
        table(fields, "p", "p.parquet", schema=reference("c")),
    ]
    dates = pa.array([0, 1, 2], pa.int32()).cast(pa.date32())
    files = {"c.csv": "k,d\n01,\n2,\n4,\nx,\n", "p.parquet": parquet({"k": pa.array([1, 2, 3]), "d": dates})}
    report = check(package(tmp_path, resources, files))
    assert {(f.code, f.table, f.row) for f in report.findings} == {
        *{("foreign-key", "c", 3), ("foreign-key", "c", 4), ("type", "c", 4), ("foreign-key", "p", 3)}
    }


def test_invalid_parquet_file(tmp_path: Path) -> None:
    root = package(tmp_path, [table(FIELDS, path="t.parquet")], {"t.parquet": b"PAR1 no"})
    assert {f.code for f in check(root).findings} == {"unreadable-file"}


def test_file_names_are_not_patterns(tmp_path: Path) -> None:
    """`[1]`, `*` and `?` in a name are literal, and a folder named `k=v` adds no column."""
    names = ["[1].csv", "*.csv", "?.csv", "n=5/t.csv", "it's.csv", "a b;--.csv"]
    resources = [table(FIELDS, f"t{i}", name) for i, name in enumerate(names)]
    files = {**dict.fromkeys(names, "a,n\nx,BAD\n"), "1.csv": "a,n\nx,1\n", "z.csv": "a,n\nx,1\n"}
    report = check(package(tmp_path, resources, files))
    assert locations(report) == {("type", f"t{i}", 2, "n") for i in range(len(names))}
    assert {t["rows"] for t in report.checked["tables"].values()} == {1}


UNSUPPORTED_RESOURCES: dict[str, dict[str, Any]] = {
    "remote": {"path": "https://example.org/t.csv"},
    "ftp": {"path": "ftp://example.org/t.csv"},
    "file URL": {"path": "file:///etc/passwd"},
    "files of several formats": {"path": ["t.csv", "t2.parquet"]},
    "a remote part": {"path": ["t.csv", "https://example.org/t2.csv"]},
    "a hash of several files": {"path": ["t.csv", "t.csv"], "hash": "0" * 32},
    "another compression": {"path": "t.csv.bz2"},
    "another compression, as stated": {"compression": "xz"},
    "another format": {"path": "t.sav"},
    "another format, as stated": {"format": "dta"},
    "remote schema": {"schema": "https://example.org/s.json"},
    "remote dialect": {"dialect": "https://example.org/d.json"},
}


@pytest.mark.parametrize("name", UNSUPPORTED_RESOURCES)
def test_unsupported_resource_is_reported_and_others_are_checked(tmp_path: Path, name: str) -> None:
    first = {k: v for k, v in {**table(FIELDS), **UNSUPPORTED_RESOURCES[name]}.items() if v is not None}
    resources = [first, table(FIELDS, "u", "u.csv")]
    files = dict.fromkeys(("t.csv", "t2.parquet", "t.csv.bz2", "t.sav"), "a,n\nx,1\n")
    root = package(tmp_path, resources, {**files, "u.csv": "a,n\nx,BAD\n"})
    report = check(root)
    assert len(unsupported(report)) == 1
    assert {(f.code, f.table) for f in errors(report) if f.code != "invalid-descriptor"} == {("type", "u")}
    states = [one["state"] for one in report.checked["resources"].values()]
    assert states == ["in part" if "hash" in name else "not judged", "judged"]


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha256", "sha512"])
def test_size_and_hash(tmp_path: Path, algorithm: str) -> None:
    content = b"a,n\nx,1\n"
    stated = hashlib.new(algorithm, content).hexdigest()
    stated = stated if algorithm == "md5" else f"{algorithm}:{stated}"
    good = single_table(tmp_path / "good", FIELDS, content, hash=stated, bytes=len(content))
    bad = single_table(tmp_path / "bad", FIELDS, content.replace(b"x", b"yy"), hash=stated, bytes=len(content))
    assert check(good).findings == []
    assert {f.code for f in check(bad).findings} == {"hash", "size"}


def test_unknown_hash_algorithm_is_reported(tmp_path: Path) -> None:
    assert unsupported(check(single_table(tmp_path, FIELDS, "a,n\nx,1\n", hash="crc32:1"))) != []
