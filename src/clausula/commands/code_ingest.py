"""Check a workbook and, if it is clean, import it into the tables."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from clausula.commands.arguments import (
    DRY_RUN,
    PACKAGE,
    PARTIAL,
    STRICT,
    Options,
    option,
    package_path,
    report,
    source_text,
)
from clausula.commands.output import print_report, progress
from clausula.core.commit import commit
from clausula.core.findings import CouldNotRun, Report
from clausula.core.wording import count

EXAMPLES = """\
  clausula code ingest salt-road-accord-2033.a.xlsx                  import everything or nothing
  clausula code ingest salt-road-accord-2033.a.xlsx --dry-run        report problems, change nothing
  clausula code ingest salt-road-accord-2033.a.xlsx --report m.xlsx  write a copy with the problem cells marked
  clausula code ingest salt-road-accord-2033.a.xlsx --partial        import what is clean and report the rest"""


def options() -> Options:
    yield option("file", type=Path, metavar="FILE", help="the workbook")
    yield source_text("the folder of FILE or the current folder, or in texts/ there")
    yield report("a copy of the workbook with the problem cells marked")
    yield from (PARTIAL, DRY_RUN, PACKAGE, STRICT)


def run(args: argparse.Namespace) -> int:
    from clausula.coding.ingest import ingest
    from clausula.coding.submit import Mode

    if args.report is not None and args.report.resolve() == args.file.resolve():
        raise CouldNotRun.of("same-file")
    mode = Mode(args.partial, args.dry_run)
    ingested = ingest(package_path(args, edits=True), args.file, args.text or args.texts, mode, progress(args))
    found = ingested.outcome.report
    lines = [*summary(found, args.file)]
    if args.report is not None:
        from clausula.coding.workbook_marks import report_copy

        commit(args.report.parent, {args.report.name: report_copy(ingested.book, found)})
        found.checked["report"] = str(args.report)
        lines.append(f"wrote the marked copy to {args.report}")
    return print_report(args, found, *lines)


def summary(found: Report, file: Path) -> Iterator[str]:
    """Return the outcome of importing a file, as lines of text."""
    checked, errors = found.checked, found.total()
    numbers = f"{count(checked['added'], 'row')} added, {checked['changed']:,} changed, {checked['removed']:,} removed"
    if checked["imported"] and checked["left_out"]:
        yield f"{count(len(checked['left_out']), 'row')} not imported"
    if checked["imported"] and not checked["files"]:
        yield f"{file.name}: no changes, the tables are up to date"
    elif checked["imported"]:
        yield f"{file.name}: {numbers} in {count(len(checked['files']), 'table')}"
        yield "next: clausula build"
    elif errors:
        yield f"{file.name}: {found.numbers()}; nothing was imported"
    else:
        yield f"{file.name}: no errors; the import would make these changes: {numbers}"
