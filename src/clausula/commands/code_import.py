"""clausula code import"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from clausula.commands.code_ingest import summary
from clausula.commands.code_workbook import pass_letter
from clausula.commands.output import (
    add_command,
    add_package_option,
    add_strict_option,
    editable_package_path,
    end_progress,
    print_report,
    progress,
)

EXAMPLES = """\
  clausula code import statements.csv --format dna salt-road-accord-2033 --pass a --text texts/salt-road-accord-2033.txt
  clausula code import events.csv --format dna my-report --pass a --document 12     document 12 of the list
  clausula code import anchors.jsonld --format web-annotation my-report --pass a --dry-run
Errors are reported by line (or number of the annotation) and column. Nothing is imported until there are no errors, or
with --partial only records without errors. Without --text, SOURCE.txt is looked up next to FILE, in the current folder
and in texts/ below both."""


def register(verbs: Any) -> None:
    about = "Import statements from Discourse Network Analyzer, or W3C Web Annotations."
    verb = add_command(verbs, "import", about, EXAMPLES, run)
    verb.add_argument("file", type=Path, metavar="FILE", help="the list of statements (CSV) or annotations (JSON-LD)")
    verb.add_argument("source", metavar="SOURCE", help="ID of the source")
    verb.add_argument("--format", choices=("dna", "web-annotation"), required=True, help="format of the file")
    verb.add_argument("--pass", dest="letter", type=pass_letter, required=True, help="the coding pass to import into")
    verb.add_argument("--text", type=Path, metavar="FILE", help="the text of the source")
    verb.add_argument("--document", default="", metavar="ID", help="document number of the source in the list")
    verb.add_argument("--partial", action="store_true", help="import the records without errors, leave out the others")
    verb.add_argument("--dry-run", action="store_true", help="only check, change nothing")
    add_package_option(verb)
    add_strict_option(verb)


def run(args: argparse.Namespace) -> int:
    from clausula.coding.ingest import find_text
    from clausula.coding.submit import Mode
    from clausula.interchange.import_pass import import_records
    from clausula.interchange.records import ImportRequest

    root = editable_package_path(args)
    raw = find_text(args.source, args.text, [args.file.parent, Path.cwd()])
    request = ImportRequest(args.file, args.format, args.source, args.letter, args.document)
    report = import_records(root, request, raw, Mode(args.partial, args.dry_run), progress(args)).report
    end_progress(args)
    print_report(report, args)
    if not args.json:
        print(summary(report.checked, report.total(), args))
    return report.exit_status(args.strict)
