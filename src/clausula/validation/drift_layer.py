"""The drift layer: does every committed derived file match what the schemas and tables produce now?"""

from __future__ import annotations

from clausula.core.findings import Finding, Report
from clausula.core.fixity import has_content
from clausula.core.package import Package
from clausula.derive.files import derived_files
from clausula.derive.frames import InvalidValues
from clausula.derive.pages import PageError

LAYER = "drift"


def check(package: Package, report: Report) -> None:
    """Compare every committed derived file with its regenerated content."""
    try:
        files = derived_files(package)
    except (InvalidValues, PageError, OSError, ValueError, IndexError) as error:
        report.add(
            Finding(
                "underivable-file",
                f"the derived files cannot be built: {error}",
                "Fix the other findings first.",
                layers=(LAYER,),
            )
        )
        return
    for name, content in files.items():
        if not has_content(package.root / name, content):
            problem = "is out of date" if (package.root / name).exists() else "is missing"
            report.add(Finding("stale-file", f"{name} {problem}", "Run `clausula build`.", file=name, layers=(LAYER,)))
