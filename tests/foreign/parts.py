"""Tables in several files, each with something wrong or unusual in one of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FIELDS: list[dict[str, Any]] = [
    {"name": "id", "type": "integer", "constraints": {"required": True}},
    {"name": "form", "type": "string", "constraints": {"pattern": "[a-z]+( [a-z]+)*"}},
    {"name": "actor", "type": "string"},
    {"name": "mail", "type": "string", "format": "email"},
]
SCHEMA: dict[str, Any] = {
    "fields": FIELDS,
    "primaryKey": "id",
    "foreignKeys": [{"fields": "actor", "reference": {"resource": "actors", "fields": "id"}}],
}
HEADER = b"id,form,actor,mail\n"
FIRST = HEADER + b"1,act,a1,\n2,act,a2,x@example.org\n"
SECOND = HEADER + b"3,act,a1,\n4,act,a2,\n"

PARTS: dict[str, tuple[list[bytes], set[tuple[str, str, int | None, int | None]]]] = {
    "clean": ([FIRST, SECOND], set()),
    "poisoned in the second file": (
        [FIRST, HEADER + b"3,ACT,a1,\n,act,a9,\n5,act,a1,mail\n1,act,a1,\n"],
        {
            ("pattern", "t1.csv", 3, 2),
            ("required", "t1.csv", 4, 3),
            ("foreign-key", "t1.csv", 4, 3),
            ("type", "t1.csv", 5, 4),
            ("primary-key", "t1.csv", 6, 5),
        },
    ),
    "poisoned in each file": (
        [HEADER + b"1,A,a1,\n2,act,a1,\n", HEADER + b"3,A,a1,\n", HEADER + b"4,act,a1,\nx,act,a1,\n"],
        {("pattern", "t0.csv", 1, 2), ("pattern", "t1.csv", 3, 2), ("type", "t2.csv", 5, 3)},
    ),
    "cells of several lines": (
        [HEADER + b'1,"act\nact",a1,\n2,act,a1,\n', HEADER + b'3,act,"a1",\n4,act,"a\n\n9",\n5,A,a1,\n'],
        {("pattern", "t0.csv", 1, 2), ("foreign-key", "t1.csv", 4, 3), ("pattern", "t1.csv", 5, 6)},
    ),
    "no line feed at the end": (
        [FIRST.rstrip(), HEADER + b"3,act,a1,\n4,A,a1,"],
        {("pattern", "t1.csv", 4, 3)},
    ),
    "carriage returns": (
        [FIRST, SECOND.replace(b"\n", b"\r\n").replace(b"4,act", b"4,A"), HEADER + b"5,A,a1,\n"],
        {("pattern", "t1.csv", 4, 3), ("pattern", "t2.csv", 5, 2)},
    ),
    "a file without rows": ([HEADER, FIRST, HEADER, SECOND.replace(b"4,act", b"4,A")], {("pattern", "t3.csv", 4, 3)}),
    "an empty file": (
        [FIRST, b"", SECOND.replace(b"4,act", b"4,A")],
        {("empty-file", "t1.csv", None, 1), ("pattern", "t2.csv", 4, 3)},
    ),
    "a missing file": (
        [FIRST, b"missing", SECOND.replace(b"4,act", b"4,A")],
        {("missing-file", "t1.csv", None, None), ("pattern", "t2.csv", 4, 3)},
    ),
    "a ragged row": (
        [FIRST, HEADER + b"3,act\n4,A,a1,\n", HEADER + b"5,act,a1,,x\n6,A,a1,\n"],
        {
            ("ragged-row", "t1.csv", None, 2),
            ("pattern", "t1.csv", 4, 3),
            ("ragged-row", "t2.csv", None, 2),
            ("pattern", "t2.csv", 6, 3),
        },
    ),
    "a blank line at the end": (
        [FIRST + b"\n", SECOND.replace(b"4,act", b"4,A")],
        {("blank-row", "t0.csv", None, 4), ("pattern", "t1.csv", 4, 3)},
    ),
    "a blank line": (
        [FIRST + b"\n5,act,a1,\n", SECOND.replace(b"4,act", b"4,A")],
        {("blank-row", "t0.csv", None, 4), ("required", "t0.csv", 3, 4), ("pattern", "t1.csv", 6, 3)},
    ),
    "another encoding": (
        [FIRST, SECOND.replace(b"3,act", b"3,\xe9"), HEADER + b"5,A,a1,\n"],
        {("encoding", "t1.csv", None, 2), ("pattern", "t1.csv", 3, 2), ("pattern", "t2.csv", 5, 2)},
    ),
    "an open quote": (
        [FIRST + b'3,"act', HEADER + b"4,A,a1,\n"],
        {("unterminated-quote", "t0.csv", None, 4), ("pattern", "t1.csv", 3, 2)},
    ),
    "a NUL byte": (
        [FIRST, SECOND.replace(b"4,act", b"4,a\0t")],
        {("nul-byte", "t1.csv", None, 3), ("pattern", "t1.csv", 4, 3)},
    ),
    "other columns": (
        [FIRST, b"id,form,mail,more\n3,A,,\n1,act,,\n"],
        {
            ("unknown-column", "t1.csv", None, 1),
            ("missing-column", "t1.csv", None, 1),
            ("pattern", "t1.csv", 3, 2),
            ("primary-key", "t1.csv", 4, 3),
        },
    ),
    "a column twice and another encoding": (
        [FIRST, b"id,id,actor,mail,form\n3,3,a1,,A\n4,4,a1,,\xe9\n"],
        {
            ("duplicate-header", "t1.csv", None, 1),
            ("encoding", "t1.csv", None, 3),
            ("pattern", "t1.csv", 3, 2),
            ("pattern", "t1.csv", 4, 3),
        },
    ),
    "another order of columns": (
        [FIRST, b"form,id,actor,mail\nA,3,a1,\n"],
        {("column-order", "t1.csv", None, 1), ("pattern", "t1.csv", 3, 2)},
    ),
}
"""For each case the files, and the findings: code, file, row in the table, line in the file."""


def parts_package(root: Path, *tables: list[bytes]) -> Path:
    """Write a package with tables in several files: t0.csv, t1.csv and so on, later ones in a folder for each table.

    A file whose content is `missing` is not written.
    """
    resources = []
    for number, files in enumerate(tables):
        folder = f"{number}/" if number else ""
        names = [f"{folder}t{place}.csv" for place in range(len(files))]
        (root / folder).mkdir(parents=True, exist_ok=True)
        for name, content in zip(names, files, strict=True):
            if content != b"missing":
                (root / name).write_bytes(content)
        resources.append({"name": f"table-{number}", "path": names, "format": "csv", "schema": SCHEMA})
    (root / "actors.csv").write_bytes(b"id\na1\na2\n")
    actors = {"name": "actors", "path": "actors.csv", "schema": {"fields": [{"name": "id", "type": "string"}]}}
    descriptor = {"name": "parts", "resources": [*resources, actors]}
    (root / "datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")
    return root
