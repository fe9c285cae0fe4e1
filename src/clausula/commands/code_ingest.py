"""clausula code ingest"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from clausula.commands.output import add_root, add_strict, add_verb, end_progress, progress, root_of, say_report
from clausula.core.findings import CouldNotRun, Finding
from clausula.core.publish import publish

EXAMPLES = """\
  clausula code ingest salt-road-accord-2033.a.xlsx                  all of it, or nothing
  clausula code ingest salt-road-accord-2033.a.xlsx --dry-run        say what is wrong, change nothing
  clausula code ingest FILE.xlsx --report marked.xlsx                a copy with the cells marked
  clausula code ingest FILE.xlsx --partial                           what is clean; the rest is told"""


def register(verbs: Any) -> None:
    about = "Check a workbook, and take it over into the tables if it is clean."
    verb = add_verb(verbs, "ingest", about, EXAMPLES, run)
    verb.add_argument("file", type=Path, metavar="FILE.xlsx", help="the workbook")
    verb.add_argument("--text", type=Path, metavar="FILE", help="the text of the source (default: looked for beside)")
    verb.add_argument("--partial", action="store_true", help="take over what is clean, with all that hangs on it")
    verb.add_argument("--report", type=Path, metavar="OUT.xlsx", help="write a copy with the cells marked")
    verb.add_argument("--dry-run", action="store_true", help="change nothing")
    add_root(verb)
    add_strict(verb)


def run(args: argparse.Namespace) -> int:
    from clausula.coding.ingest import ingest
    from clausula.coding.submit import Mode

    if args.report is not None and args.report.resolve() == args.file.resolve():
        hint = "Give the marked copy a name of its own."
        raise CouldNotRun(Finding("same-file", "the report would be written over the workbook itself", hint))
    done = ingest(root_of(args), args.file, args.text, Mode(args.partial, args.dry_run), progress(args))
    end_progress(args)
    report = done.outcome.report
    if args.report is not None:
        from clausula.coding.workbook_marks import report_copy

        publish(args.report.parent, {args.report.name: report_copy(done.book, report.sorted())})
        report.checked["report"] = str(args.report)
    say_report(report, args)
    if not args.json:
        print(summary(report.checked, report.total(), args))
    return report.exit_status(args.strict)


def summary(checked: dict[str, Any], errors: int, args: argparse.Namespace) -> str:
    """What became of a file that was handed in."""
    numbers = f"{checked['added']} row(s) added, {checked['changed']} changed, {checked['removed']} removed"
    left = len(checked["left_out"])
    lines = []
    if checked["taken"] and not checked["files"]:
        lines.append(f"{args.file.name}: everything was in the tables already, nothing written")
    elif checked["taken"]:
        lines += [f"{args.file.name}: {numbers} in {len(checked['files'])} table(s)", "next: clausula build"]
    elif errors:
        lines.append(f"{args.file.name}: {errors} finding(s); nothing was taken over")
    else:
        lines.append(f"{args.file.name}: clean; would be {numbers}")
    if checked["taken"] and left:
        lines.insert(0, f"{left} row(s) left out")
    if getattr(args, "report", None) is not None:
        lines.append(f"the marked copy is {args.report}")
    return "\n".join(lines)
