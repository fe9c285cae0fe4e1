"""Write the tables in canonical form: UTF-8, line feeds, quotation marks only where needed."""

from __future__ import annotations

import argparse

from clausula.commands.arguments import DRY_RUN, PACKAGE, PACKAGE_AS_SUBJECT, Options, package_path
from clausula.commands.output import print_finding, print_result
from clausula.core.findings import CLEAN, FOUND

EXAMPLES = """\
  clausula format              the tables of the nearest package
  clausula format --dry-run    name the files that would change
A table that is not in UTF-8, or has rows that cannot be read, is reported and left as it is: save it as UTF-8 first."""


def options() -> Options:
    yield PACKAGE_AS_SUBJECT
    yield DRY_RUN
    yield PACKAGE


def run(args: argparse.Namespace) -> int:
    from clausula.core.formatting import format_tables
    from clausula.core.package import open_package

    result = format_tables(open_package(package_path(args, edits=not args.dry_run)), args.dry_run)
    if not args.json:
        for one in result.findings:
            print_finding(one)
    done = "would format" if args.dry_run else "formatted"
    refused = sorted({one.file or "" for one in result.findings})
    lines = [f"{done} {name}" for name in result.changed]
    lines += [f"left as it is because it has errors: {name}" for name in refused]
    value = {"changed": result.changed, "findings": [one.as_dict() for one in result.findings]}
    print_result(args, value, *(lines or ["every table is in canonical form"]))
    return FOUND if result.findings else CLEAN
