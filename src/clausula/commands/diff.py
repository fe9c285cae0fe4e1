"""Compare two versions of a package cell by cell."""

from __future__ import annotations

import argparse

from clausula.commands.arguments import STRICT, Options, option, report, shown
from clausula.commands.output import print_finding, print_result, progress
from clausula.core.findings import Report

EXAMPLES = """\
  clausula diff HEAD~1 .                 compare a git revision or a tag with the current folder
  clausula diff HEAD~1 HEAD              compare two git revisions
  clausula diff old.zip new.zip --json   compare two release archives, print the result as JSON
  clausula diff ../old . --html changes.html --markdown changes.md"""


def options() -> Options:
    for side in ("old", "new"):
        about = f"{side} package: folder, zip file, git revision or version number"
        yield option(side, metavar=side.upper(), help=about)
    yield report("an HTML page that opens offline", "--html")
    yield report("Markdown", "--markdown")
    yield shown("rows and cells per table")
    yield STRICT


def run(args: argparse.Namespace) -> int:
    from clausula.core.commit import commit
    from clausula.versions.diff import diff, render

    found = diff(args.old, args.new, args.shown, progress(args))
    for path, form in ((args.html, render.html), (args.markdown, render.markdown)):
        if path is not None:
            commit(path.resolve().parent, {path.name: form(found).encode("utf-8")})
    print_result(args, found.as_dict(), render.text(found))
    findings = Report()
    findings.extend(found.findings)
    if not args.json:
        for finding in findings.findings:
            print_finding(finding)
    return findings.exit_status(args.strict)
