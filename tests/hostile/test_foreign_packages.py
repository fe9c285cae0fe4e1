"""Hostile foreign packages: each quickly ends in a finding with a code, and nothing outside is accessed."""

from __future__ import annotations

import gzip
import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.foreign.packages import package, single_table, table
from tests.hostile.sandbox import Sandbox
from tests.pairs import chosen

FIELDS = [{"name": "a", "type": "string"}, {"name": "n", "type": "integer"}]
GOOD = "a,n\nx,1\n"
LAYERS = ("duckdb",)
Make = Callable[[Path], Any]


def raw(text: str | bytes) -> Make:
    """Return a maker of a package with these bytes as descriptor."""

    def make(root: Path) -> None:
        root.mkdir()
        (root / "datapackage.json").write_bytes(text if isinstance(text, bytes) else text.encode())
        (root / "t.csv").write_text(GOOD)

    return make


def descriptor(part: str) -> Make:
    """Return a maker of a package whose resource contains text that json.dumps would not write."""
    head = '{"resources": [{"name": "t", "path": "t.csv", "schema": {"fields": [{"name": "a"}, {"name": "n"}]}, '
    return raw(head + part + "}]}")


def constrained(part: str) -> Make:
    return raw(
        '{"resources": [{"name": "t", "path": "t.csv", "schema": {"fields": [{"name": "a"}, '
        '{"name": "n", "type": "number", "constraints": {' + part + "}}]}}]}"
    )


def content(text: bytes | str, **more: Any) -> Make:
    """Return a maker of a package with these bytes as CSV file."""
    return lambda root: single_table(root, FIELDS, text, **more)


def fields(*given: dict[str, Any], text: str = GOOD, **more: Any) -> Make:
    return lambda root: single_table(root, list(given), text, **more)


def special(put: Callable[[Path], Any], path: str = "t.csv", more: dict[str, Any] | None = None) -> Make:
    """Return a maker of a package in which the path of the table is not a regular file."""

    def make(root: Path) -> None:
        root.mkdir()
        package(root, [table(FIELDS, path=path, **(more or {}))], {})
        put(root / path)

    return make


def outside(path: str, link: bool = False) -> Make:
    """Return a maker of a package that refers to a file outside its folder."""

    def make(root: Path) -> None:
        root.mkdir()
        (root.parent / "secret.csv").write_text("a,n\nSECRET,x\n")
        given = path.replace("{parent}", str(root.parent))
        package(root, [table(FIELDS, path="t.csv" if link else given)], {})
        if link:
            (root / "t.csv").symlink_to(given)

    return make


def parquet(change: Callable[[bytes], bytes], kinds: list[dict[str, Any]] = FIELDS) -> Make:
    def make(root: Path) -> None:
        out = io.BytesIO()
        pq.write_table(pa.table({"a": ["x"] * 1000, "n": pa.array(range(1000))}), out)
        package(root, [table(kinds, path="t.parquet")], {"t.parquet": change(out.getvalue())})

    return make


def overwritten(offset: int, value: bytes) -> Callable[[bytes], bytes]:
    """Return a change that overwrites bytes of a Parquet file, counted from its end."""
    return lambda good: good[:offset] + value + good[len(good) + offset + len(value) :]


def packed(root: Path) -> None:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("t.csv", b"a,n\n" + b"x,1\n" * 1_000_000)
    package(root, [table(FIELDS, path="t.csv.zip")], {"t.csv.zip": body.getvalue()})


def bomb(root: Path) -> None:
    package(root, [table(FIELDS, path="t.csv.gz")], {"t.csv.gz": gzip.compress(b"a,n\n" + b"x,1\n" * 5_000_000)})


def wide(width: int) -> Make:
    names = [f"c{i}" for i in range(width)]
    text = ",".join(names) + "\n" + ",".join("1" * width) + "\n" + ",".join("x" * width) + "\n"
    return lambda root: single_table(root, [{"name": n, "type": "integer"} for n in names], text)


def many(**field: Any) -> Make:
    listed = [f"v{i}" for i in range(100_000)]
    given = {"name": "a", **{k: {"enum": listed} if v == "ENUM" else listed for k, v in field.items()}}
    return fields(given, FIELDS[1], text="a,n\nv99999,1\nno,2\n")


NESTED = '{"a": ' * 50_000 + "1" + "}" * 50_000
SELF_REFERENCE = {"foreignKeys": [{"fields": ["a"], "reference": {"resource": "", "fields": ["a"]}}]}

