"""A file that is out of date is reported with the lines that differ."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausula.core.fixity import differing_lines
from clausula.core.package import open_package
from clausula.validation import parquet_layer
from clausula.validation.run import validate


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("a\nb\nc\n", "a\nx\nc\n", ", in line 2"),
        ("a\nb\nc\n", "a\nc\n", ", in line 2"),
        ("a\nc\n", "a\nb\nc\n", ", in line 2"),
        ("a\nb\nc\nd\n", "x\nb\nc\ny\n", ", in lines 1 and 4"),
        ("a\n" * 20, "b\n" * 20, ", in lines 1, 2, 3, 4, 5 and 15 more"),
        ("a\n" * 3000, "b\n" * 3000, ", in line 1"),
        ("a\n", "a", ", in its line endings"),
        ("", "a\n", ", in line 1"),
    ],
)
def test_the_lines_that_differ_are_named(tmp_path: Path, old: str, new: str, expected: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(old, encoding="utf-8")
    assert differing_lines(path, new.encode()) == expected


def test_bytes_that_are_not_text_have_no_lines(tmp_path: Path) -> None:
    (tmp_path / "t").write_bytes(b"\xff")
    assert differing_lines(tmp_path / "t", b"\xfe") == ""
    assert differing_lines(tmp_path / "none", b"x") == ""


def test_every_cell_that_differs_from_the_parquet_file_is_named(mini: Path) -> None:
    path = mini / "data/places.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    header = lines[0].split(",")
    at = header.index("name")
    for number in (1, 2):
        cells = lines[number].split(",")
        cells[at] = f"Changed {number}"
        lines[number] = ",".join(cells)
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    report = validate(mini, ["parquet"])
    found = [f for f in report.findings if f.code == "parquet-mismatch"]
    assert [(f.row, f.field) for f in found] == [(1, "name"), (2, "name")]
    key = open_package(mini).model["places"].primary_key[0]
    assert all((f.key or "").startswith(f"{key}=") for f in found)
    assert parquet_layer.LAYER in found[0].layers
