"""The validation page opens from a file in a real browser, shows the findings, and loads nothing from elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clausula.core.findings import Finding, Report
from clausula.validation.report import write


@pytest.fixture
def file(tmp_path: Path) -> Path:
    report = Report(shown=1)
    hostile = '<img src="https://example.org/x.png" onerror="alert(1)">'
    for row in (1, 2):
        at = {"table": "provisions", "field": "summary", "row": row, "line": row + 1, "column": 5}
        report.add(Finding("pattern", f"not valid: {hostile}", "Fix it.", value=hostile, file="data/p.csv", **at))
    line = {"suite": "reactions", "about": "Who reacted.", "severity": "warning", "expected": "at least 0.5"}
    lines = [
        {**line, "code": "named", "says": "Half are named.", "observed": "0.4", "met": False},
        {**line, "code": "known", "says": "Half are known.", "observed": "0.6", "met": True},
        {**line, "code": "empty", "says": "There are some.", "observed": "no rows", "met": None},
    ]
    tables = {"provisions": {"rows": 1200, "columns": 16, "findings": 2}}
    report.checked = {"layers": ["duckdb"], "tables": tables, "expectations": lines, "anchors": {"all": 7}}
    write(report, tmp_path / "report.html", "A \u202epackage", "1.2.0")
    return tmp_path / "report.html"


def test_page_shows_the_findings(file: Path, tab: Any) -> None:
    tab.goto(file.as_uri())
    assert "2 errors" in tab.inner_text("p.big")
    assert tab.locator("img").count() == 0
    assert "onerror" in tab.inner_text("table >> nth=0")
    assert "2 in total" in tab.inner_text("main")
    rows = tab.locator("h3:has-text('reactions') ~ .wide tbody tr").all_inner_texts()[:3]
    assert [row.split("\t")[0] for row in rows] == ["no", "yes", "not evaluated"]
    assert "1,200" in tab.inner_text("#tables ~ .wide")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_fits_a_phone(file: Path, tab: Any, scheme: Any) -> None:
    tab.emulate_media(color_scheme=scheme)
    tab.set_viewport_size({"width": 320, "height": 640})
    tab.goto(file.as_uri())
    assert tab.evaluate("document.documentElement.scrollWidth") <= 320
