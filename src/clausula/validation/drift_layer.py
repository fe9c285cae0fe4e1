"""The drift layer: is every committed derived file what the schemas and tables would make of it now?"""

from __future__ import annotations

from clausula.core.findings import Finding, Report
from clausula.core.package import Package
from clausula.core.publish import same
from clausula.derive.files import derived_files
from clausula.derive.frames import NotTyped
from clausula.derive.pages import PageError

LAYER = "drift"


def check(package: Package, report: Report) -> None:
    """Compare every derived file with the committed one."""
    try:
        files = derived_files(package)
    except (NotTyped, PageError, OSError, ValueError, IndexError) as error:
        report.add(
            Finding(
                "underivable-file",
                f"the derived files cannot be made: {error}",
                "Mend what the other findings say first.",
                layers=(LAYER,),
            )
        )
        return
    for name, content in files.items():
        if not same(package.root / name, content):
            what = "is out of date" if (package.root / name).exists() else "is missing"
            report.add(Finding("stale-file", f"{name} {what}", "Run `clausula build`.", file=name, layers=(LAYER,)))
