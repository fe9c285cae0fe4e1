"""clausula code ingest"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from clausula.commands.output import (
    add_command,
    add_package_option,
    add_strict_option,
    editable_package_path,
    end_progress,
    print_report,
    progress,
)
from clausula.core.commit import commit
from clausula.core.findings import CouldNotRun, Finding
from clausula.core.wording import count

EXAMPLES = """\
  clausula code ingest salt-road-accord-2033.a.xlsx                  import everything or nothing
  clausula code ingest salt-road-accord-2033.a.xlsx --dry-run        report problems, change nothing
  clausula code ingest FILE.xlsx --report marked.xlsx                write a copy with the problem cells marked
  clausula code ingest FILE.xlsx --partial                           import what is clean and report the rest"""


def register(subparsers: Any) -> None:
    description = "Check a workbook and, if it is clean, import it into the tables."
    parser = add_command(subparsers, "ingest", description, EXAMPLES, run)
    parser.add_argument("file", type=Path, metavar="FILE.xlsx", help="the workbook")
    parser.add_argument(
        "--text", type=Path, metavar="FILE", help="the text of the source (default: SOURCE.txt next to the workbook)"
    )
    parser.add_argument(
        "--partial", action="store_true", help="import the units without errors, even if other units have errors"
    )
    parser.add_argument("--report", type=Path, metavar="OUT.xlsx", help="write a copy with the problem cells marked")
    parser.add_argument("--dry-run", action="store_true", help="change nothing")
    add_package_option(parser)
    add_strict_option(parser)


def run(args: argparse.Namespace) -> int:
    from clausula.coding.ingest import ingest
    from clausula.coding.submit import Mode

    if args.report is not None and args.report.resolve() == args.file.resolve():
        hint = "Choose another file name for the marked copy."
        raise CouldNotRun(Finding("same-file", "--report would overwrite the workbook itself", hint))
    ingested = ingest(
        editable_package_path(args), args.file, args.text, Mode(args.partial, args.dry_run), progress(args)
    )
    end_progress(args)
    report = ingested.outcome.report
    if args.report is not None:
        from clausula.coding.workbook_marks import report_copy

        commit(args.report.parent, {args.report.name: report_copy(ingested.book, report.sorted())})
        report.checked["report"] = str(args.report)
    print_report(report, args)
    if not args.json:
        print(summary(report.checked, report.total(), args))
    return report.exit_status(args.strict)


def summary(checked: dict[str, Any], errors: int, args: argparse.Namespace) -> str:
    """Return the outcome of importing a file, as lines of text."""
    numbers = f"{count(checked['added'], 'row')} added, {checked['changed']:,} changed, {checked['removed']:,} removed"
    left_out = len(checked["left_out"])
    lines = []
    if checked["imported"] and not checked["files"]:
        lines.append(f"{args.file.name}: no changes, the tables are up to date")
    elif checked["imported"]:
        lines += [f"{args.file.name}: {numbers} in {count(len(checked['files']), 'table')}", "next: clausula build"]
    elif errors:
        lines.append(f"{args.file.name}: {count(errors, 'finding')}; nothing was imported")
    else:
        lines.append(f"{args.file.name}: no errors; the import would make these changes: {numbers}")
    if checked["imported"] and left_out:
        lines.insert(0, f"{count(left_out, 'row')} not imported")
    if getattr(args, "report", None) is not None:
        lines.append(f"wrote the marked copy to {args.report}")
    return "\n".join(lines)
