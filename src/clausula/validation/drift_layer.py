"""The drift layer: does every committed derived file match what the schemas and tables produce now?"""

from __future__ import annotations

from clausula.core.findings import Report, finding
from clausula.core.fixity import differing_lines, has_content
from clausula.derive.files import derived_files
from clausula.derive.pages import PageError
from clausula.validation.duckdb_engine import DuckDBEngine

LAYER = "drift"


def check(engine: DuckDBEngine, report: Report) -> None:
    """Compare every committed derived file with its regenerated content."""
    try:
        files = derived_files(engine.store)
    except (PageError, OSError, ValueError) as error:
        report.add(finding("underivable-file:build", error=error, layers=(LAYER,)))
        return
    root = engine.package.root
    for name, content in files.items():
        if not has_content(root / name, content):
            if (root / name).exists():
                lines = differing_lines(root / name, content)
                report.add(finding("stale-file", file=name, lines=lines, layers=(LAYER,)))
            else:
                report.add(finding("stale-file:missing", file=name, layers=(LAYER,)))
