"""clausula diff"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from clausula.commands.output import add_shown, add_strict, add_verb, end_progress, progress, say_finding
from clausula.core.findings import Report

EXAMPLES = """\
  clausula diff 0.1.0 .                      the working tree against the version that has the tag v0.1.0
  clausula diff HEAD~1 HEAD                  two git revisions
  clausula diff old.zip new.zip --json       two released files, for scripts
  clausula diff 0.1.0 . --html changes.html --markdown changes.md"""


def register(verbs: Any) -> None:
    verb = add_verb(verbs, "diff", "Compare two versions of a package, cell by cell.", EXAMPLES, run)
    for side in ("old", "new"):
        verb.add_argument(side, metavar=side.upper(), help="folder, zip file, git revision or version")
    verb.add_argument("--html", type=Path, metavar="FILE", help="write the comparison as a page that opens offline")
    verb.add_argument("--markdown", type=Path, metavar="FILE", help="write the comparison as Markdown")
    add_shown(verb)
    add_strict(verb)


def run(args: argparse.Namespace) -> int:
    from clausula.core.publish import publish
    from clausula.versions.diff import diff, render

    found = diff(args.old, args.new, args.shown, progress(args))
    end_progress(args)
    for path, form in ((args.html, render.html), (args.markdown, render.markdown)):
        if path is not None:
            publish(path.resolve().parent, {path.name: form(found).encode("utf-8")})
    if args.json:
        print(json.dumps(found.as_dict(), ensure_ascii=False, indent=2))
    else:
        print(render.text(found))
        for finding in found.findings:
            say_finding(finding)
    report = Report()
    report.extend(found.findings)
    return report.exit_status(args.strict)
