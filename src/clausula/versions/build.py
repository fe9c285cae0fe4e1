"""Building: from the CSV tables and the schemas to everything that is derived from them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from clausula.core.findings import CouldNotRun, Finding, Report
from clausula.core.package import Package, open_package
from clausula.core.progress import Progress, quiet
from clausula.core.publish import publish, recover
from clausula.core.rules import RULES, read_rules
from clausula.derive.files import derived_files
from clausula.derive.pages import PageError
from clausula.validation import expectations_library, expectations_reviewed, rules_layer, schema_layer
from clausula.validation.duckdb_engine import open_store


@dataclass(frozen=True)
class Built:
    """What a build did: the findings that stopped it, or the files that changed."""

    report: Report
    changed: list[str]
    rows: dict[str, tuple[int, int]]


def check_truth(package: Package, report: Report, expectations: bool = False) -> dict[str, tuple[int, int]]:
    """Check the CSV tables against schemas and rules, and if asked what is expected of the whole.

    Returns
    -------
    dict
        Rows and columns by table.
    """
    store = open_store(package)
    schema_layer.check(store, report)
    if package.own:
        rules_layer.check(store, report, read_rules(package.root / RULES))
        if expectations and not report.exit_status():
            check = expectations_reviewed.check if expectations_library.available() else expectations_library.absent
            check(store, report)
    return {name: (loaded.rows, len(loaded.resource.table.fields)) for name, loaded in store.tables.items()}


def build(root: Path, progress: Progress = quiet, expectations: bool = False) -> Built:
    """Check the tables, then write every derived file, all or none.

    Parameters
    ----------
    expectations : bool
        Whether what is expected of the whole of the data is checked as well, where great-expectations is installed;
        importing that library takes seconds.

    Raises
    ------
    CouldNotRun
        If the folder has no schemas of its own, or the codebook lacks a page.
    """
    recover(root)
    package = open_package(root)
    if not package.own:
        raise CouldNotRun(
            Finding(
                "missing-schemas",
                f"{root} has no schemas/ to build from",
                "Build works on a checkout of clausula or of a project made like it.",
            )
        )
    report = Report()
    progress("checking the tables")
    rows = check_truth(package, report, expectations)
    if report.exit_status():
        return Built(report, [], rows)
    try:
        files = derived_files(package, progress)
    except PageError as error:
        raise CouldNotRun(Finding("invalid-codebook-page", str(error), "Write the page.")) from error
    progress("writing")
    return Built(report, publish(root, dict(files)), rows)
