"""The expectations layer: the reviewed suites for the whole package, and on request the baseline suites of its tables.

The baseline suites repeat constraints that the schema layer checks, so a run of all layers leaves them out.
"""

from __future__ import annotations

from clausula.core.findings import Report
from clausula.validation import expectations_baseline, expectations_reviewed
from clausula.validation.duckdb_engine import DuckDBEngine
from clausula.validation.expectations_library import available, open_context, report_missing_library


def check(store: DuckDBEngine, report: Report) -> None:
    """Run the reviewed suites; skip them without great-expectations."""
    if available():
        expectations_reviewed.check(store, report)
    else:
        report_missing_library(store, report)


def check_baseline(store: DuckDBEngine, report: Report, only: set[str] | None = None) -> None:
    """Run the baseline suites of all tables, or of those in `only`; skip them without great-expectations."""
    if available():
        expectations_baseline.check(store, report, open_context(), only)
    else:
        report_missing_library(store, report)