CASES: dict[str, tuple[Make, set[str]]] = {
    "nested JSON": (raw(NESTED), {"invalid-descriptor"}),
    "nested JSON in the schema": (descriptor(f'"x": {"[" * 50_000}'), {"invalid-descriptor"}),
    "JSON nested to an accepted depth": (descriptor(f'"x": {"[" * 900}{"]" * 900}'), set()),
    "a number of 10,000 digits": (constrained('"minimum": ' + "9" * 10_000), {"invalid-descriptor"}),
    "a number outside the range of doubles": (constrained('"minimum": 1e999'), {"invalid-descriptor"}),
    "a number of 1,000 digits": (constrained('"maximum": ' + "9" * 1000), set()),
    "NaN": (constrained('"minimum": NaN'), {"invalid-descriptor"}),
    "Infinity": (constrained('"maximum": Infinity'), {"invalid-descriptor"}),
    "a huge length": (
        fields({"name": "a", "constraints": {"maxLength": 10**40}}, FIELDS[1]),
        set(),
    ),
    "a duplicate key": (descriptor('"x": 1, "x": 2'), {"invalid-descriptor"}),
    "a lone surrogate": (descriptor('"x": "\\ud800"'), {"invalid-descriptor"}),
    "a lone surrogate in a key": (descriptor('"\\udfff": 1'), {"invalid-descriptor"}),
    "a lone surrogate, as bytes": (raw(b'{"x": "\xed\xa0\x80"}'), {"invalid-descriptor"}),
    "a descriptor with a byte order mark": (raw(b'\xef\xbb\xbf{"resources": []}'), {"invalid-descriptor"}),
    "a descriptor in UTF-16": (raw('{"resources": []}'.encode("utf-16")), {"invalid-descriptor"}),
    "a descriptor with NUL": (raw('{"resources"\0: []}'), {"invalid-descriptor"}),
    "an empty descriptor": (raw(""), {"invalid-descriptor"}),
    "resources that name the descriptor": (raw('{"resources": "datapackage.json"}'), {"invalid-descriptor"}),
    "a schema that is its descriptor": (
        raw('{"resources": [{"name": "t", "path": "t.csv", "schema": "datapackage.json"}]}'),
        {"invalid-descriptor"},
    ),
    "a schema that refers to itself": (
        fields({"$ref": "#/fields/0", "name": "a"}, {"name": "n", "$ref": "datapackage.json"}),
        set(),
    ),
    "a reference to itself": (fields(*FIELDS, schema=SELF_REFERENCE), set()),
    "a reference to an unknown table": (
        fields(*FIELDS, schema={"foreignKeys": [{"fields": "a", "reference": {"resource": "x", "fields": "a"}}]}),
        {"invalid-descriptor"},
    ),
    "CSV with a byte order mark": (content(b"\xef\xbb\xbf" + GOOD.encode()), {"byte-order-mark"}),
    "CSV in UTF-16": (content(GOOD.encode("utf-16")), {"encoding", "nul-byte"}),
    "CSV with NUL": (content("a,n\nx\0,1\n"), {"nul-byte"}),
    "CSV of NUL bytes only": (content(b"\0" * 100_000), {"nul-byte"}),
    "CSV of quotes": (content('"' * 100_001), {"unterminated-quote"}),
    "CSV of commas": (content("," * 100_000 + "\n"), {"missing-column"}),
    "CSV of line feeds": (content("\n" * 100_000), {"missing-column"}),
    "CSV of carriage returns": (content("a,n\r" + "x,1\r" * 10_000), set()),
    "CSV of all line endings": (content("a,n\r\n" + "x,1\r" * 1000 + "y,2\n"), {"mixed-line-endings"}),
    "a cell of 10 MB": (content("a,n\n" + "x" * 10_000_000 + ",1\n"), {"field-too-large"}),
    "a header of 10 MB": (content("x" * 10_000_000 + ",n\n"), {"field-too-large"}),
    "an open quote before 10 MB": (content('a,n\n"' + "x\n" * 5_000_000), {"field-too-large"}),
    "an integer of 100,000 digits": (content("a,n\nx," + "9" * 100_000 + "\n"), set()),
    "an empty file": (content(""), {"empty-file"}),
    "a header without a line ending": (content("a,n"), set()),
    "100 columns": (wide(100), {"type"}),
    "1,000 columns": (wide(1000), {"type"}),
    "10,000 columns": (wide(10_000), {"unsupported"}),
    "10^5 categories": (many(categories="LISTED"), {"enum"}),
    "an enum of 10^5 values": (many(constraints="ENUM"), {"enum"}),
    "10^5 missing values in the schema": (many(missingValues="LISTED"), set()),
    "a folder in place of a file": (special(lambda path: path.mkdir()), {"special-file"}),
    "a pipe in place of a file": (special(os.mkfifo), {"special-file"}),
    "a pipe in place of a Parquet file": (special(os.mkfifo, "t.parquet"), {"special-file"}),
    "a pipe with a hash": (special(os.mkfifo, more={"hash": "sha256:0", "bytes": 5}), {"special-file"}),
    "an endless device": (special(lambda path: path.symlink_to("/dev/zero")), {"invalid-descriptor", "unsafe-path"}),
    "a broken link": (special(lambda path: path.symlink_to("none.csv")), {"missing-file"}),
    "a link to itself": (special(lambda path: path.symlink_to(path)), {"unsafe-path"}),
    "a path to the parent folder": (outside("../secret.csv"), {"unsafe-path"}),
    "a hidden path to the parent folder": (outside("x/../../secret.csv"), {"unsafe-path"}),
    "an absolute path": (outside("{parent}/secret.csv"), {"unsafe-path"}),
    "a link that leads outside": (outside("{parent}/secret.csv", link=True), {"unsafe-path"}),
    "a URL": (outside("https://127.0.0.1:9/t.csv"), {"unsupported"}),
    "a bucket URL": (outside("s3://bucket/t.csv"), {"unsupported"}),
    "a file URL": (outside("file://{parent}/secret.csv"), {"unsupported"}),
    "a URL without slashes": (outside("file:t.csv"), {"missing-file"}),
    "a drive letter": (outside("C:\\t.csv"), {"unsafe-path"}),
    "a home folder": (outside("~/t.csv"), {"unsafe-path"}),
    "a path with NUL": (outside("t\0.csv"), {"unsafe-path"}),
    "a path of 10,000 letters": (outside("x" * 10_000), {"missing-file", "unsupported", "unsafe-path"}),
    "a compressed file": (bomb, set()),
    "a zip": (packed, set()),
    "a compressed file named .csv": (content(gzip.compress(GOOD.encode())), {"encoding"}),
    "truncated Parquet": (parquet(lambda good: good[: len(good) // 2]), {"unreadable-file"}),
    "Parquet without its end": (parquet(lambda good: good[:-4]), {"unreadable-file"}),
    "an empty Parquet file": (parquet(lambda good: b""), {"unreadable-file"}),
    "Parquet with overwritten bytes": (
        parquet(lambda good: good[:8] + b"\xff" * 200 + good[208:]),
        {"unreadable-file"},
    ),
    "Parquet with a footer longer than the file": (parquet(overwritten(-8, b"\xff\xff\xff\x7f")), {"unreadable-file"}),
    "Parquet with a footer of no bytes": (parquet(overwritten(-8, b"\0\0\0\0")), {"unreadable-file"}),
    "Parquet that claims more rows": (
        parquet(lambda good: good.replace(b"\xd0\x0f", b"\xd0\x7f")),
        {"unreadable-file"},
    ),
    "CSV named .parquet": (parquet(lambda good: GOOD.encode()), {"unreadable-file"}),
    "Parquet named .csv": (
        lambda root: single_table(root, FIELDS, b"PAR1" + b"\x15\0\x15\xff\n" * 50 + b"PAR1"),
        {"encoding"},
    ),
    "names that differ in case": (
        fields({"name": "A"}, {"name": "a"}, text="A,a\n1,2\n"),
        set(),
    ),
    "tables that differ in case": (
        lambda root: package(root, [table(FIELDS, "T"), table(FIELDS, "t")], {"t.csv": GOOD}),
        set(),
    ),
    "reserved words": (
        lambda root: package(
            root,
            [
                table(
                    [{"name": "select"}, {"name": "from", "type": "integer", "constraints": {"unique": True}}],
                    "table",
                    schema={"primaryKey": ["select"]},
                )
            ],
            {"t.csv": "select,from\nx,1\nx,1\n"},
        ),
        {"primary-key", "unique"},
    ),
}


LARGE = {
    "CSV of commas",
    "CSV of line feeds",
    "a header of 10 MB",
    "an open quote before 10 MB",
    "1,000 columns",
    "10,000 columns",
    "10^5 categories",
    "10^5 missing values in the schema",
    "a zip",
}
"""Cases that take seconds; `make test` has a smaller one, or one other, of each kind."""


@pytest.mark.parametrize("name", chosen(CASES, CASES.keys() - LARGE))
def test_hostile_package_ends_in_a_finding(sandbox: Sandbox, tmp_path: Path, name: str) -> None:
    make, expected = CASES[name]
    root = tmp_path / "package"
    make(root)
    outcome = sandbox.validate(root, *LAYERS)
    assert outcome.codes & expected if expected else outcome.status in (0, 1, 3)
    assert "SECRET" not in outcome.out + outcome.err
