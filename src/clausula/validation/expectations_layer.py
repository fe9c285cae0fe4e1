"""The expectations layer: the baseline suite of each table, then the reviewed suites for the whole package."""

from __future__ import annotations

from clausula.core.findings import Report
from clausula.validation import expectations_baseline, expectations_reviewed
from clausula.validation.duckdb_engine import DuckDBEngine
from clausula.validation.expectations_library import available, open_context, report_missing_library


def check(store: DuckDBEngine, report: Report, only: set[str] | None = None) -> None:
    """Run all suites, or only the baseline suites of the tables in `only`; skip them without great-expectations."""
    if not available():
        report_missing_library(store, report)
        return
    context = open_context()
    expectations_baseline.check(store, report, context, only)
    if only is None:
        expectations_reviewed.check(store, report, context)
