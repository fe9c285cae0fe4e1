"""Build a package: check its tables, then write every file derived from the tables and schemas."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from clausula.core.acceptances import apply_acceptances
from clausula.core.commit import commit, finish
from clausula.core.findings import CouldNotRun, Report
from clausula.core.package import open_package
from clausula.core.progress import Progress, quiet
from clausula.core.requirements import needs
from clausula.core.store import Store
from clausula.derive.files import derived_files
from clausula.derive.pages import PageError
from clausula.validation import expectations_library, expectations_reviewed, rules_layer, schema_layer
from clausula.validation.duckdb_engine import open_engine


@dataclass(frozen=True)
class BuildResult:
    """The result of a build.

    Attributes
    ----------
    report : Report
        Findings of the checks. If there are errors, nothing was written.
    changed : list of str
        Paths of the files that changed.
    tables : dict
        Number of `rows` and `columns` by table.
    """

    report: Report
    changed: list[str]
    tables: dict[str, dict[str, int]]


@needs("the build", "validate")
def build(root: Path, progress: Progress = quiet, expectations: bool = False) -> BuildResult:
    """Check the tables, then write all derived files atomically.

    Parameters
    ----------
    expectations : bool
        Also check the expectation suites, if great-expectations is installed. Importing it takes seconds.

    Raises
    ------
    CouldNotRun
        If the folder has no `schemas/`, or a codebook page is missing.
    """
    finish(root)
    package = open_package(root)
    if not package.own:
        raise CouldNotRun.of("missing-schemas", root=root)
    report, store = Report(), Store(package)
    progress("checking the tables")
    engine = open_engine(store)
    schema_layer.check(engine, report)
    rules_layer.check(engine, report)
    if expectations and not report.exit_status():
        installed = expectations_library.available()
        check = expectations_reviewed.check if installed else expectations_library.report_missing_library
        check(engine, report)
    ran = ("duckdb", "rules", *(("expectations",) if "expectations" in report.checked else ()))
    apply_acceptances(report, root, ran)
    sizes = ((name, one.rows, len(one.resource.table.fields)) for name, one in engine.tables.items())
    tables = {name: {"rows": rows, "columns": columns} for name, rows, columns in sizes}
    if report.exit_status():
        return BuildResult(report, [], tables)
    try:
        files = derived_files(store, progress)
    except PageError as error:
        raise CouldNotRun.of("invalid-codebook-page", error=error) from error
    progress("writing")
    return BuildResult(report, commit(root, dict(files), store.digests), tables)
