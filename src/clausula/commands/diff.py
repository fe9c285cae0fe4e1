"""Compare two versions of a package, or two editions of any table, cell by cell."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from clausula.commands.arguments import STRICT, Options, option, report, shown
from clausula.commands.output import print_finding, print_result, progress
from clausula.core.findings import Report

EXAMPLES = """\
  clausula diff HEAD~1 .                 compare a git revision or a tag with the current folder
  clausula diff HEAD~1 HEAD              compare two git revisions
  clausula diff old.zip new.zip --json   compare two release archives, print the result as JSON
  clausula diff ../old . --html changes.html --markdown changes.md
  clausula diff pax_v9.csv pax_v10.csv   compare two editions of a table: CSV, xlsx, Parquet or Stata"""


def options() -> Options:
    for side in ("old", "new"):
        about = f"{side} package: folder, zip file, git revision or version number; or a file with a table"
        yield option(side, metavar=side.upper(), help=about)
    about = "column that identifies a row of a table; repeat it for several (default: detected)"
    yield option("--key", action="append", default=[], metavar="COLUMN", help=about)
    yield report("an HTML page that opens offline", "--html")
    yield report("Markdown", "--markdown")
    yield shown("rows and cells per table")
    yield STRICT


def run(args: argparse.Namespace) -> int:
    from clausula.versions.diff import diff, render
    from clausula.versions.diff.read_table import is_table

    if is_table(args.old) and is_table(args.new):
        return compare_editions(args)
    found = diff(args.old, args.new, args.shown, progress(args))
    write_reports(args, found, render)
    print_result(args, found.as_dict(), render.text(found))
    findings = Report()
    findings.extend(found.findings)
    if not args.json:
        for finding in findings.findings:
            print_finding(finding)
    return findings.exit_status(args.strict)


def compare_editions(args: argparse.Namespace) -> int:
    """Compare two files with tables."""
    from clausula.versions.diff import render_editions
    from clausula.versions.diff.editions import diff_editions

    progress(args)(f"reading {Path(args.old).name} and {Path(args.new).name}")
    found = diff_editions(args.old, args.new, args.key, args.shown)
    write_reports(args, found, render_editions)
    print_result(args, found.as_dict(), render_editions.text(found))
    return 0


def write_reports(args: argparse.Namespace, found: Any, render: Any) -> None:
    """Write the reports that were asked for."""
    from clausula.core.commit import commit

    for path, form in ((args.html, render.html), (args.markdown, render.markdown)):
        if path is not None:
            commit(path.resolve().parent, {path.name: form(found).encode("utf-8")})
