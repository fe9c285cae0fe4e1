"""The command `clausula diff`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from clausula.commands.output import (
    add_command,
    add_shown_option,
    add_strict_option,
    end_progress,
    print_finding,
    progress,
)
from clausula.core.findings import Report

EXAMPLES = """\
  clausula diff 0.1.0 .                  compare the tag v0.1.0 with the current folder
  clausula diff HEAD~1 HEAD              compare two git revisions
  clausula diff old.zip new.zip --json   compare two release archives, print the result as JSON
  clausula diff 0.1.0 . --html changes.html --markdown changes.md"""


def register(commands: Any) -> None:
    command = add_command(commands, "diff", "Compare two versions of a package cell by cell.", EXAMPLES, run)
    for side in ("old", "new"):
        command.add_argument(
            side, metavar=side.upper(), help=f"{side} package: folder, zip file, git revision or version number"
        )
    command.add_argument(
        "--html", type=Path, metavar="FILE", help="write the comparison as an HTML page that opens offline"
    )
    command.add_argument("--markdown", type=Path, metavar="FILE", help="write the comparison as Markdown")
    add_shown_option(command, "rows and cells per table")
    add_strict_option(command)


def run(args: argparse.Namespace) -> int:
    from clausula.core.commit import commit
    from clausula.versions.diff import diff, render

    found = diff(args.old, args.new, args.shown, progress(args))
    end_progress(args)
    for path, form in ((args.html, render.html), (args.markdown, render.markdown)):
        if path is not None:
            commit(path.resolve().parent, {path.name: form(found).encode("utf-8")})
    if args.json:
        print(json.dumps(found.as_dict(), ensure_ascii=False, indent=2))
    else:
        print(render.text(found))
        for finding in found.findings:
            print_finding(finding)
    report = Report()
    report.extend(found.findings)
    return report.exit_status(args.strict)
