"""Check the tables and write the derived files: Parquet, descriptor, manifest, codebook and metadata."""

from __future__ import annotations

import argparse

from clausula.commands.arguments import PACKAGE, PACKAGE_AS_SUBJECT, Options, package_path, switch
from clausula.commands.output import print_report, progress
from clausula.core.findings import WARNING
from clausula.core.wording import count

EXAMPLES = """\
  clausula build                        check the tables, then write all derived files
  clausula build --no-expectations      skip the expectation suites; saves seconds of loading great-expectations
  clausula build --package my/project   build the package in another folder"""


def options() -> Options:
    yield PACKAGE_AS_SUBJECT
    yield PACKAGE
    about = "skip the expectation suites (coverage, balance, comparison with the last release)"
    yield switch("--no-expectations", about, dest="expectations", action="store_false")


def run(args: argparse.Namespace) -> int:
    from clausula.versions.build import build

    result = build(package_path(args, edits=True), progress(args), args.expectations)
    if result.report.exit_status():
        summary = f"Nothing written: {count(result.report.total(), 'error')}"
    else:
        written = f"{count(len(result.changed), 'file')} written"
        outcome = written if result.changed else "all files up to date, nothing written"
        rows = sum(table["rows"] for table in result.tables.values())
        summary = f"{count(len(result.tables), 'table')}, {count(rows, 'row')}: {outcome}"
    if warnings := result.report.total(WARNING):
        summary += f"; {count(warnings, 'warning')}, listed by `clausula validate`"
    more = {"changed": result.changed, "tables": result.tables}
    return print_report(args, result.report, summary, unlisted=WARNING, **more)
