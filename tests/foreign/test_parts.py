"""A table in several files: its rows are numbered through all of them, its lines in each."""

from __future__ import annotations

from pathlib import Path

import pytest

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
